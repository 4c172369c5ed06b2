"""Sampled frames of a segment: one object of JPEGs end to end and one index. Rebuildable at any time."""

from __future__ import annotations

import json
import uuid
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.store import Store
from examops.footage.models import Segment, Strip
from examops.footage.pictures.keyframes import Source
from video import frames


def source_of(segment_uid: uuid.UUID, store: Store) -> Source | None:
    """The segment's file, or None when it is not (or no longer) verified."""
    query = select(Segment).where(Segment.uid == segment_uid, Segment.state == "verified")
    segment = db.session.execute(query).scalar_one_or_none()
    return Source.of(segment, store) if segment is not None else None


def draw(source: Source, every_s: int) -> frames.Strip | None:
    """Decode the sampled keyframes; one that gives no picture is counted, not hidden. None where nothing can be."""
    try:
        return frames.strip(source.fetch, source.sidecar, source.start_ms, every=Fraction(every_s))
    except ValueError:  # the bytes before the pictures do not say how to decode them
        return None


def keep(strip: frames.Strip, segment_uid: uuid.UUID, store: Store) -> None:
    """Store both objects; writing them again gives the same bytes under the same names."""
    store.put("derived", images_key(segment_uid), strip.images)
    store.put("derived", index_key(segment_uid), json.dumps(strip.index).encode(), "application/json")


def images_key(segment_uid: uuid.UUID) -> str:
    return f"strips/{segment_uid}.jpgs"


def index_key(segment_uid: uuid.UUID) -> str:
    return f"strips/{segment_uid}.json"


def note(strip: frames.Strip, segment_uid: uuid.UUID, clock: Clock) -> None:
    """The row of the strip; a second run replaces it."""
    segment = db.session.execute(select(Segment).where(Segment.uid == segment_uid)).scalar_one()
    rows = strip.index["frames"]
    values = {
        **owner_of(segment),
        "segment_id": segment.id,
        "session_id": segment.session_id,
        "images_key": images_key(segment_uid),
        "index_key": index_key(segment_uid),
        "frame_count": len(rows),
        "failed_count": strip.undecodable,
        "made_at": clock.now(),
        "activity": [[row["t_ms"], row["motion"] or 0.0] for row in rows],
    }
    statement = insert(Strip).values(values)
    changed = {name: values[name] for name in ("frame_count", "failed_count", "made_at", "activity")}
    db.session.execute(statement.on_conflict_do_update(index_elements=["segment_id"], set_=changed))
