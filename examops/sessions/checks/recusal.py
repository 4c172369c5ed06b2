"""回避: who on duty must step aside for somebody on the list, and who has not said yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, CompoundSelect, Select, and_, cast, null, select, union_all

from config.rulebook import rulebook
from examops.core.clock import local_day
from examops.core.database import db
from examops.eligibility import plain_name
from examops.eligibility.models import Candidate, Employment
from examops.organisations.models import Body
from examops.registration.models import Application
from examops.sessions.checks.models import RecusalStatement
from examops.sessions.models import Booking, ExamSession
from examops.sessions.states import TAKES_A_PLACE
from examops.staff.models import RecusalRelation, StaffMember

SAME_TEAM, SELF, TAUGHT, SAME_EMPLOYER = "same_team", "self", "taught", "same_employer"
COMPUTED = "computed"  # the source of what nobody had to say


@dataclass(frozen=True)
class Recusal:
    """``outcome`` is fail, unclear or pass; ``relations`` are kinds of relation, with how many people each, and
    ``sources`` where each kind comes from: declared, paper, imported, computed."""

    outcome: str = "unclear"
    relations: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """Somebody on the list of candidates, as far as relations are computed from it. ``employers``: where they work on
    the day, and where their work is done."""

    team: str
    person_id: int
    employers: frozenset[str] = frozenset()


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
    """By inner number of the staff member. Relations are what somebody declared for the session's day, what came from
    a sheet, and what is computed: the candidate who is the person on duty, and the kinds that the rules name for this
    kind of body (same team, taught, same employer).

    Nobody is cleared by silence: pass needs a statement that was made over everybody who is on the list now.
    """
    members = list(members)
    people, declared, looked_at = _asked(session, members)
    body, day = db.session.get_one(Body, session.body_id), local_day(session.starts_at)
    kinds = rulebook().value("staff.computed_relations", day)[body.kind]
    if SAME_EMPLOYER in kinds and people:
        people = _with_employers(people, day)
    return {
        one.id: _recusal(
            declared.get(one.id, {}), _computed(one, body, people, kinds), set(people), looked_at.get(one.id)
        )
        for one in members
    }


def _recusal(
    declared: dict[str, Declared], computed: dict[str, int], people: set[int], looked_at: set[int] | None
) -> Recusal:
    relations = {kind: len(one.people) for kind, one in declared.items()} | computed
    if not relations:
        return Recusal("pass" if looked_at is not None and people <= looked_at else "unclear")
    sources = {kind: one.sources for kind, one in declared.items()}
    for kind in computed:
        sources[kind] = sources.get(kind, frozenset()) | {COMPUTED}
    return Recusal("fail", relations, {kind: tuple(sorted(found)) for kind, found in sources.items()})


def _computed(member: StaffMember, body: Body, people: Mapping[int, Listed], kinds: Collection[str]) -> dict[str, int]:
    team, taught = _plain(member.team), {_plain(one) for one in member.teaches}
    own = body.name if member.body_id == body.id else ""  # whoever another body lent works there
    employer = plain_name(member.employer or own)
    found = {
        SELF: [one.person_id == member.person_id for one in people.values()],
        SAME_TEAM: [bool(team) and _plain(one.team) == team for one in people.values()],
        TAUGHT: [_plain(one.team) in taught for one in people.values() if one.team],
        SAME_EMPLOYER: [bool(employer) and employer in one.employers for one in people.values()],
    }
    return {kind: sum(hits) for kind, hits in found.items() if sum(hits) and kind in (SELF, *kinds)}


def _with_employers(people: Mapping[int, Listed], day: date) -> dict[int, Listed]:
    """The same people with where they work on that day."""
    query = select(Employment.candidate_id, Employment.employer, Employment.host).where(
        Employment.candidate_id.in_(people),
        Employment.started_on <= day,
        Employment.ended_on.is_(None) | (Employment.ended_on >= day),
    )
    names: dict[int, set[str]] = {}
    for row in db.session.execute(query):
        names.setdefault(row.candidate_id, set()).update(plain_name(one) for one in (row.employer, row.host) if one)
    return {number: replace(one, employers=frozenset(names.get(number, ()))) for number, one in people.items()}


def _plain(team: str) -> str:
    """``总装线 1 班`` and ``总装线1班`` are one team."""
    return "".join(team.split()).casefold()


@dataclass
class Declared:
    """To whom a relation of one kind was declared, and by which sources."""

    people: set[int] = field(default_factory=set)
    sources: frozenset[str] = frozenset()


Relations = dict[int, dict[str, Declared]]


def _asked(
    session: ExamSession, members: list[StaffMember]
) -> tuple[dict[int, Listed], Relations, dict[int, set[int]]]:
    """:func:`candidates_of`; what members declared to be to them, by member and kind; and over whom
    each member has made a statement. One query: a person, or a person's relation, or a statement is a row."""
    people: dict[int, Listed] = {}
    relations: Relations = {}
    looked_at: dict[int, set[int]] = {}
    for candidate_id, team, person_id, _id, staff_id, relation, source, stated in db.session.execute(
        _rows(session, members)
    ):
        if candidate_id is None:
            looked_at.setdefault(staff_id, set()).update(stated)
            continue
        people[candidate_id] = Listed(team, person_id)
        if staff_id is not None:
            one = relations.setdefault(staff_id, {}).setdefault(relation, Declared())
            one.people.add(candidate_id)
            one.sources |= {source}
    return people, relations, looked_at


def _rows(session: ExamSession, members: list[StaffMember]) -> CompoundSelect[Any]:
    declared = and_(
        RecusalRelation.candidate_id == Candidate.id,
        RecusalRelation.staff_id.in_([one.id for one in members]),
        *holds_on(local_day(session.starts_at)),
    )
    asked = RecusalRelation.id, RecusalRelation.staff_id, RecusalRelation.relation, RecusalRelation.source
    no_statement = cast(null(), ARRAY(BigInteger)).label("stated")
    people = _candidates(session).add_columns(*asked, no_statement).outerjoin(RecusalRelation, declared)
    made = RecusalStatement.staff_id, null(), null(), RecusalStatement.candidates
    statements = select(null(), null(), null(), null(), *made).where(RecusalStatement.session_id == session.id)
    return union_all(people, statements)


def holds_on(day: date) -> tuple[ColumnElement[bool], ...]:
    """Conditions of relations that count on that day."""
    return (
        RecusalRelation.withdrawn_at.is_(None),
        RecusalRelation.valid_from.is_(None) | (RecusalRelation.valid_from <= day),
        RecusalRelation.valid_until.is_(None) | (RecusalRelation.valid_until >= day),
    )
