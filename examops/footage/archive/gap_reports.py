"""Gaps that recorders report, and what newer knowledge makes of gaps on record.

Gap rows are never edited but for ``superseded_by``. Whoever writes or supersedes gaps of an arming holds its row lock.
"""

from __future__ import annotations

import uuid

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from examops.audit import record
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.footage.archive.gaps import PROVEN, SYSTEM, live_gaps, lock_arming, segments_of, span_of
from examops.footage.archive.intervals import SEAM, Span, clip, subtract, total
from examops.footage.models import Arming, Gap
from examops.footage.tags import Tag

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
    """Take a gap of the recorder in, once. What the server had derived for the same time gives way to it.

    Where footage is verified already, the gap is superseded at once: another box may have recorded that time.
    """
    lock_arming(arming.id)
    values = {
        "uid": uid,
        **owner_of(arming),
        "arming_id": arming.id,
        "camera_id": arming.camera_id,
        "session_id": arming.session_id,
        "started_at": span.start,
        "ended_at": span.end,
        "reason": reason,
        "detail": detail,
        "reported_by": "recorder",
    }
    statement = insert(Gap).values(values).on_conflict_do_nothing(index_elements=["uid"]).returning(Gap.id)
    if db.session.execute(statement).scalar_one_or_none() is None:
        return "known"
    supersede_gaps(arming.id, span, by=uid, derived_only=True)
    gap = db.session.execute(select(Gap).where(Gap.uid == uid)).scalar_one()
    record(Tag.GAP_RECORDED, SYSTEM, gap, words=reason, at=clock.now(), seconds=round(span.length.total_seconds()))
    _supersede_by_footage(arming, span)
    return "recorded"


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
