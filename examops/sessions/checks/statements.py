"""A person on duty says whom on the list they must not examine; silence is "?"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
from examops.core.database import db, owner_of
from examops.core.errors import NotFound
from examops.core.language import N_, message
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.checks.models import RecusalStatement
from examops.sessions.models import Booking, ExamSession, SessionDuty, Turn
from examops.sessions.states import TAKES_A_PLACE
from examops.sessions.tags import Tag
from examops.staff.models import RecusalRelation, StaffMember

ENDED, MISTAKEN = "ended", "mistaken"
TAKEN_BACK = (ENDED, MISTAKEN)


def people_to_look_at(session: ExamSession) -> list[Any]:
    """Rows of (candidate, number of the turn), everybody on the list, by turn."""
    query = (
        select(Candidate, Turn.number.label("turn"))
        .join(Application, Application.candidate_id == Candidate.id)
        .join(Booking, Booking.application_id == Application.id)
        .join(Turn, Turn.id == Booking.turn_id)
        .where(Booking.session_id == session.id, Booking.state.in_(TAKES_A_PLACE))
        .order_by(Turn.number, Booking.id)
    )
    return list(db.session.execute(query).all())


def state_relations(
    duty: SessionDuty,
    session: ExamSession,
    relations: Mapping[UUID, str],
    *,
    actor: Actor,
    clock: Clock,
    is_own: bool,
) -> RecusalStatement:
    """``relations`` is candidate's uid → kind of relation, for those there is one to; the rest is stated to be free,
    or to stand as before. ``ENDED`` and ``MISTAKEN`` instead of a kind end what was declared before: from today on,
    or as never said.

    ``is_own`` is False where the coordinator writes down what somebody signed on paper. Raises NotFound for somebody
    who is not on the list.
    """
    people = {row.Candidate.uid: row.Candidate for row in people_to_look_at(session)}
    unknown = set(relations) - people.keys()
    if unknown:
        raise NotFound(N_("名单里没有这位考生"), advice=N_("刷新页面，按最新的名单再声明一次"))
    said = _Said(actor, clock.now(), "declared" if is_own else "paper")
    for uid, kind in relations.items():
        if kind in TAKEN_BACK:
            _take_back(duty, people[uid], kind, said)
        else:
            _relate(duty, people[uid], kind, said)
    row = RecusalStatement(
        **owner_of(session),
        session_id=session.id,
        staff_id=duty.staff_id,
        candidates=sorted(candidate.id for candidate in people.values()),
        stated_at=clock.now(),
        written_by=actor.name,
        written_by_uid=actor.uid,
        is_own=is_own,
    )
    db.session.add(row)
    db.session.flush()
    name = db.session.execute(select(StaffMember.name).where(StaffMember.id == duty.staff_id)).scalar_one()
    words = message("{number} {name}", number=session.number, name=name)
    taken_back = sum(kind in TAKEN_BACK for kind in relations.values())
    more = {"people": len(people), "relations": len(relations) - taken_back, "taken_back": taken_back}
    record(Tag.RECUSAL_STATED, actor, duty, words=words, at=clock.now(), is_own=is_own, **more)
    return row


@dataclass(frozen=True)
class _Said:
    """Who writes a relation down, when, and as whose word."""

    actor: Actor
    at: datetime
    source: str


def _relate(duty: SessionDuty, candidate: Candidate, kind: str, said: _Said) -> None:
    """What stands already stays with whoever declared it first."""
    values = {
        **owner_of(candidate),
        "staff_id": duty.staff_id,
        "candidate_id": candidate.id,
        "relation": kind,
        "source": said.source,
        "declared_by": said.actor.name,
        "declared_by_uid": said.actor.uid,
        "declared_at": said.at,
    }
    db.session.execute(insert(RecusalRelation).values(**values).on_conflict_do_nothing())


def _take_back(duty: SessionDuty, candidate: Candidate, kind: str, said: _Said) -> None:
    """All relations that stand between the two; the rows stay."""
    query = select(RecusalRelation).where(
        RecusalRelation.staff_id == duty.staff_id, RecusalRelation.candidate_id == candidate.id, *standing()
    )
    for row in db.session.execute(query).scalars():
        if kind == MISTAKEN:
            row.withdrawn_at = said.at
        else:
            row.valid_until = local_day(said.at) - timedelta(days=1)


def standing() -> tuple[ColumnElement[bool], ...]:
    return RecusalRelation.withdrawn_at.is_(None), RecusalRelation.valid_until.is_(None)


def standing_relations(duty: SessionDuty, people: Iterable[Candidate]) -> dict[int, RecusalRelation]:
    """By candidate, the latest relation that the person on duty has declared and not taken back."""
    query = select(RecusalRelation).where(
        RecusalRelation.staff_id == duty.staff_id,
        RecusalRelation.candidate_id.in_([one.id for one in people]),
        *standing(),
    )
    return {row.candidate_id: row for row in db.session.execute(query.order_by(RecusalRelation.id)).scalars()}
