"""Who is booked into a session, and who could be: keyset pages, one query for any number of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, any_, func, select, true
from sqlalchemy.orm import aliased

from examops.core.database import db
from examops.core.paging import of_own_body
from examops.eligibility.models import Candidate, StoredVerdict
from examops.registration.models import Application, Roster, RosterRow
from examops.sessions.models import Booking, ExamSession, SessionGroup, Turn

PAGE = 50
MAX_CHOICES = 200


def bookings_of(session: ExamSession, after: int = 0, limit: int = PAGE) -> list[Any]:
    """Rows of (booking, application, candidate, turn number, group, verdict), held ones first, keyset by id."""
    query = (
        select(Booking, Application, Candidate, Turn.number.label("turn"), SessionGroup, StoredVerdict)
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


def waiting_groups(groups: Sequence[SessionGroup], batch_id: int, after: int, only: Waiting) -> list[WaitingGroup]:
    """Groups with people to place, in three queries for any number of people."""
    people = bookable_applications(groups, batch_id, PAGE, after, only)
    counts = _waiting_counts(groups, batch_id, only)
    return [WaitingGroup(group, people[group.id], counts.get(group.id, 0)) for group in groups if counts.get(group.id)]


def _waiting_counts(groups: Sequence[SessionGroup], batch_id: int, only: Waiting) -> dict[int, int]:
    counted = _lacking(select(SessionGroup.id, func.count(Application.id)), batch_id, only)
    counted = counted.where(SessionGroup.id.in_([group.id for group in groups])).group_by(SessionGroup.id)
    return {row[0]: int(row[1]) for row in db.session.execute(counted)}


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


def teams_and_rosters(batch_id: int) -> tuple[list[str], list[Roster]]:
    """What the people of a batch can be chosen by: their teams, and the rosters that they came with."""
    teams = (
        select(Candidate.team)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.batch_id == batch_id, Application.state == "accepted", Candidate.team != "")
        .distinct()
        .order_by(Candidate.team)
    )
    rosters = of_own_body(select(Roster), Roster.body_id).where(Roster.batch_id == batch_id, Roster.state == "saved")
    return (
        list(db.session.execute(teams.limit(MAX_CHOICES)).scalars()),
        list(db.session.execute(rosters.order_by(Roster.id.desc()).limit(MAX_CHOICES)).scalars()),
    )


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
