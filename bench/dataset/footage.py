"""Armed times of past sessions: purged segments for the newest sessions, one gap for each older one."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from bench.dataset.bulk_insert import JsonText, Row, as_json, bulk_insert, new_uid
from bench.dataset.facilities import BodyFacilities
from bench.dataset.planned import Planned
from examops.footage.models import Arming, Gap, Segment, Strip
from video.recorder.signing import canonical

BEFORE, AFTER = timedelta(minutes=30), timedelta(minutes=15)
LONG, GOP_S, FRAGMENTS = timedelta(minutes=1), 4, 15
GAP_EVERY = 4  # one camera in so many loses its stream once
SAMPLE_MS = 10_000
SIZE = 180_000
FRAGMENT_ROWS = [
    [700 + n * SIZE, SIZE, 820 + n * SIZE, 60_000, n * GOP_S * 1000, GOP_S * 1000, GOP_S, True]
    for n in range(FRAGMENTS)
]
FRAGMENT_TEXT = as_json(FRAGMENT_ROWS)


@dataclass
class Armed:
    """A camera's armed time in a session."""

    id: int
    row: Row
    session: Planned
    camera_uid: uuid.UUID

    @property
    def start(self) -> datetime:
        return self.row["during"].lower

    @property
    def end(self) -> datetime:
        return self.row["during"].upper

    @property
    def owner(self) -> Row:
        row = self.row
        return {
            "body_id": row["body_id"],
            "district": row["district"],
            "arming_id": self.id,
            "camera_id": row["camera_id"],
            "session_id": row["session_id"],
        }


def arm(facilities: BodyFacilities, sessions: Sequence[Planned], now: datetime, rng: random.Random) -> list[Armed]:
    """Armings of past sessions over their whole time, and of running ones from now on."""
    rows, places = [], []
    for session in sessions:
        running = session.row["state"] == "running"
        start, end = session.slot.desk_opens_at - BEFORE, session.slot.ends_at + AFTER
        for _, camera, id in session.room.cameras:
            rows.append(
                {
                    **facilities.owner,
                    "uid": new_uid(rng),
                    "session_id": session.id,
                    "camera_id": id,
                    "during": Range(max(start, now) if running else start, max(end, now + LONG) if running else end),
                    "state": "armed" if running else "disarmed",
                }
            )
            places.append((session, camera["uid"]))
    ids = bulk_insert(Arming, rows, rng)
    return [Armed(ids[row["uid"]], row, session, uid) for row, (session, uid) in zip(rows, places, strict=True)]


def record(facilities: BodyFacilities, armed: Sequence[Armed], wanted: int, now: datetime, rng: random.Random) -> int:
    """Segments for the newest armed time until there are ``wanted``, gaps for the rest; returns how many segments."""
    segments: list[Row] = []
    gaps: list[Row] = []
    for one in sorted(armed, key=lambda one: one.start, reverse=True):
        if len(segments) >= wanted:
            gaps.append(_gap(one, one.start, one.end, "operator", "量测数据：这一场没有录像"))
            continue
        for start, end in _runs(one, gaps, rng):
            segments += _run(facilities, one, start, end, rng)
    bulk_insert(Gap, gaps, rng)
    ids = bulk_insert(Segment, segments, rng)
    bulk_insert(Strip, (_strip(row, ids[row["uid"]], now) for row in segments), rng)
    return len(segments)


def _runs(one: Armed, gaps: list[Row], rng: random.Random) -> Iterator[tuple[datetime, datetime]]:
    """Stretches of footage; the break between two of them is written down with its reason."""
    if rng.randrange(GAP_EVERY):
        yield one.start, one.end
        return
    lost = one.start + (one.end - one.start) * rng.uniform(0.1, 0.8)
    back = lost + timedelta(seconds=rng.randrange(20, 150))
    gaps.append(_gap(one, lost, back, "timeout", ""))
    yield one.start, lost
    yield back, one.end


def _gap(one: Armed, start: datetime, end: datetime, reason: str, detail: str) -> Row:
    told = {"reason": reason, "detail": detail, "reported_by": "recorder"}
    return {**one.owner, **told, "started_at": start, "ended_at": end}


