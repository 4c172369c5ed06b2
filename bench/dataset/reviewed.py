"""Results of review: footage viewings, flags, conclusions, and alarms with their end."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bench.dataset.bulk_insert import Row, bulk_insert
from bench.dataset.footage import Armed
from examops.footage.models import Alarm, Flag, FootageViewing, ReviewVerdict

VIEWERS = ((uuid.UUID(int=11), "量测督导甲"), (uuid.UUID(int=12), "量测督导乙"))
STATES = ("open", "confirmed", "dismissed", "dismissed", "escalated")
ALARMS = ("offline", "black", "frozen")
NOTES = {"note": "量测数据：换了位置", "doubt": "量测数据：两次转身", "serious": "量测数据：有人递东西"}


def review(armed: Sequence[Armed], flags: int, rng: random.Random) -> None:
    """Spread over everything that was armed and is over."""
    past = [one for one in armed if one.row["state"] == "disarmed"]
    if not past:
        return
    bulk_insert(Flag, (_flag(rng.choice(past), rng) for _ in range(flags)), rng)
    bulk_insert(FootageViewing, (look for one in past for look in _viewings(one, rng)), rng)
    bulk_insert(Alarm, (_alarm(one, rng) for one in past if rng.randrange(3) == 0), rng)
    sessions = {one.session.id: one for one in past}.values()
    bulk_insert(ReviewVerdict, (_verdict(one, rng) for one in sessions if rng.randrange(3)), rng)


def _of(one: Armed) -> Row:
    return {name: one.row[name] for name in ("body_id", "district", "session_id")}


def _flag(one: Armed, rng: random.Random) -> Row:
    severity = rng.choice(tuple(NOTES))
    begins = one.session.slot.starts_at + timedelta(seconds=rng.randrange(5_000))
    uid, name = rng.choice(VIEWERS)
    return {
        **_of(one),
        "camera_id": one.row["camera_id"],
        "started_at": begins,
        "ended_at": begins + timedelta(seconds=20),
        "severity": severity,
        "note": NOTES[severity],
        "state": rng.choice(STATES),
        "author_uid": uid,
        "author_name": name,
        "still_sha256": None,
        "segment_id": None,
    }


def _viewings(one: Armed, rng: random.Random) -> Iterator[Row]:
    for uid, name in VIEWERS:
        begins = one.start + timedelta(seconds=rng.randrange(3_000))
        ends, looked = begins + timedelta(minutes=20), one.end + timedelta(hours=rng.randrange(1, 12))
        yield {
            **_of(one),
            "camera_id": one.row["camera_id"],
            "viewer_uid": uid,
            "viewer_name": name,
            "mode": "playback",
            "media_from": begins,
            "media_until": ends,
            "looked_at": looked,
            "extended_at": looked,
        }


def _alarm(one: Armed, rng: random.Random) -> Row:
    begins = one.start + timedelta(seconds=rng.randrange(3_000))
    kind = rng.choice(ALARMS)
    return {
        **_of(one),
        "camera_id": one.row["camera_id"],
        "kind": kind,
        "started_at": begins,
        "ended_at": begins + timedelta(seconds=40),
    }


def _verdict(one: Armed, rng: random.Random) -> Row:
    uid, name = rng.choice(VIEWERS)
    return {
        **_of(one),
        "outcome": rng.choice(("clean", "clean", "doubts")),
        "note": "量测数据",
        "author_uid": uid,
        "author_name": name,
    }
