"""The picture behind a flag, cut at full size from the original; the row names its source and digest."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.language import N_
from examops.core.store import Store
from examops.footage.models import Flag, Segment
from examops.footage.pictures.keyframes import Source
from examops.footage.tags import Tag

SYSTEM = Actor.system(N_("静帧截取"))
FULL_WIDTH = 1920


class NotArchivedYet(Exception):
    """The moment is in no verified segment: it may still be on its way, the queue tries again."""


def source_at(flag_uid: uuid.UUID, moment: datetime, store: Store) -> Source | None:
    """The segment that holds the moment; None when the flag has its still. Raises :class:`NotArchivedYet`."""
    flag = db.session.execute(select(Flag).where(Flag.uid == flag_uid)).scalar_one()
    if flag.still_key:
        return None
    query = select(Segment).where(
        Segment.session_id == flag.session_id,
        Segment.camera_id == flag.camera_id,
        Segment.state == "verified",
        Segment.started_at <= moment,
        Segment.ended_at > moment,
    )
    segment = db.session.execute(query.order_by(Segment.started_at.desc()).limit(1)).scalar_one_or_none()
    if segment is None:
        raise NotArchivedYet(f"{flag_uid} at {moment.isoformat()}")
    return Source.of(segment, store)


def still_key(flag_uid: uuid.UUID) -> str:
    return f"stills/{flag_uid}.jpg"


def note_still(flag_uid: uuid.UUID, source: Source, jpeg: bytes, clock: Clock) -> None:
    """Write the still into its flag, once."""
    flag = db.session.execute(select(Flag).where(Flag.uid == flag_uid).with_for_update()).scalar_one()
    if flag.still_key:
        return
    flag.still_key, flag.still_sha256 = still_key(flag_uid), hashlib.sha256(jpeg).digest()
    flag.segment_id = source.segment_id
    digest = flag.still_sha256.hex()
    record(Tag.STILL_TAKEN, SYSTEM, flag, words=flag.note[:40], at=clock.now(), sha256=digest, source=source.key)
