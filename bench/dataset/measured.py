"""The one session with real bytes: a minute of a drawn camera, recorded once and archived under every minute's name.

The same picture comes back each minute; sidecars, chain, signatures, checksums and frames are what a recorder makes.
"""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import urllib3
from sqlalchemy.dialects.postgresql import Range

from bench.dataset.bulk_insert import Row, bulk_insert, new_uid
from bench.dataset.facilities import BodyFacilities
from bench.dataset.footage import BEFORE, LONG, Armed, segment_row, stamp
from bench.dataset.planned import Planned
from examops.core.store import AlreadyStored, Store, StoreError
from examops.demo.story.past_footage import PastCamera
from examops.footage.models import Arming, Segment, Strip
from examops.footage.pictures.strips import images_key, index_key
from video import frames
from video.recorder.sidecar import Sidecar
from video.recorder.signing import Signer
from video.recorder.spool import Spool

ROOM = ("electric-a", "front")
LIVES = timedelta(minutes=5)


@dataclass(frozen=True)
class Minute:
    """A minute of footage as a recorder closed it, and its frames from the start of the segment on."""

    content: bytes
    sidecar: Sidecar
    frames: frames.Strip


def one_minute() -> Minute:
    with TemporaryDirectory() as folder:
        spool = Spool(Path(folder))
        camera = PastCamera(uuid.UUID(int=1), uuid.UUID(int=2), *ROOM, (0.0, LONG.total_seconds()))
        deque(camera.record(spool, Signer.new()), maxlen=0)
        closed = next(iter(spool.closed_segments()))
        content = closed.path.read_bytes()
    drawn = frames.strip(lambda at, length: content[at : at + length], closed.sidecar, 0, every=Fraction(10))
    return Minute(content, closed.sidecar, drawn)


def archive(
    facilities: BodyFacilities, session: Planned, minutes: int, store: Store, now: datetime, rng: random.Random
) -> None:
    """Arm the cameras of a session that is over for so many minutes, and archive all of them."""
    minute, start = one_minute(), session.slot.desk_opens_at - BEFORE
    during = Range(start, start + minutes * LONG)
    rows = [
        {
            **facilities.owner,
            "uid": new_uid(rng),
            "session_id": session.id,
            "camera_id": id,
            "during": during,
            "state": "disarmed",
        }
        for _, _, id in session.room.cameras
    ]
    ids = bulk_insert(Arming, rows, rng)
    segments: list[Row] = []
    for row, (_, camera, _) in zip(rows, session.room.cameras, strict=True):
        segments += _camera(facilities, Armed(ids[row["uid"]], row, session, camera["uid"]), minute, store, rng)
    segment_ids = bulk_insert(Segment, segments, rng)
    bulk_insert(Strip, [_strip(row, segment_ids[row["uid"]], minute, store) for row in segments], rng)


def _camera(facilities: BodyFacilities, one: Armed, minute: Minute, store: Store, rng: random.Random) -> Sequence[Row]:
    run_uid, previous, start, rows = new_uid(rng), "", one.start, []
    for sequence in range((one.end - one.start) // LONG):
        mine = {
            "segment_uid": str(new_uid(rng)),
            "camera_uid": str(one.camera_uid),
            "arming_uid": str(one.row["uid"]),
            "run_uid": str(run_uid),
            "sequence": sequence,
            "start": stamp(start),
            "end": stamp(start + LONG),
            "previous_digest": previous,
        }
        plain = {name: value for name, value in minute.sidecar.items() if name != "signature"} | mine
        sidecar, previous = facilities.signer.seal(plain)
        row = segment_row(one, facilities, sidecar, start, start + LONG)
        row |= {"sidecar": sidecar, "fragments": sidecar["fragments"], "sidecar_digest": bytes.fromhex(previous)}
        version = _upload(store, row["object_key"], minute.content)
        stored_at = start + LONG + timedelta(seconds=5)
        rows.append(
            row | {"state": "verified", "version_id": version, "announced_at": stored_at, "verified_at": stored_at}
        )
        start += LONG
    return rows


def _upload(store: Store, key: str, content: bytes) -> str:
    """As a recorder does it: a conditional PUT with the checksum; returns the version that the store reports."""
    digest = hashlib.sha256(content).hexdigest()
    ticket = store.upload_url("footage", key, digest, LIVES)
    answer = urllib3.request("PUT", ticket.url, body=content, headers=ticket.headers, timeout=30)
    if answer.status not in (200, 409, 412):
        raise StoreError(status=answer.status)
    head = store.head("footage", key)
    if head.size != len(content):
        raise AlreadyStored()
    return head.version_id


def _strip(segment: Row, segment_id: int, minute: Minute, store: Store) -> Row:
    begins = int(segment["started_at"].timestamp() * 1000)
    shown = [{**row, "t_ms": row["t_ms"] + begins} for row in minute.frames.index["frames"]]
    strip = replace(minute.frames, index={**minute.frames.index, "frames": shown})
    images, index = images_key(segment["uid"]), index_key(segment["uid"])
    store.put("derived", images, strip.images)
    store.put("derived", index, json.dumps(strip.index).encode(), "application/json")
    return {
        **{name: segment[name] for name in ("body_id", "district", "session_id")},
        "segment_id": segment_id,
        "images_key": images,
        "index_key": index,
        "frame_count": len(shown),
        "failed_count": strip.undecodable,
        "made_at": segment["verified_at"],
        "activity": [[row["t_ms"], row["motion"] or 0.0] for row in shown],
    }