def _run(facilities: BodyFacilities, one: Armed, start: datetime, end: datetime, rng: random.Random) -> Iterator[Row]:
    """Segments of a minute from start to end, each signed and naming the one before."""
    run_uid, previous, sequence = new_uid(rng), "", 0
    while start < end:
        until = end if end - start < LONG * 1.1 else start + LONG
        values = _values(one, new_uid(rng), run_uid, sequence, start, until) | {"previous_digest": previous}
        signed = SIDECAR % values
        signature, previous = facilities.signer.sign(signed.encode())
        yield segment_row(one, facilities, values, start, until) | {
            "sidecar": JsonText(f'{signed[:-1]},"signature":"{signature}"}}'),
            "fragments": FRAGMENT_TEXT,
            "state": "purged",
            "announced_at": until,
            "sidecar_digest": bytes.fromhex(previous),
        }
        start, sequence = until, sequence + 1


def _values(
    one: Armed, uid: uuid.UUID, run_uid: uuid.UUID, sequence: int, start: datetime, end: datetime
) -> dict[str, Any]:
    """What differs between sidecars."""
    ms = round((end - start).total_seconds() * 1000)
    return {
        "segment_uid": str(uid),
        "camera_uid": str(one.camera_uid),
        "arming_uid": str(one.row["uid"]),
        "run_uid": str(run_uid),
        "sequence": sequence,
        "start": stamp(start),
        "end": stamp(end),
        "media_start_ticks": sequence * 60 * 90_000,
        "media_duration_ms": ms,
        "wall_duration_ms": ms,
        "sha256": hashlib.sha256(uid.bytes).hexdigest(),
        "frames": ms // 1000,
        **SAME,
    }


def _sidecar_text() -> str:
    """Canonical JSON of every sidecar, to be filled in by ``%``: writing it anew costs as much as signing it."""
    named = {name: f"@{name}@" for name in (*TEXTS, *NUMBERS)}
    text = canonical({**FIXED, **SAME, "fragments": FRAGMENT_ROWS, **named}).decode().replace("%", "%%")
    for name in TEXTS:
        text = text.replace(f"@{name}@", f"%({name})s")
    for name in NUMBERS:
        text = text.replace(f'"@{name}@"', f"%({name})d")
    return text


SAME = {"bytes": 700 + SIZE * FRAGMENTS, "init_length": 700}
FIXED = {
    "version": 1,
    "codec": "avc1.4d4028",
    "width": 1280,
    "height": 720,
    "lost_packets": 0,
    "damaged_frames": 0,
    "leans_on_previous": False,
    "salvaged": False,
    "camera_clock_offset_ms": None,
    "end_reason": None,
}
TEXTS = ("segment_uid", "camera_uid", "arming_uid", "run_uid", "start", "end", "sha256", "previous_digest")
NUMBERS = ("sequence", "media_start_ticks", "media_duration_ms", "wall_duration_ms", "frames")
SIDECAR = _sidecar_text()


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def segment_row(
    one: Armed, facilities: BodyFacilities, sidecar: Mapping[str, Any], start: datetime, end: datetime
) -> Row:
    """Columns that follow from the sidecar; itself, its fragments, state and version are the caller's."""
    uid, run_uid, sequence = uuid.UUID(sidecar["segment_uid"]), uuid.UUID(sidecar["run_uid"]), sidecar["sequence"]
    key = f"sessions/{one.session.row['uid']}/{one.camera_uid}/{run_uid}/{sequence:06d}-{uid}.mp4"
    return {
        **one.owner,
        "uid": uid,
        "device_id": facilities.boxes[one.session.room.site_id],
        "run_uid": run_uid,
        "sequence": sequence,
        "started_at": start,
        "ended_at": end,
        "media_start_ticks": sidecar["media_start_ticks"],
        "media_ms": sidecar["media_duration_ms"],
        "size": sidecar["bytes"],
        "sha256": bytes.fromhex(sidecar["sha256"]),
        "init_length": sidecar["init_length"],
        "object_key": key,
        "camera_clock_ms": None,
        "verified_at": None,
    }


def _strip(segment: Row, segment_id: int, now: datetime) -> Row:
    begins = int(segment["started_at"].timestamp() * 1000)
    shown = ((begins + n * SAMPLE_MS, (segment["sequence"] * 7 + n * 13) % 40 / 100) for n in range(6))
    return {
        "body_id": segment["body_id"],
        "district": segment["district"],
        "session_id": segment["session_id"],
        "segment_id": segment_id,
        "images_key": f"strips/{segment['uid']}.jpgs",
        "index_key": f"strips/{segment['uid']}.json",
        "frame_count": 6,
        "activity": JsonText(f"[{','.join(f'[{at},{motion}]' for at, motion in shown)}]"),
        "made_at": min(now, segment["ended_at"] + LONG),
    }
