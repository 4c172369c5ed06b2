"""Gaps that boxes reported after the session was concluded: a named person takes them in or leaves them, with a reason.

Taken in, a gap is on record as any other, with its reason, in the review room and beside the conclusion; the conclusion
stays as it was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_
from examops.footage.archive.gap_reports import take_in_late
from examops.footage.models import LateGap
from examops.footage.tags import Tag
from examops.sessions.models import ExamSession
from examops.sites.models import Camera, Room

PAGE = 50
DECISIONS = ("taken", "left")


class DecidedAlready(Conflict):
    code, message = "late_gap.decided", N_("这个缺口已经有人决定过")
    advice = N_("在“已决定”里看是谁、为什么")


def late_query(decided: bool, before: int | None, site_ids: Iterable[int] | None) -> Select[Any]:
    """A page and one more of (LateGap, ExamSession, Camera, Room), the newest first."""
    query: Any = (
        select(LateGap, ExamSession, Camera, Room)
        .join(ExamSession, ExamSession.id == LateGap.session_id)
        .join(Camera, Camera.id == LateGap.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .where(LateGap.decision != "" if decided else LateGap.decision == "")
        .order_by(LateGap.id.desc())
        .limit(PAGE + 1)
    )
    query = query.where(LateGap.id < before) if before else query
    return query.where(Room.site_id.in_(list(site_ids))) if site_ids is not None else query


def late_gaps(decided: bool, before: int | None, site_ids: Iterable[int] | None) -> Sequence[Any]:
    return db.session.execute(late_query(decided, before, site_ids)).all()


def undecided_of(session: ExamSession) -> int:
    query = select(func.count()).where(LateGap.session_id == session.id, LateGap.decision == "")
    return db.session.execute(query).scalar_one()


def decide_late_gap(uid: UUID, decision: str, note: str, *, actor: Actor, clock: Clock) -> None:
    """Once and for good. Raises DecidedAlready, where somebody decided otherwise."""
    late = db.session.execute(select(LateGap).where(LateGap.uid == uid).with_for_update()).scalar_one_or_none()
    if late is None:
        raise NotFound(N_("没有这个迟到的缺口"), advice=N_("刷新页面再看"))
    if late.decision == decision:
        return
    if late.decision:
        raise DecidedAlready()
    late.decision, late.note = decision, note
    late.decided_by, late.decided_by_uid, late.decided_at = actor.name, actor.uid, clock.now()
    seconds = round((late.ended_at - late.started_at).total_seconds())
    record(Tag.LATE_GAP_DECIDED, actor, late, words=note, at=clock.now(), decision=decision, seconds=seconds)
    if decision == "taken":
        take_in_late(late, clock=clock)
