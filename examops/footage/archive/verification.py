"""From announced to verified: by the store's own word, a look at the bytes, and what stands on record for that time."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.accounts import Identity
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.jobs import defer
from examops.core.language import N_
from examops.core.store import Head, Missing, Store
from examops.footage.archive.container import is_recording
from examops.footage.archive.gap_reports import supersede_gaps
from examops.footage.archive.gaps import derive_gaps, lock_arming, span_of
from examops.footage.archive.plausibility import hold, overlaps_verified
from examops.footage.models import Segment

# Addresses of the release before bound no type, and its recorders said none.
TYPES_OF_VIDEO = ("video/mp4", "application/octet-stream", "binary/octet-stream", "")
SAMPLER = Actor.system(N_("抽帧"))


@dataclass(frozen=True)
class Announced:
    """What was announced, as plain values: no transaction is open while the store is asked."""

    key: str
    size: int
    sha256: str
    init_length: int
    fragments: list[Any]

    @classmethod
    def of(cls, segment: Segment) -> Announced:
        return cls(segment.object_key, segment.size, segment.sha256.hex(), segment.init_length, list(segment.fragments))


@dataclass(frozen=True)
class Stored:
    """``head`` is what the store says of the object; ``is_recording`` whether its bytes are what a recorder writes."""

    head: Head
    is_recording: bool


def inspect(store: Store, announced: Announced, version_id: str) -> Stored | None:
    """What the store has under the announced key, None for nothing. Reads the bytes where no checksum is kept."""
    key = announced.key
    try:
        head = store.head("footage", key, version_id=version_id)
        if not head.sha256:
            body = store.get("footage", key, version_id=head.version_id)
            head = replace(head, size=len(body), sha256=hashlib.sha256(body).hexdigest())
        if (head.sha256, head.size) != (announced.sha256, announced.size):
            return Stored(head, False)
        return Stored(head, _look_inside(store, announced, head.version_id))
    except Missing:
        return None


def _look_inside(store: Store, announced: Announced, version_id: str) -> bool:
    def fetch(offset: int, length: int) -> bytes:
        return store.get("footage", announced.key, version_id=version_id, start=offset, length=length)

    return is_recording(fetch, announced.init_length, announced.fragments)


def settle(segment: Segment, stored: Stored | None, *, device: Identity, clock: Clock) -> str | None:
    """Decide on a locked segment by the store's word; returns the error the recorder is told, if any."""
    if segment.state != "announced":
        return None
    if stored is None:
        return "store.missing"
    head = stored.head
    if head.sha256 != segment.sha256.hex() or head.size != segment.size or head.content_type not in TYPES_OF_VIDEO:
        hold(segment, "store.mismatch", device.actor, clock)
        return None
    if not head.version_id:
        return "store.unversioned"
    lock_arming(segment.arming_id)  # a round that finds gaps right now may be writing one over this very segment
    # A named person who released it has seen what else there is of this time.
    if fault := _fault_of(segment, stored):
        hold(segment, fault, device.actor, clock)
        return None
    segment.state, segment.version_id, segment.verified_at = "verified", head.version_id, clock.now()
    db.session.flush()
    supersede_gaps(segment.arming_id, span_of(segment), by=segment.uid)  # whoever said that this time is missing
    defer("footage.sample", queue_name="media", once=f"footage.sample:{segment.uid}", segment_uid=str(segment.uid))
    return None


def _fault_of(segment: Segment, stored: Stored) -> str:
    if not stored.is_recording:
        return "content.not_video"
    is_released = bool(segment.quarantine_reason)
    return "time.overlap" if not is_released and overlaps_verified(segment) else ""


def take_back(uid: uuid.UUID, reason: str, rulebook: Rulebook, clock: Clock) -> bool:
    """Hold a verified segment that shows nothing; its time is missing then. False when it is not verified."""
    segment = db.session.execute(select(Segment).where(Segment.uid == uid).with_for_update()).scalar_one()
    if segment.state != "verified":
        return False
    hold(segment, reason, SAMPLER, clock)
    derive_gaps(lock_arming(segment.arming_id), rulebook, clock)
    return True
