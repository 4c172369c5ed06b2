"""What becomes of a flag: who decided, why, and what was done. A confirmed flag stays open until it is acted on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, select, true

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import among, db, owner_of
from examops.core.errors import Conflict, IllegalTransition, Invalid, NotFound
from examops.core.language import N_
from examops.core.queries import records_of, rows_of
from examops.footage.archive.intervals import SEAM, Span, common, merge, total
from examops.footage.models import Flag, FlagDecision, Segment
from examops.footage.review.playback import LONGEST_SEGMENT
from examops.footage.review.watching import watched_by_camera
from examops.footage.tags import Tag
from examops.sessions.models import ExamSession

DECISIONS = {
    "open": {"confirmed", "dismissed", "escalated"},
    "escalated": {"confirmed", "dismissed"},
    "confirmed": {"acted"},
}


class OwnFlag(Conflict):
    code, message = "flag.own", N_("属实须由另一位督导员复核")
    advice = N_("请另一位督导员打开这条标记再判")


class ClipNotWatched(Conflict):
    code, message = "flag.clip_not_watched", N_("判属实前要先看过这一段录像")
    advice = N_("打开回看室，把标记的时段用不超过计入速度的倍速看过一半以上，再回来判")


def flag_of(uid: uuid.UUID) -> Flag:
    """Locked for the decision; :class:`NotFound` outside one's reach."""
    flag = db.session.execute(select(Flag).where(Flag.uid == uid).with_for_update()).scalar_one_or_none()
    if flag is None:
        raise NotFound()
    return flag


def session_uid_of(uid: uuid.UUID) -> uuid.UUID:
    """Of which session a flag is; :class:`NotFound` outside one's reach."""
    query = select(ExamSession.uid).join(Flag, Flag.session_id == ExamSession.id).where(Flag.uid == uid)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def decide_flag(flag: Flag, to: str, note: str = "", *, actor: Actor, clock: Clock) -> None:
    """Settle a flag; deciding the same again changes nothing.

    Confirming takes a second person who has watched the clip and says why (``flag.own``, ``flag.clip_not_watched``);
    ``acted`` closes what was confirmed and says what was done.
    """
    now = state_of(flag, acted([flag.id]))
    if now == to:
        return
    if to not in DECISIONS.get(now, set()):
        raise IllegalTransition(now=now, to=to)
    if to == "confirmed":
        _check_confirming(flag, actor)
    if to in ("confirmed", "acted") and not note.strip():
        raise Invalid(N_("请写明理由"), advice=N_("属实写看到了什么，已处理写做了什么、通知了谁"))
    if to != "acted":
        flag.state = to
    db.session.add(_decision(flag, to, note, actor, clock))
    db.session.flush()
    record(Tag.FLAG_DECIDED, actor, flag, words=flag.note[:40], at=clock.now(), before=now, after=to)


def _check_confirming(flag: Flag, actor: Actor) -> None:
    if flag.author_uid == actor.uid:
        raise OwnFlag()
    if flag.id not in watched_clips([flag], actor):
        raise ClipNotWatched()


def _decision(flag: Flag, to: str, note: str, actor: Actor, clock: Clock) -> FlagDecision:
    return FlagDecision(
        **owner_of(flag),
        flag_id=flag.id,
        decision=to,
        note=note.strip()[:2000],
        flag_author_uid=flag.author_uid,
        decided_by=actor.name,
        decided_by_uid=actor.uid,
        decided_at=clock.now(),
    )


def is_acted() -> ColumnElement[bool]:
    return exists().where(FlagDecision.flag_id == Flag.id, FlagDecision.decision == "acted")


def in_state(state: str) -> ColumnElement[bool]:
    """The condition of a flag in this state, as people see it."""
    if state == "acted":
        return and_(Flag.state == "confirmed", is_acted())
    return and_(Flag.state == state, ~is_acted()) if state == "confirmed" else Flag.state == state


def acted(flag_ids: Iterable[int]) -> set[int]:
    """Those of the flags that were acted on."""
    query = select(FlagDecision.flag_id).where(among(FlagDecision.flag_id, flag_ids), FlagDecision.decision == "acted")
    return set(db.session.execute(query).scalars())


def state_of(flag: Flag, acted_ids: set[int]) -> str:
    return "acted" if flag.state == "confirmed" and flag.id in acted_ids else flag.state


def decisions_of(flag_ids: Iterable[int]) -> dict[int, list[FlagDecision]]:
    """By flag, in the order they were made."""
    found: dict[int, list[FlagDecision]] = {}
    for decision in _decisions_of(list(flag_ids)):
        found.setdefault(decision.flag_id, []).append(decision)
    return found


@records_of
def _decisions_of(flag_ids: list[int]) -> Select[FlagDecision]:
    return select(FlagDecision).where(among(FlagDecision.flag_id, flag_ids)).order_by(FlagDecision.id)


def watched_clips(flags: Iterable[Flag], actor: Actor) -> set[int]:
    """Flags of whose footage this person watched at least half, or that mark a time without footage."""
    marked = list(flags)
    seen = watched_by_camera([flag.session_id for flag in marked], actor.uid)
    footage = _footage_of(marked)
    return {flag.id for flag in marked if _is_watched(footage.get(flag.id, []), seen.get(_place(flag), []))}


def _place(flag: Flag) -> tuple[int, int]:
    return flag.session_id, flag.camera_id


def _is_watched(footage: list[Span], seen: list[Span]) -> bool:
    return 2 * total(common(footage, seen)) >= total(footage)


def _footage_of(flags: list[Flag]) -> dict[int, list[Span]]:
    """What can be played of each marked stretch, by flag."""
    found: dict[int, list[Span]] = {}
    for row in _played_of([flag.id for flag in flags]):
        part = Span(max(row.started_at, row.begins), min(row.ended_at, row.ends))
        found.setdefault(row.id, []).append(part)
    return {flag_id: merge(spans, SEAM) for flag_id, spans in found.items()}


@rows_of
def _played_of(flag_ids: list[int]) -> Select[int, datetime, datetime, datetime, datetime]:
    """The offset keeps the planner from reading all footage for a page of flags: it is asked for flag by flag, by an
    index from both ends."""
    parts = (
        select(Segment.started_at.label("begins"), Segment.ended_at.label("ends"))
        .where(Segment.session_id == Flag.session_id, Segment.camera_id == Flag.camera_id)
        .where(Segment.started_at > Flag.started_at - LONGEST_SEGMENT, Segment.started_at < Flag.ended_at)
        .where(Segment.ended_at > Flag.started_at, Segment.state == "verified")
        .offset(0)
        .lateral()
    )
    marked = select(Flag.id, Flag.started_at, Flag.ended_at, parts.c.begins, parts.c.ends)
    return marked.join(parts, true()).where(among(Flag.id, flag_ids))
