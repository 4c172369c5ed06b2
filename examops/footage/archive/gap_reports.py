"""Gaps that recorders report, and what newer knowledge makes of gaps on record.

Gap rows are never edited but for ``superseded_by``. Whoever writes or supersedes gaps of an arming holds its row lock.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import exists, select, text
from sqlalchemy.dialects.postgresql import insert

from examops.audit import record
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.footage.archive.gaps import PROVEN, SYSTEM, armed_span, live_gaps, lock_arming, segments_of, span_of
from examops.footage.archive.intervals import SEAM, Span, clip, subtract, total
from examops.footage.models import Arming, Gap, LateGap, ReviewVerdict
from examops.footage.tags import Tag
from examops.sessions.models import ExamSession

CONCLUDED = ("reported", "sent_back", "audited", "published", "sealed")
MAX_ARMINGS_PER_ROUND = 200
# A segment is at most ten minutes long (LONGEST_SEGMENT): the bound lets the index on its beginning answer.
CONTRADICTED = text("""
    SELECT DISTINCT g.arming_id
    FROM gap g JOIN segment s ON s.arming_id = g.arming_id AND s.state = ANY (:proven)
     AND s.started_at > g.started_at - interval '10 minutes' AND s.started_at < g.ended_at AND s.ended_at > g.started_at
    WHERE g.superseded_by IS NULL
      AND least(s.ended_at, g.ended_at) - greatest(s.started_at, g.started_at) > interval '1 second'
    ORDER BY g.arming_id LIMIT :most""")


def report_gap(arming: Arming, uid: uuid.UUID, span: Span, reason: str, detail: str, clock: Clock) -> str:
    """Take a gap of the recorder in, once: ``recorded`` or ``known``. What the server had derived gives way to it.

    A box speaks of its armed time and of the past: the rest is cut off, and ``refused`` where nothing is left. Of a
    session that somebody has concluded it changes nothing any more (``refused``): the gap waits for a person as a
    :class:`LateGap`. Where footage is verified already, the gap is superseded at once: another box may have recorded
    that time.
    """
    lock_arming(arming.id)
    armed = armed_span(arming)
    past = clip([span], Span(armed.start, min(armed.end, clock.now())))
    if not past:
        return "refused"
    (span,) = past
    values = {"uid": uid, **owner_of(arming), "arming_id": arming.id, "camera_id": arming.camera_id}
    values |= {"session_id": arming.session_id, "started_at": span.start, "ended_at": span.end}
    values |= {"reason": reason, "detail": detail}
    if _is_concluded(arming.session_id):
        _keep_late(values, clock)
        return "refused"
    return _take_in(arming, span, values, clock)


def _keep_late(values: dict[str, Any], clock: Clock) -> None:
    """Once; what was taken in before the conclusion is no late word."""
    if db.session.execute(select(Gap.id).where(Gap.uid == values["uid"])).scalar_one_or_none() is not None:
        return
    statement = insert(LateGap).values({**values, "reported_at": clock.now()})
    statement = statement.on_conflict_do_nothing(index_elements=["uid"])
    db.session.execute(statement)


def take_in_late(late: LateGap, *, clock: Clock) -> str:
    """What :func:`report_gap` does before a conclusion, for a gap that a person takes in after it."""
    arming = db.session.get_one(Arming, late.arming_id)
    lock_arming(arming.id)
    values = {"uid": late.uid, **owner_of(late), "arming_id": late.arming_id, "camera_id": late.camera_id}
    values |= {"session_id": late.session_id, "started_at": late.started_at, "ended_at": late.ended_at}
    values |= {"reason": late.reason, "detail": late.detail}
    return _take_in(arming, span_of(late), values, clock)


def _take_in(arming: Arming, span: Span, values: dict[str, Any], clock: Clock) -> str:
    uid, reason = values["uid"], values["reason"]
    statement = insert(Gap).values({**values, "reported_by": "recorder"})
    once = statement.on_conflict_do_nothing(index_elements=["uid"]).returning(Gap.id)
    if db.session.execute(once).scalar_one_or_none() is None:
        return "known"
    supersede_gaps(arming.id, span, by=uid, derived_only=True)
    gap = db.session.execute(select(Gap).where(Gap.uid == uid)).scalar_one()
    record(Tag.GAP_RECORDED, SYSTEM, gap, words=reason, at=clock.now(), seconds=round(span.length.total_seconds()))
    _supersede_by_footage(arming, span)
    return "recorded"


def _is_concluded(session_id: int) -> bool:
    """Whether what is on record about a session's footage has been relied on: a later word is for a person to weigh."""
    concluded = exists().where(ReviewVerdict.session_id == ExamSession.id)
    query = select(ExamSession.state.in_(CONCLUDED) | concluded).where(ExamSession.id == session_id)
    return bool(db.session.execute(query).scalar_one())


def _supersede_by_footage(arming: Arming, span: Span) -> None:
    for segment in segments_of(arming, PROVEN):
        if span.meets(span_of(segment)):
            supersede_gaps(arming.id, span_of(segment), by=segment.uid)


def supersede_gaps(arming_id: int, span: Span, *, by: uuid.UUID, derived_only: bool = False) -> None:
    """Newer knowledge about ``span``: gap rows under it point to it, and what it leaves open becomes new rows.

    Gap rows are never edited otherwise. Footage that only touches a gap within a second changes nothing.
    """
    query = select(Gap).where(
        Gap.arming_id == arming_id,
        Gap.superseded_by.is_(None),
        Gap.uid != by,
        Gap.started_at < span.end,
        Gap.ended_at > span.start,
    )
    if derived_only:
        query = query.where(Gap.reported_by == "server")
    for gap in db.session.execute(query.with_for_update()).scalars():
        if total(clip([span], span_of(gap))) <= SEAM:
            continue
        gap.superseded_by = by
        rest = [piece for piece in subtract([span_of(gap)], [span]) if piece.length > SEAM]
        db.session.add_all(_rest_of(gap, piece) for piece in rest)
    db.session.flush()


def _rest_of(gap: Gap, piece: Span) -> Gap:
    columns = ("body_id", "district", "arming_id", "camera_id", "session_id", "reason", "detail", "reported_by")
    return Gap(**{name: getattr(gap, name) for name in columns}, started_at=piece.start, ended_at=piece.end)


def contradicted_armings() -> list[int]:
    """Ids of armings with a live gap over verified footage, as releases up to 0.1.0 left them; a round's worth."""
    found = db.session.execute(CONTRADICTED, {"proven": list(PROVEN), "most": MAX_ARMINGS_PER_ROUND})
    return list(found.scalars())


def supersede_contradicted(arming: Arming) -> int:
    """Let verified footage supersede the gaps over it; returns how many gap rows gave way."""
    before = live_gaps(arming)
    for gap in before:
        _supersede_by_footage(arming, span_of(gap))
    return sum(gap.superseded_by is not None for gap in before)
