"""Segments: announced with a signed sidecar, which is checked before anything is uploaded."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from examops.accounts import Identity, keys_of_site
from examops.audit import record
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.core.store import Store
from examops.footage.archive.plausibility import hold, time_fault
from examops.footage.archive.quarantine import is_released
from examops.footage.archive.sidecars import MalformedSidecar, Sidecar, parse, signer_of
from examops.footage.models import Arming, Segment
from examops.footage.tags import Tag
from examops.sessions.models import ExamSession
from examops.sites.models import Camera, Room
from examops.web.inputs import UNPRINTABLE

UPLOAD_LIVES = timedelta(minutes=60)


@dataclass(frozen=True)
class SegmentTarget:
    """Where a segment belongs: its camera, arming and session."""

    camera: Camera
    arming: Arming
    session_uid: uuid.UUID


def announce(raw: Any, *, device: Identity, store: Store, clock: Clock) -> dict[str, Any]:
    """Take one sidecar in. Repeating it gives the same answer; a bad one is kept as ``quarantined`` with its reason.

    What does not belong to the device's site is refused by itself: one lost segment must not hold up the others.
    """
    try:
        sidecar = parse(raw)
    except MalformedSidecar as error:
        return refuse_malformed(raw, device, **error.params)
    place = _place_of(sidecar, device)
    if place is None:
        return _refused(str(sidecar.segment_uid), device, "not_found", camera=str(sidecar.camera_uid))
    db.session.execute(insert(Segment).values(_row(sidecar, place, device, clock)).on_conflict_do_nothing())
    segment = db.session.execute(select(Segment).where(Segment.uid == sidecar.segment_uid)).scalar_one_or_none()
    if segment is None:  # another segment of this run has the number
        return _refused(str(sidecar.segment_uid), device, "segment.sequence_taken", run=str(sidecar.run_uid))
    if bytes(segment.sidecar_digest) != sidecar.digest:
        return _refused(str(sidecar.segment_uid), device, "segment.changed")
    if segment.state == "quarantined" and is_released(segment):
        segment.state = "announced"  # a named person answers for it; the store's digest still decides
    elif segment.state == "announced" and not segment.quarantine_reason:
        _check_sidecar(segment, sidecar, place, device, clock)
    return answer(segment, store)


def refuse_malformed(raw: Any, device: Identity, **details: Any) -> dict[str, Any]:
    uid = raw.get("segment_uid") if isinstance(raw, dict) else None
    shown = UNPRINTABLE.sub("", uid)[:64] if isinstance(uid, str) else ""
    return _refused(shown, device, "sidecar.malformed", **details)


def _refused(uid: str, device: Identity, code: str, **details: Any) -> dict[str, Any]:
    """No row stands for this announcement, so the refusal itself is written down."""
    record(Tag.SEGMENT_QUARANTINED, device.actor, device_row(device), words=code, segment=uid, **details)
    return {"segment_uid": uid, "state": "quarantined", "upload": None, "error": code}


@dataclass(frozen=True)
class DeviceRow:
    """The device as the subject of an audit entry."""

    uid: uuid.UUID
    body_id: int
    district: str
    __tablename__ = "device"


def device_row(device: Identity) -> DeviceRow:
    return DeviceRow(device.uid, device.body_id, device.district)


def _place_of(sidecar: Sidecar, device: Identity) -> SegmentTarget | None:
    query = (
        select(Camera, Arming, ExamSession.uid)
        .join(Arming, Arming.camera_id == Camera.id)
        .join(ExamSession, ExamSession.id == Arming.session_id)
        .join(Room, Room.id == Camera.room_id)
        .where(Camera.uid == sidecar.camera_uid, Arming.uid == sidecar.arming_uid, Room.site_id == device.site_id)
    )
    found = db.session.execute(query).one_or_none()
    return SegmentTarget(*found) if found is not None else None


def _row(sidecar: Sidecar, place: SegmentTarget, device: Identity, clock: Clock) -> dict[str, Any]:
    raw, read, arming = sidecar.raw, sidecar.fields, place.arming
    return {
        "uid": sidecar.segment_uid,
        **owner_of(arming),
        "arming_id": arming.id,
        "camera_id": place.camera.id,
        "session_id": arming.session_id,
        "device_id": device.id,
        "run_uid": sidecar.run_uid,
        "sequence": sidecar.sequence,
        "started_at": sidecar.start,
        "ended_at": sidecar.end,
        "media_start_ticks": read["media_start_ticks"],
        "media_ms": read["media_duration_ms"],
        "size": sidecar.size,
        "sha256": bytes.fromhex(sidecar.sha256),
        "init_length": read["init_length"],
        "fragments": raw["fragments"],
        "sidecar": raw,
        "sidecar_digest": sidecar.digest,
        "object_key": object_key(sidecar, place.session_uid),
        "state": "announced",
        "lost_packets": read["lost_packets"] or 0,
        "is_salvaged": bool(raw.get("salvaged")),
        "is_backfilled": bool(raw.get("backfilled")),
        "camera_clock_ms": read["camera_clock_offset_ms"],
        "announced_at": clock.now(),
    }


def object_key(sidecar: Sidecar, session_uid: uuid.UUID) -> str:
    name = f"{sidecar.sequence:06d}-{sidecar.segment_uid}.mp4"
    return f"sessions/{session_uid}/{sidecar.camera_uid}/{sidecar.run_uid}/{name}"


def _check_sidecar(segment: Segment, sidecar: Sidecar, place: SegmentTarget, device: Identity, clock: Clock) -> None:
    signer = signer_of(sidecar, keys_of_site(device.site_id, sidecar.end))
    if signer is None:
        return hold(segment, "signature.invalid", device.actor, clock)
    segment.device_id = signer
    fault = time_fault(segment, place.arming)
    if not fault and not _chain_holds(segment, sidecar):
        fault = "chain.broken"
    return hold(segment, fault, device.actor, clock) if fault else None


def _chain_holds(segment: Segment, sidecar: Sidecar) -> bool:
    """Compare with the neighbours that are known by now; a neighbour that comes later is compared then."""
    if sidecar.sequence == 0 and sidecar.previous_digest != "":
        return False
    query = select(Segment).where(
        Segment.run_uid == sidecar.run_uid,
        or_(Segment.sequence == sidecar.sequence - 1, Segment.sequence == sidecar.sequence + 1),
        Segment.state != "quarantined",
    )
    for neighbour in db.session.execute(query).scalars():
        if neighbour.camera_id != segment.camera_id:
            return False
        if neighbour.sequence < segment.sequence and bytes(neighbour.sidecar_digest).hex() != sidecar.previous_digest:
            return False
        if neighbour.sequence > segment.sequence and neighbour.sidecar["previous_digest"] != sidecar.digest.hex():
            return False
    return True


def answer(segment: Segment, store: Store, error: str | None = None) -> dict[str, Any]:
    """What the recorder must do next; an announced segment still needs its upload."""
    upload = None
    if segment.state == "announced":
        ticket = store.upload_url("footage", segment.object_key, segment.sha256.hex(), UPLOAD_LIVES)
        upload = {"url": ticket.url, "headers": ticket.headers}
    held_for = segment.quarantine_reason if segment.state == "quarantined" else ""
    fault = error or held_for or None
    return {"segment_uid": str(segment.uid), "state": segment.state, "upload": upload, "error": fault}


def segment_of_site(uid: uuid.UUID, device: Identity, *, locked: bool = False) -> Segment:
    """The segment if its camera is of the device's site, else :class:`NotFound`."""
    query = (
        select(Segment)
        .join(Camera, Camera.id == Segment.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .where(Segment.uid == uid, Room.site_id == device.site_id)
        .execution_options(populate_existing=True)
    )
    query = query.with_for_update(of=Segment) if locked else query
    segment = db.session.execute(query).scalar_one_or_none()
    if segment is None:
        raise NotFound(N_("没有这个录像段"), segment_uid=str(uid))
    return segment
