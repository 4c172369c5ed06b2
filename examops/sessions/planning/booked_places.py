"""Changing a saved session before it is declared: judged like a new one, and nobody who is booked loses a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from examops.core.database import db
from examops.core.language import _
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.models import Booking, ExamSession, SessionGroup, Turn
from examops.sessions.planning.draft import Draft, Fault, TurnDraft
from examops.sessions.states import LIVE_BOOKING
from examops.web.formats import mask_name

MAX_NAMED = 8


@dataclass(frozen=True)
class TurnPair:
    """A saved turn, the group's place in the draft and the turn that takes its place; both None where it goes."""

    turn: Turn
    place: int | None
    fresh: TurnDraft | None


def pair_groups(session: ExamSession, draft: Draft) -> list[tuple[SessionGroup, int | None]]:
    """Saved groups with their places in the draft: the same occupation, level and part is the same group."""
    groups = select(SessionGroup).where(SessionGroup.session_id == session.id).order_by(SessionGroup.number)
    places = {
        (group.plan.occupation_code, group.plan.level, group.plan.part): n for n, group in enumerate(draft.groups)
    }
    return [
        (group, places.get((group.occupation_code, group.level, group.part)))
        for group in db.session.execute(groups).scalars()
    ]


def pair_turns(session: ExamSession, draft: Draft) -> list[TurnPair]:
    """Turns of a group are matched one by one in their order; what is left over at the end goes."""
    pairs = []
    for group, place in pair_groups(session, draft):
        query = select(Turn).where(Turn.group_id == group.id).order_by(Turn.number)
        fresh = [] if place is None else draft.groups[place].turns
        for n, turn in enumerate(db.session.execute(query).scalars()):
            pairs.append(TurnPair(turn, place, fresh[n] if n < len(fresh) else None))
    return pairs


def booked_faults(session: ExamSession, draft: Draft) -> list[Fault]:
    """What would take a place from somebody, or seat somebody twice; names are masked."""
    pairs = pair_turns(session, draft)
    people = _booked([pair.turn.id for pair in pairs])
    found = [fault for pair in pairs if people.get(pair.turn.id) for fault in _lost(pair, people[pair.turn.id])]
    if people and draft.batch.id != session.batch_id:
        names = _names(name for names in people.values() for name in names)
        found.append(Fault("batch", _("已排 {names}，不能换批次：先退出他们，或另排一个场次", names=names)))
    if draft.room.district != session.district:
        found.append(Fault("room", _("考场在另一个区，由那里审批：请另排一个场次"), 0))
    return [*found, *_elsewhere(session, pairs)]


def _booked(turn_ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(Booking.turn_id, Candidate.name)
        .join(Application, Application.id == Booking.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Booking.turn_id.in_(turn_ids), Booking.state.in_(LIVE_BOOKING))
        .order_by(Booking.id)
    )
    found: dict[int, list[str]] = {}
    for turn_id, name in db.session.execute(query):
        found.setdefault(turn_id, []).append(name)
    return found


def _lost(pair: TurnPair, names: list[str]) -> Iterator[Fault]:
    if pair.fresh is None:
        words = _("第 {number} 轮已排 {names}，去不掉：先退出或换轮次", number=pair.turn.number, names=_names(names))
        yield Fault("turns" if pair.place is not None else "groups", words, pair.place)
    elif pair.fresh.capacity < len(names):
        words = _(
            "第 {number} 轮已排 {count} 人（{names}），改后只能排 {capacity} 人，限制是{limit}",
            number=pair.turn.number,
            count=len(names),
            names=_names(names),
            capacity=pair.fresh.capacity,
            limit=pair.fresh.factors[0].word,
        )
        yield Fault("turns", words, pair.place)


def _elsewhere(session: ExamSession, pairs: Sequence[TurnPair]) -> Iterator[Fault]:
    """People of a turn that moves who sit somewhere else at its new time, as far as the reader may see it."""
    for pair in pairs:
        if pair.fresh is None or pair.fresh.during == pair.turn.during:
            continue
        mine = select(Booking.person_id).where(Booking.turn_id == pair.turn.id, Booking.state.in_(LIVE_BOOKING))
        query = (
            select(Candidate.name, ExamSession.number)
            .join(Application, Application.candidate_id == Candidate.id)
            .join(Booking, Booking.application_id == Application.id)
            .join(ExamSession, ExamSession.id == Booking.session_id)
            .where(Booking.person_id.in_(mine), Booking.state.in_(LIVE_BOOKING), Booking.session_id != session.id)
            .where(Booking.during.overlaps(pair.fresh.during))
        )
        for name, number in db.session.execute(query):
            words = _("{name} 那时在场次 {number} 有另一场考试", name=mask_name(name), number=number)
            yield Fault("starts_at", words, pair.place)


def _names(names: Iterable[str]) -> str:
    """``陈*明、何*兰`` and how many more."""
    masked = [mask_name(name) for name in names]
    more = _(" 等 {count} 人", count=len(masked)) if len(masked) > MAX_NAMED else ""
    return "、".join(masked[:MAX_NAMED]) + more
