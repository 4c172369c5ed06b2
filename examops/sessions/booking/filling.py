"""Placing many people in one step: turn after turn is filled, and whoever is left over is told why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.language import N_
from examops.registration.models import Application
from examops.sessions.booking.asking import BookingRequest
from examops.sessions.booking.service import book, limiting_of, turn_full
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sessions.refusals import PersonElsewhere, TurnFull
from examops.sessions.states import LIVE_BOOKING

NAMED = 30  # people named for each reason; the rest are counted
TRY_ANOTHER = (PersonElsewhere, TurnFull)  # what another turn may answer otherwise


@dataclass(frozen=True)
class Person:
    """Somebody to be placed; plain values, read once. Whom the reader does not reach has no name."""

    application_uid: UUID
    name: str = ""
    team: str = ""
    body_id: int | None = None


@dataclass
class Refused:
    """One reason and everybody it holds for."""

    refusal: DomainError
    people: list[Person] = field(default_factory=list)

    @property
    def named(self) -> list[Person]:
        return [person for person in self.people if person.name][:NAMED]

    @property
    def more(self) -> int:
        """How many besides those named."""
        return len(self.people) - len(self.named)


@dataclass
class Filling:
    """What became of everybody asked for."""

    placed: int = 0
    refused: list[tuple[Person, DomainError]] = field(default_factory=list)

    @property
    def wanted(self) -> int:
        return self.placed + len(self.refused)

    @property
    def reasons(self) -> list[Refused]:
        """The most frequent reason first."""
        found: dict[tuple[str, str], Refused] = {}
        for person, refusal in self.refused:
            found.setdefault((refusal.code, refusal.words), Refused(refusal)).people.append(person)
        return sorted(found.values(), key=lambda one: -len(one.people))


def fill_turns(
    people: Sequence[Person], turns: Sequence[Turn], session: ExamSession, *, actor: Actor, clock: Clock
) -> Filling:
    """Fill the turns, one after the other, with as many of these people as fit, in their order.

    The turns are of one group; runs within the caller's transaction. Whoever sits elsewhere at the time of one turn is
    tried in the next one; whoever has a place in one of them already keeps it and counts as placed, so that asking
    again changes nothing.
    """
    here = _placed_already(people, turns)
    found, waiting = Filling(placed=len(here)), {person: None for person in people if person not in here}
    last: dict[Person, DomainError] = {}
    for turn in turns:
        for person, refusal in _fill_one(list(waiting), turn, session, actor, clock):
            if refusal is None:
                found.placed += 1
            if isinstance(refusal, TRY_ANOTHER):
                last[person] = refusal
                continue
            del waiting[person]
            if refusal is not None:
                found.refused.append((person, refusal))
    found.refused += [(person, last.get(person) or _all_full(turns)) for person in waiting]
    return found


def _placed_already(people: Sequence[Person], turns: Sequence[Turn]) -> set[Person]:
    query = (
        select(Application.uid)
        .join(Booking, Booking.application_id == Application.id)
        .where(Application.uid.in_([person.application_uid for person in people]), Booking.state.in_(LIVE_BOOKING))
        .where(Booking.turn_id.in_([turn.id for turn in turns]))
    )
    uids = set(db.session.execute(query).scalars())
    return {person for person in people if person.application_uid in uids}


def _fill_one(
    people: Sequence[Person], turn: Turn, session: ExamSession, actor: Actor, clock: Clock
) -> Iterator[tuple[Person, DomainError | None]]:
    """Try people until the turn is full: each one tried, with the refusal or None."""
    at = 0
    while at < len(people) and (free := turn.capacity - turn.taken) > 0:
        chunk = people[at : at + free]
        at += free
        yield from place(chunk, turn.uid, session, actor=actor, clock=clock)


def place(
    people: Iterable[Person], turn_uid: UUID, session: ExamSession, *, actor: Actor, clock: Clock
) -> Iterator[tuple[Person, DomainError | None]]:
    """Each one tried in this turn, with the refusal or None."""
    tried = list(people)
    wanted = [BookingRequest(person.application_uid, turn_uid) for person in tried]
    results = book(wanted, actor=actor, clock=clock, session_uid=session.uid)
    yield from ((person, result.refusal) for person, result in zip(tried, results, strict=True))


def _all_full(turns: Sequence[Turn]) -> TurnFull:
    if len(turns) == 1:
        return turn_full(turns[0])
    taken, capacity = sum(turn.taken for turn in turns), sum(turn.capacity for turn in turns)
    if not capacity:
        return TurnFull(
            N_("各轮现在都排不了人：{limiting}"),
            advice=N_("“各轮容量”里写着缺什么：补上考评员、工位或摄像机，再排"),
            limiting=limiting_of(turns[0]),
        )
    return TurnFull(
        N_("各轮都满了：{taken} / {capacity}"),
        advice=N_("加一轮或一个场次，再排剩下的人"),
        taken=taken,
        capacity=capacity,
    )


def people_of(rows: Sequence[Any]) -> list[Person]:
    """Rows of (Application, Candidate) as people to be placed."""
    return [Person(row.Application.uid, row.Candidate.name, row.Candidate.team, row.Candidate.body_id) for row in rows]
