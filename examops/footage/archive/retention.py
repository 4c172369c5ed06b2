"""Which footage has outlived its keeping time. A plan only: it names versions, and nothing here deletes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.audit import record
from examops.checkin.models import ScanFrame
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
from examops.core.database import db
from examops.core.language import N_
from examops.footage.models import Flag, Segment
from examops.footage.tags import Tag
from examops.sessions.models import ExamSession

SYSTEM = Actor.system(N_("保存期演算"))
HOLDING_FLAGS = ("open", "confirmed", "escalated")


@dataclass(frozen=True)
class Expired:
    """One object version that nothing keeps any longer; pictures in the bucket ``derived`` have one version."""

    object_key: str
    version_id: str
    size: int
    bucket: str = "footage"


def keep_until(session: ExamSession, rulebook: Rulebook) -> datetime:
    """By the law of the session's own day."""
    day = local_day(session.starts_at)
    return session.ends_at + timedelta(days=rulebook.value("footage.retention_days", day))


def locked_until(segment: Segment, rulebook: Rulebook) -> datetime:
    """The store keeps an object at least this long after it was archived, whatever a plan says."""
    assert segment.verified_at is not None
    day = local_day(segment.verified_at)
    return segment.verified_at + timedelta(days=rulebook.value("footage.store_lock_days", day))


def purge_plan(rulebook: Rulebook, clock: Clock) -> list[Expired]:
    """Archived objects past their keeping time, of sessions without a flag that still counts, and out of their lock."""
    plan: list[Expired] = []
    for session in _old_sessions(rulebook, clock):
        free = [segment for segment in _archived(session) if locked_until(segment, rulebook) <= clock.now()]
        plan += [Expired(segment.object_key, segment.version_id, segment.size) for segment in free]
        plan += _scan_frames(session)
    return plan


def _scan_frames(session: ExamSession) -> list[Expired]:
    """What was cut out of a session's footage when tickets were scanned goes with that footage."""
    query = select(ScanFrame).where(ScanFrame.session_id == session.id, ScanFrame.object_key != "")
    return [
        Expired(frame.object_key, "", frame.size, "derived")
        for frame in db.session.execute(query.order_by(ScanFrame.id)).scalars()
    ]


def _old_sessions(rulebook: Rulebook, clock: Clock) -> Iterator[ExamSession]:
    held = select(Flag.session_id).where(Flag.state.in_(HOLDING_FLAGS))
    with_footage = select(Segment.session_id).where(Segment.state == "verified")
    query = select(ExamSession).where(
        ExamSession.ends_at < clock.now(), ExamSession.id.in_(with_footage), ExamSession.id.not_in(held)
    )
    for session in db.session.execute(query.order_by(ExamSession.id)).scalars():
        if keep_until(session, rulebook) <= clock.now():
            yield session


def _archived(session: ExamSession) -> list[Segment]:
    query = select(Segment).where(Segment.session_id == session.id, Segment.state == "verified").order_by(Segment.id)
    return list(db.session.execute(query).scalars())


def plan_retention(rulebook: Rulebook, clock: Clock) -> list[Expired]:
    """The plan of today, with its sums in the log."""
    plan = purge_plan(rulebook, clock)
    size = sum(item.size for item in plan)
    record(Tag.RETENTION_PLANNED, SYSTEM, words=N_("保存期演算"), at=clock.now(), objects=len(plan), bytes=size)
    return plan
