"""Marks of a supervisor on a stretch of footage, and the conclusion on a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, Invalid
from examops.core.jobs import defer
from examops.core.language import N_, Message, message
from examops.footage.archive.intervals import Span
from examops.footage.models import Flag, ReviewVerdict
from examops.footage.tags import Tag
from examops.sessions.models import ExamSession
from examops.sites.models import Camera

SEVERITIES = ("note", "doubt", "serious")
OUTCOMES = ("clean", "doubts", "violation")
SHORTEST = timedelta(seconds=1)


class AlreadyConcluded(Conflict):
    code, message = "review.already_concluded", N_("您已经给过这场的结论")
    advice = N_("要改结论，请另一位督导员复看后给出新的结论")


@dataclass(frozen=True)
class Draft:
    """A flag as somebody draws it; ``still_at`` is the moment whose picture is kept, if any."""

    camera: Camera
    span: Span
    seat: str
    severity: str
    note: str
    still_at: datetime | None


def make_flag(session: ExamSession, draft: Draft, *, actor: Actor, clock: Clock) -> Flag:
    """Save the flag; its still is cut by a worker. Raises :class:`Invalid` for words or times that do not fit."""
    span = draft.span if draft.span.length >= SHORTEST else Span(draft.span.start, draft.span.start + SHORTEST)
    if draft.severity not in SEVERITIES or not draft.note.strip():
        raise Invalid(N_("标记要有程度和说明"), advice=N_("写一句看到了什么"))
    if not span.meets(Span(session.during.lower, session.during.upper)):  # type: ignore[arg-type]
        raise Invalid(N_("标记的时间不在这一场里"))
    flag = Flag(
        **owner_of(session),
        session_id=session.id,
        camera_id=draft.camera.id,
        started_at=span.start,
        ended_at=span.end,
        seat=draft.seat[:40],
        severity=draft.severity,
        note=draft.note.strip()[:2000],
        author_uid=actor.uid,
        author_name=actor.name,
    )
    db.session.add(flag)
    db.session.flush()
    record(Tag.FLAG_MADE, actor, flag, words=_words(session, draft.camera), at=clock.now(), severity=flag.severity)
    if draft.still_at is not None:
        uid, moment = str(flag.uid), draft.still_at.isoformat()
        defer("footage.still", queue_name="media", once=f"footage.still:{uid}", flag_uid=uid, moment=moment)
    return flag


def _words(session: ExamSession, camera: Camera) -> Message:
    return message("{session} {camera}", session=session.words, camera=camera.label)


def conclude(session: ExamSession, outcome: str, note: str, *, actor: Actor, clock: Clock) -> ReviewVerdict:
    """One conclusion a person and session; a second look is a conclusion of somebody else."""
    if outcome not in OUTCOMES or (outcome != "clean" and not note.strip()):
        raise Invalid(N_("有疑点或违规的结论要写明理由"))
    db.session.execute(select(ExamSession.id).where(ExamSession.id == session.id).with_for_update())
    own = select(ReviewVerdict.id).where(ReviewVerdict.session_id == session.id, ReviewVerdict.author_uid == actor.uid)
    if db.session.execute(own).first() is not None:
        raise AlreadyConcluded()
    verdict = ReviewVerdict(
        **owner_of(session),
        session_id=session.id,
        outcome=outcome,
        note=note.strip()[:2000],
        author_uid=actor.uid,
        author_name=actor.name,
    )
    db.session.add(verdict)
    db.session.flush()
    record(Tag.REVIEW_CONCLUDED, actor, session, words=session.words, at=clock.now(), outcome=outcome)
    return verdict


def verdicts_of(session_id: int) -> list[ReviewVerdict]:
    query = select(ReviewVerdict).where(ReviewVerdict.session_id == session_id).order_by(ReviewVerdict.id)
    return list(db.session.execute(query).scalars())
