"""What a camera of the room saw at the moment of a scan, cut from verified footage and kept with the scan."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from examops.audit import record
from examops.checkin.models import Scan, ScanFrame, Sitting
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.language import N_
from examops.core.store import Store
from examops.footage.models import Arming, Segment
from examops.footage.pictures.keyframes import Source, keyframe_before
from examops.footage.tags import Tag
from examops.sites.models import Camera, CameraCoverage

SYSTEM = Actor.system(N_("扫码画面截取"))
WIDTH = 1280  # faces are read at this width; more is in the footage itself
LOOKS_BACK = timedelta(days=7)
PATIENCE = timedelta(hours=2)  # so long the camera at the door is waited for, when another one's footage is here
MOST = 200
MOMENT = func.coalesce(Scan.judged_at, Scan.received_at)
_IS_FOOTAGE = (Segment.state == "verified", Segment.started_at <= MOMENT, Segment.ended_at > MOMENT)


@dataclass(frozen=True)
class Moment:
    """A scan as plain values: no transaction is open while the store is read."""

    scan_uid: UUID
    at: datetime
    camera_label: str
    segment_uid: UUID
    source: Source

    @property
    def key(self) -> str:
        return f"scan-frames/{self.scan_uid}.jpg"

    @property
    def taken_at(self) -> datetime:
        """When the picture was taken: the last one at or before the scan that stands alone."""
        picture = keyframe_before(self.source, self.at)
        return self.source.started_at + timedelta(milliseconds=picture.media_offset_ms) if picture else self.at


def scans_without_frame(clock: Clock) -> list[UUID]:
    """Scans of known people of the last days that have no picture yet, though some footage of their moment is here."""
    query = (
        select(Scan.uid)
        .where(Scan.booking_id.is_not(None), Scan.received_at > clock.now() - LOOKS_BACK)
        .where(~select(ScanFrame.id).where(ScanFrame.scan_id == Scan.id).exists())
        .where(_has_footage())
        .order_by(Scan.received_at.desc())
    )
    found = list(db.session.execute(query.limit(MOST)).scalars())
    return [uid for uid in found if _best(uid, clock) is not None]


def _has_footage() -> ColumnElement[bool]:
    return select(Segment.id).where(Segment.session_id == Scan.session_id, *_IS_FOOTAGE).correlate(Scan).exists()


def _best(scan_uid: UUID, clock: Clock) -> tuple[Scan, Segment, Camera] | None:
    """The footage to take: of the camera at the door, else of one that covers the seat, else of any of the room."""
    covers = (
        select(CameraCoverage.id)
        .join(Sitting, Sitting.workstation_id == CameraCoverage.workstation_id)
        .where(CameraCoverage.camera_id == Camera.id, Sitting.booking_id == Scan.booking_id)
        .where(CameraCoverage.valid.contains(MOMENT))
        .correlate(Camera, Scan)
        .exists()
    )
    query = (
        select(Scan, Camera, Segment, MOMENT.label("at"))
        .join(Arming, (Arming.session_id == Scan.session_id) & (Arming.state != "cancelled"))
        .join(Camera, Camera.id == Arming.camera_id)
        .outerjoin(
            Segment,
            and_(Segment.arming_id == Arming.id, *_IS_FOOTAGE),
        )
        .where(Scan.uid == scan_uid, Arming.during.contains(MOMENT))
        .order_by(Camera.is_door.desc(), covers.desc(), Camera.label, Camera.id, Segment.started_at.desc())
    )
    for row in db.session.execute(query):
        if row.Segment is not None:
            return row.Scan, row.Segment, row.Camera
        if clock.now() - row.at < PATIENCE:
            return None
    return None


def moment_of(scan_uid: UUID, store: Store, clock: Clock) -> Moment | None:
    """What to cut; None where it is cut already or has to wait."""
    best = _best(scan_uid, clock)
    if best is None or _is_kept(best[0]):
        return None
    scan, segment, camera = best
    at = scan.judged_at or scan.received_at
    return Moment(scan_uid, at, camera.label, segment.uid, Source.of(segment, store))


def _is_kept(scan: Scan) -> bool:
    return bool(db.session.execute(select(ScanFrame.id).where(ScanFrame.scan_id == scan.id)).scalar())


def note_frame(moment: Moment, jpeg: bytes | None, clock: Clock) -> None:
    """Keep what was cut with its scan, once; None: nothing could be decoded."""
    scan = db.session.execute(select(Scan).where(Scan.uid == moment.scan_uid)).scalar_one()
    if _is_kept(scan):
        return
    digest = hashlib.sha256(jpeg).digest() if jpeg else None
    picture = {"object_key": moment.key if jpeg else "", "size": len(jpeg or b""), "sha256": digest}
    of = {**owner_of(scan), "scan_id": scan.id, "session_id": scan.session_id, "booking_id": scan.booking_id}
    place = {"camera_label": moment.camera_label, "segment_uid": moment.segment_uid, "taken_at": moment.taken_at}
    db.session.add(ScanFrame(**of, **place, **picture))
    facts = {"sha256": digest.hex() if digest else "", "source": moment.source.key}
    record(Tag.SCAN_FRAME_TAKEN, SYSTEM, scan, words=moment.camera_label, at=clock.now(), **facts)
