"""回避: who on duty must step aside for somebody on the list, and who has not said yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, CompoundSelect, Select, and_, cast, null, select, union_all

from examops.core.clock import local_day
from examops.core.database import db
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.checks.models import RecusalStatement
from examops.sessions.models import Booking, ExamSession
from examops.sessions.states import TAKES_A_PLACE
from examops.staff.models import RecusalRelation, StaffMember

SAME_TEAM, SELF = "same_team", "self"


@dataclass(frozen=True)
class Recusal:
    """``outcome`` is fail, unclear or pass; ``relations`` are kinds of relation, with how many people each."""

    outcome: str = "unclear"
    relations: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """Somebody on the list of candidates, as far as relations are computed from it."""

    team: str
    person_id: int


def candidates_of(session: ExamSession) -> dict[int, Listed]:
    """By inner number everybody who holds a place."""
    return {row.id: Listed(row.team, row.person_id) for row in db.session.execute(_candidates(session))}


def _candidates(session: ExamSession) -> Select[int, str, int]:
    """Each once, also who holds places in two turns."""
    return (
        select(Candidate.id, Candidate.team, Candidate.person_id)
        .distinct()
        .join(Application, Application.candidate_id == Candidate.id)
        .join(Booking, Booking.application_id == Application.id)
        .where(Booking.session_id == session.id, Booking.state.in_(TAKES_A_PLACE))
    )


def recusals(session: ExamSession, members: Iterable[StaffMember]) -> dict[int, Recusal]:
    """By inner number of the staff member. Relations are what somebody declared for the session's day, and what is
    computed: the same team, and the candidate who is the person on duty.

    Nobody is cleared by silence: pass needs a statement that was made over everybody who is on the list now.
    """
    members = list(members)
    people, declared, looked_at = _asked(session, members)
    return {
        one.id: _recusal({**declared.get(one.id, {}), **_computed(one, people)}, set(people), looked_at.get(one.id))
        for one in members
    }


def _recusal(relations: dict[str, int], people: set[int], looked_at: set[int] | None) -> Recusal:
    if relations:
        return Recusal("fail", relations)
    return Recusal("pass" if looked_at is not None and people <= looked_at else "unclear")


def _computed(member: StaffMember, people: Mapping[int, Listed]) -> dict[str, int]:
    team = _plain(member.team)
    counts = {
        SELF: sum(other.person_id == member.person_id for other in people.values()),
        SAME_TEAM: sum(_plain(other.team) == team for other in people.values()) if team else 0,
    }
    return {kind: count for kind, count in counts.items() if count}


def _plain(team: str) -> str:
    """``总装线 1 班`` and ``总装线1班`` are one team."""
    return "".join(team.split()).casefold()


Relations = dict[int, dict[str, int]]


def _asked(
    session: ExamSession, members: list[StaffMember]
) -> tuple[dict[int, Listed], Relations, dict[int, set[int]]]:
    """:func:`candidates_of`; what members declared to be to them: by member and kind, how many people; and over whom
    each member has made a statement. One query: a person, or a person's relation, or a statement is a row."""
    people: dict[int, Listed] = {}
    relations: Relations = {}
    looked_at: dict[int, set[int]] = {}
    for candidate_id, team, person_id, _id, staff_id, relation, stated in db.session.execute(_rows(session, members)):
        if candidate_id is None:
            looked_at.setdefault(staff_id, set()).update(stated)
            continue
        people[candidate_id] = Listed(team, person_id)
        if staff_id is not None:
            kinds = relations.setdefault(staff_id, {})
            kinds[relation] = kinds.get(relation, 0) + 1
    return people, relations, looked_at


def _rows(session: ExamSession, members: list[StaffMember]) -> CompoundSelect[Any]:
    declared = and_(
        RecusalRelation.candidate_id == Candidate.id,
        RecusalRelation.staff_id.in_([one.id for one in members]),
        *holds_on(local_day(session.starts_at)),
    )
    asked = RecusalRelation.id, RecusalRelation.staff_id, RecusalRelation.relation
    no_statement = cast(null(), ARRAY(BigInteger)).label("stated")
    people = _candidates(session).add_columns(*asked, no_statement).outerjoin(RecusalRelation, declared)
    made = RecusalStatement.staff_id, null(), RecusalStatement.candidates
    statements = select(null(), null(), null(), null(), *made).where(RecusalStatement.session_id == session.id)
    return union_all(people, statements)


def holds_on(day: date) -> tuple[ColumnElement[bool], ...]:
    """Conditions of relations that count on that day."""
    return (
        RecusalRelation.withdrawn_at.is_(None),
        RecusalRelation.valid_from.is_(None) | (RecusalRelation.valid_from <= day),
        RecusalRelation.valid_until.is_(None) | (RecusalRelation.valid_until >= day),
    )
