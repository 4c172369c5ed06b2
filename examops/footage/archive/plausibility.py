"""What a segment's times must be to be believed, and holding back what is not."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.footage.archive.gaps import armed_span, span_of
from examops.footage.archive.intervals import SEAM, Span, clip, total
from examops.footage.cameras.alarms import raise_alarm
from examops.footage.models import Arming, Segment
from examops.footage.tags import Tag
from examops.sites.models import Camera

AHEAD = timedelta(minutes=2)  # how far the clock of a box may be before ours
BEHIND = timedelta(days=7)  # a spool that waited longer than this is a backfill and must say so
SLACK = timedelta(seconds=30)  # recording begins and ends by the clock of the box, a look a second


def time_fault(segment: Segment, arming: Arming) -> str:
    """Why the segment's time cannot be as it says, as of its first announcement; "" where it can."""
    said, armed = span_of(segment), armed_span(arming)
    if not said.meets(armed) or said.start < armed.start - SLACK or said.end > armed.end + SLACK:
        return "time.outside_arming"
    if said.end > segment.announced_at + AHEAD:
        return "time.future"
    if said.end < segment.announced_at - BEHIND and not segment.is_backfilled:
        return "time.late"
    return "time.overlap" if overlaps_verified(segment) else ""


def overlaps_verified(segment: Segment) -> bool:
    """Whether verified footage of the same arming has more than a seam of this time already."""
    said = span_of(segment)
    query = select(Segment.started_at, Segment.ended_at).where(
        Segment.arming_id == segment.arming_id,
        Segment.state == "verified",
        Segment.uid != segment.uid,
        Segment.started_at < said.end,
        Segment.ended_at > said.start,
    )
    others = [Span(*row) for row in db.session.execute(query)]
    return total(clip(others, said)) > SEAM


def hold(segment: Segment, reason: str, actor: Actor, clock: Clock) -> None:
    """Quarantine: keep the row, trust nothing of it, tell somebody."""
    segment.state, segment.quarantine_reason = "quarantined", reason
    db.session.flush()
    record(Tag.SEGMENT_QUARANTINED, actor, segment, words=reason, at=clock.now(), sha256=segment.sha256.hex())
    camera = db.session.get_one(Camera, segment.camera_id)
    raise_alarm(camera, "quarantined", session_id=segment.session_id, detail=reason, clock=clock)
