"""回避: who on duty must step aside for somebody on the list, and who has not said yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from examops.core.database import db
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.checks.models import RecusalStatement
from examops.sessions.models import Booking, ExamSession
from examops.sessions.states import TAKES_A_PLACE
from examops.staff.models import RecusalRelation, StaffMember

SAME_TEAM = "same_team"


@dataclass(frozen=True)
class Recusal:
    """``outcome`` is fail, unclear or pass; ``relations`` are kinds of relation, with how many people each."""

    outcome: str = "unclear"
    relations: Mapping[str, int] = field(default_factory=dict)


def candidates_of(session: ExamSession) -> dict[int, str]:
    """Inner numbers of everybody who holds a place, with their teams."""
    query = (
        select(Candidate.id, Candidate.team)
        .join(Application, Application.candidate_id == Candidate.id)
        .join(Booking, Booking.application_id == Application.id)
        .where(Booking.session_id == session.id, Booking.state.in_(TAKES_A_PLACE))
    )
    return {row.id: row.team for row in db.session.execute(query)}


def recusals(session: ExamSession, members: Iterable[StaffMember]) -> dict[int, Recusal]:
    """By inner number of the staff member. Relations are what somebody declared, and the same team, which is computed.

    Nobody is cleared by silence: pass needs a statement that was made over everybody who is on the list now.
    """
    members, people = list(members), candidates_of(session)
    declared = _declared(members, people)
    looked_at = _looked_at(session)
    return {
        one.id: _recusal({**declared.get(one.id, {}), **_same_team(one, people)}, set(people), looked_at.get(one.id))
        for one in members
    }


def _recusal(relations: dict[str, int], people: set[int], looked_at: set[int] | None) -> Recusal:
    if relations:
        return Recusal("fail", relations)
    return Recusal("pass" if looked_at is not None and people <= looked_at else "unclear")


def _same_team(member: StaffMember, people: Mapping[int, str]) -> dict[str, int]:
    team = _plain(member.team)
    count = sum(_plain(other) == team for other in people.values()) if team else 0
    return {SAME_TEAM: count} if count else {}


def _plain(team: str) -> str:
    """``总装线 1 班`` and ``总装线1班`` are one team."""
    return "".join(team.split()).casefold()


def _declared(members: list[StaffMember], people: Mapping[int, str]) -> dict[int, dict[str, int]]:
    query = select(RecusalRelation.staff_id, RecusalRelation.relation).where(
        RecusalRelation.staff_id.in_([one.id for one in members]), RecusalRelation.candidate_id.in_(people)
    )
    found: dict[int, dict[str, int]] = {}
    for staff_id, relation in db.session.execute(query):
        kinds = found.setdefault(staff_id, {})
        kinds[relation] = kinds.get(relation, 0) + 1
    return found


def _looked_at(session: ExamSession) -> dict[int, set[int]]:
    query = select(RecusalStatement.staff_id, RecusalStatement.candidates).where(
        RecusalStatement.session_id == session.id
    )
    found: dict[int, set[int]] = {}
    for staff_id, candidates in db.session.execute(query):
        found.setdefault(staff_id, set()).update(candidates)
    return found
