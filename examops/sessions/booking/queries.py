"""Who is booked into a session, and who could be: keyset pages, one query for any number of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Select,
    Text,
    any_,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import aliased

from examops.core.database import db
from examops.core.paging import of_own_body
from examops.eligibility.models import Candidate, StoredVerdict
from examops.registration.models import Application, Roster, RosterRow
from examops.sessions.models import Booking, ExamSession, SessionGroup, Turn

PAGE = 50
MAX_CHOICES = 200


_PASSED = func.jsonb_path_query_array(StoredVerdict.lines, literal('$[*] ? (@.outcome == "pass")', JSONPATH))
_BOOKED: tuple[Any, ...] = (
    *(Booking.id, Booking.uid, Booking.state, Application.uid.label("application_uid")),
    *(Candidate.uid.label("candidate_uid"), Candidate.body_id, Candidate.name),
    *(Candidate.id_masked, Candidate.team, Candidate.photo_state),
    *(Turn.number.label("turn"), SessionGroup.number.label("group"), StoredVerdict.outcome),
    *(func.jsonb_array_length(_PASSED).label("passed"), func.jsonb_array_length(StoredVerdict.lines).label("clauses")),
)


def bookings_of(session: ExamSession, after: int = 0, limit: int = PAGE) -> list[Any]:
    """Rows of :data:`_BOOKED`, keyset by id: the columns that a line of the page shows. ``outcome``, ``passed`` and
    ``clauses`` are of the verdict and None without one, whose clauses are counted where they are stored."""
    query = (
        select(*_BOOKED)
        .join(Application, Application.id == Booking.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Turn, Turn.id == Booking.turn_id)
        .join(SessionGroup, SessionGroup.id == Turn.group_id)
        .outerjoin(StoredVerdict, StoredVerdict.id == Application.verdict_id)
        .where(Booking.session_id == session.id, Booking.state != "cancelled", Booking.id > after)
        .order_by(Booking.id)
        .limit(limit)
    )
    return list(db.session.execute(query).all())


@dataclass(frozen=True)
class Waiting:
    """Which of the people without a place: of one team, of one roster (inner number), or all."""

    team: str = ""
    roster_id: int | None = None


@dataclass(frozen=True)
class WaitingGroup:
    """A group that somebody could still be placed into. ``people`` is a page of (Application, Candidate), ``count``
    how many there are in all."""

    group: SessionGroup
    people: Sequence[Any]
    count: int


EVERYBODY = Waiting()


def bookable_applications(
    groups: Sequence[SessionGroup], batch_id: int, limit: int = 200, after: int = 0, only: Waiting = EVERYBODY
) -> dict[int, list[Any]]:
    """By group: accepted applications of the batch that still lack a place for the part of the group."""
    found: dict[int, list[Any]] = {group.id: [] for group in groups}
    for row in db.session.execute(bookable_query([group.id for group in groups], batch_id, limit, after, only)):
        found[row.group_id].append(row)
    return found


class RosterChoice(NamedTuple):
    id: int
    name: str
    uid: UUID
    created_at: datetime


@dataclass(frozen=True)
class Placing:
    """Groups with people to place, and what these can be chosen by: their teams, and the rosters that they came with,
    the newest first."""

    waiting: list[WaitingGroup] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    rosters: list[RosterChoice] = field(default_factory=list)


def placing_of(groups: Sequence[SessionGroup], batch_id: int, after: int, only: Waiting) -> Placing:
    """In two queries for any number of people, teams and rosters."""
    people = bookable_applications(groups, batch_id, PAGE, after, only)
    found = Placing()
    counts: dict[int, int] = {}
    rows = db.session.execute(_choices(groups, batch_id, only)).all()
    for kind, number, words, uid, at in sorted(rows, key=lambda row: row[1]):
        if kind == "team":
            found.teams.append(words)
        elif kind == "roster":
            found.rosters.append(RosterChoice(number, words, uid, at))
        else:
            counts[number] = int(words)
    found.rosters.sort(key=lambda roster: -roster.id)
    found.waiting.extend(WaitingGroup(one, people[one.id], counts[one.id]) for one in groups if counts.get(one.id))
    return found


def _choices(groups: Sequence[SessionGroup], batch_id: int, only: Waiting) -> CompoundSelect[Any]:
    """Rows of (kind, inner number or place of a team in their order, words, uid, moment)."""
    columns: Any = (literal("roster"), Roster.id, Roster.name, Roster.uid, Roster.created_at)
    saved: Select[Any] = select(*columns)
    rosters = of_own_body(saved, Roster.body_id).where(Roster.batch_id == batch_id, Roster.state == "saved")
    teams = (
        select(Candidate.team)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.batch_id == batch_id, Application.state == "accepted", Candidate.team != "")
        .distinct()
        .order_by(Candidate.team)
        .limit(MAX_CHOICES)
        .subquery()
    )
    counted = select(literal("count"), SessionGroup.id, cast(func.count(Application.id), Text), null(), null())
    counted = _lacking(counted, batch_id, only).where(SessionGroup.id.in_([group.id for group in groups]))
    return union_all(
        rosters.order_by(Roster.id.desc()).limit(MAX_CHOICES).subquery().select(),
        select(literal("team"), func.row_number().over(order_by=teams.c.team), teams.c.team, null(), null()),
        counted.group_by(SessionGroup.id),
    )


def waiting_in_order(group_id: int, batch_id: int, only: Waiting, limit: int) -> list[Any]:
    """Rows of (Application, Candidate), teams together: in the order in which turns are filled."""
    query: Any = _lacking(select(Application, Candidate), batch_id, only).join(
        Candidate, Candidate.id == Application.candidate_id
    )
    query = query.where(SessionGroup.id == group_id).order_by(Candidate.team, Application.id).limit(limit)
    return list(db.session.execute(query).all())


def _lacking(query: Any, batch_id: int, only: Waiting) -> Any:
    """``query`` over groups and the applications that could be placed into them."""
    return (
        query.select_from(SessionGroup)
        .join(
            Application,
            (Application.occupation_code == SessionGroup.occupation_code) & (Application.level == SessionGroup.level),
        )
        .where(*_fits(batch_id, only))
    )


def _fits(batch_id: int, only: Waiting) -> list[Any]:
    placed = (
        select(Booking.id)
        .where(
            Booking.application_id == Application.id,
            Booking.part == SessionGroup.part,
            Booking.state.not_in(("cancelled", "excused", "interrupted")),
        )
        .correlate(Application, SessionGroup)
    )
    found: list[Any] = [Application.batch_id == batch_id, Application.state == "accepted"]
    found += [SessionGroup.part == any_(Application.parts), ~placed.exists()]
    if only.team:
        team = select(Candidate.team).where(Candidate.id == Application.candidate_id).correlate(Application)
        found.append(team.scalar_subquery() == only.team)
    if only.roster_id is not None:
        found.append(Application.id.in_(select(RosterRow.application_id).where(RosterRow.roster_id == only.roster_id)))
    return found


def bookable_query(
    group_ids: Sequence[int], batch_id: int, limit: int, after: int = 0, only: Waiting = EVERYBODY
) -> Select[int, Application, Candidate]:
    """Rows of (group id, application, candidate): one look into the batch for each group, in one query."""
    waiting = (
        select(Application)
        .where(*_fits(batch_id, only), Application.id > after)
        .where(Application.occupation_code == SessionGroup.occupation_code, Application.level == SessionGroup.level)
        .order_by(Application.id)
        .limit(limit)
        .correlate(SessionGroup)
        .lateral("waiting")
    )
    found = aliased(Application, waiting, name="Application")
    return (
        select(SessionGroup.id.label("group_id"), found, Candidate)
        .select_from(SessionGroup)
        .join(found, true())
        .join(Candidate, Candidate.id == found.candidate_id)
        .where(SessionGroup.id.in_(group_ids))
        .order_by(SessionGroup.number, found.id)
    )
