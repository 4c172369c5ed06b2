"""Withdrawing applications of a batch with one reason: each by itself, so that one that must stay holds up no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from examops.candidates.withdrawing import withdraw
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import DomainError, NotFound
from examops.core.language import N_
from examops.core.transaction import retried, transaction
from examops.eligibility.models import Candidate
from examops.registration import LIVE_APPLICATION
from examops.registration.models import Application, Batch
from examops.sessions import LIVE_BOOKING
from examops.sessions.models import Booking, ExamSession

PAGE = 100


@dataclass(frozen=True)
class Person:
    """Whom a refusal is about; plain values, because the transaction that read them is over."""

    name: str
    body_id: int


@dataclass
class Stays:
    """One reason and everybody whose application stays for it."""

    refusal: DomainError
    people: list[Person] = field(default_factory=list)


@dataclass
class Withdrawn:
    """What became of everybody ticked."""

    count: int = 0
    stays: dict[str, Stays] = field(default_factory=dict)

    @property
    def wanted(self) -> int:
        return self.count + sum(len(one.people) for one in self.stays.values())


def batch_of(uid: UUID) -> Batch:
    found = db.session.execute(select(Batch).where(Batch.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这个批次，或不在您的管理范围内"), advice=N_("回到批次列表，从那里打开"))
    return found


def live_query(batch_id: int, q: str, after: int) -> Select[Any]:
    """A page and one more of (Application, Candidate, numbers of the sessions with a place), in the order applied."""
    sessions = (
        select(func.string_agg(ExamSession.number.distinct(), "、"))
        .join(Booking, Booking.session_id == ExamSession.id)
        .where(Booking.application_id == Application.id, Booking.state.in_(LIVE_BOOKING))
        .correlate(Application)
        .scalar_subquery()
    )
    found: Any = select(Application, Candidate, sessions.label("sessions"))
    query = (
        found.join(Candidate, Candidate.id == Application.candidate_id)
        .where(Application.batch_id == batch_id, Application.state.in_(LIVE_APPLICATION), Application.id > after)
        .order_by(Application.id)
        .limit(PAGE + 1)
    )
    parts = Candidate.name.contains(q, autoescape=True), Candidate.team.contains(q, autoescape=True)
    return query.where(or_(*parts)) if q else query


def withdraw_each(batch: Batch, uids: Sequence[UUID], reason: str, *, actor: Actor, clock: Clock) -> Withdrawn:
    """Each in a transaction of its own, in the order ticked; what is not of the batch is passed over."""
    people, done = _people(batch.id, uids), Withdrawn()
    for uid in uids:
        if uid not in people:
            continue
        candidate_id, person = people[uid]
        try:
            retried(partial(_one, candidate_id, uid, reason, actor, clock))
            done.count += 1
        except DomainError as refusal:
            done.stays.setdefault(f"{refusal.code} {refusal.words}", Stays(refusal)).people.append(person)
    return done


def _people(batch_id: int, uids: Sequence[UUID]) -> dict[UUID, tuple[int, Person]]:
    query = select(Application.uid, Candidate.id, Candidate.name, Candidate.body_id).join(
        Candidate, Candidate.id == Application.candidate_id
    )
    rows = db.session.execute(query.where(Application.batch_id == batch_id, Application.uid.in_(uids)))
    return {uid: (candidate_id, Person(name, body_id)) for uid, candidate_id, name, body_id in rows}


def _one(candidate_id: int, uid: UUID, reason: str, actor: Actor, clock: Clock) -> None:
    with transaction():
        withdraw(db.session.get_one(Candidate, candidate_id), uid, reason, actor=actor, clock=clock)
