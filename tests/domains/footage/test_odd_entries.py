"""One odd entry of a batch is answered by itself: the recorder's other entries are taken in."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.models import CameraState, Gap, Segment
from tests.domains.footage.conftest import API, Box, Scene, payload, sealed, stamp

pytestmark = [pytest.mark.s3, pytest.mark.postgres]
DEEP: Any = json.loads("[" * 60 + "]" * 60)
# How a good sidecar is bent; each is signed anew, so that only its content is odd.
BENT: dict[str, Callable[[dict], Any]] = {
    "null": lambda good: None,
    "a number": lambda good: 7,
    "a list": lambda good: [good],
    "empty": lambda good: {},
    "NUL in a text": lambda good: good | {"codec": "avc1\0"},
    "lone surrogate": lambda good: good | {"codec": "\ud800"},
    "NUL in a name": lambda good: good | {"a\0": 1},
    "nested deeply": lambda good: good | {"more": DEEP},
    "uid of digits": lambda good: good | {"segment_uid": 5},
    "NUL in the uid": lambda good: good | {"segment_uid": "\0" * 36},
    "year 9999": lambda good: good | {"start": "9999-12-31T23:59:00Z", "end": "9999-12-31T23:59:59Z"},
    "year 1": lambda good: good | {"start": "0001-01-01T00:00:00Z", "end": "0001-01-01T00:00:30Z"},
    "sequence of 2^63": lambda good: good | {"sequence": 2**63},
    "ticks of 2^63": lambda good: good | {"media_start_ticks": 2**63},
    "duration of 2^40 ms": lambda good: good | {"media_duration_ms": 2**40},
    "size as text": lambda good: good | {"bytes": "1000"},
    "fragments of 2^70": lambda good: good | {"fragments": [[2**70] * 8]},
    "fragment number beyond all time": lambda good: (
        good | {"fragments": [[*good["fragments"][0][:4], 0, 2**60, 1, True]]}
    ),
    "lost packets of 2^40": lambda good: good | {"lost_packets": 2**40},
    "skew of 2^60": lambda good: good | {"camera_clock_offset_ms": 2**60},
    "previous digest is a list": lambda good: good | {"previous_digest": []},
    "signature of Chinese": lambda good: good | {"signature": "签名"},
    "infinite": lambda good: good | {"more": float("inf")},
}


@pytest.mark.parametrize("kind", BENT)
def test_an_odd_sidecar_does_not_stop_its_neighbours(box: Box, scene: Scene, kind: str) -> None:
    place, minute = (scene.armings[0], scene.cameras[0]), timedelta(minutes=1)
    first, odd, last = (box.sidecar(*place, scene.session.starts_at + n * minute, body=payload()) for n in range(3))
    bent = BENT[kind](copy.deepcopy(odd))
    if isinstance(bent, dict) and bent and "签名" not in str(bent.get("signature")) and kind not in UNSIGNABLE:
        bent = sealed(bent, box.key)
    body = json.dumps({"segments": [first, bent, last]})
    headers = {"Authorization": f"Bearer {box.token}", "Content-Type": "application/json"}
    answer = box.client.post(API + "/segments/announce", data=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert [one["state"] for one in answer.json["results"]] == ["announced", "quarantined", "announced"]
    with transaction(SYSTEM):
        held = select(func.count()).select_from(Segment).where(Segment.state == "announced")
        assert db.session.execute(held).scalar_one() == 2


UNSIGNABLE = ("lone surrogate", "infinite")


def test_an_odd_gap_does_not_stop_its_neighbours(box: Box, scene: Scene) -> None:
    begin = scene.armings[0].during.lower
    good = {
        "arming_uid": str(scene.armings[0].uid),
        "camera_uid": str(scene.cameras[0].uid),
        "start": stamp(begin),
        "end": stamp(begin + timedelta(minutes=1)),
        "reason": "timeout",
    }
    odd = [
        None,
        "gap",
        {},
        good | {"gap_uid": "x"},
        good | {"gap_uid": str(uuid.uuid4()), "reason": "weather"},
        good | {"gap_uid": str(uuid.uuid4()), "start": "0001-01-01T00:00:00Z"},
        good | {"gap_uid": str(uuid.uuid4()), "end": "9999-12-31T00:00:00Z"},
        good | {"gap_uid": str(uuid.uuid4()), "detail": ["a"]},
    ]
    last = good | {"gap_uid": str(uuid.uuid4())}
    answer = box.post("/gaps", {"gaps": [*odd, last]})
    assert answer.status_code == 200, answer.text
    assert [one["state"] for one in answer.json["results"]] == ["malformed"] * len(odd) + ["recorded"]
    with transaction(SYSTEM):
        assert db.session.execute(select(Gap.uid)).scalars().all() == [uuid.UUID(last["gap_uid"])]


def test_an_odd_confirmation_does_not_stop_its_neighbours(box: Box, scene: Scene) -> None:
    body = payload()
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], scene.session.starts_at, body=body)
    box.announce(sidecar)
    known, stranger = sidecar["segment_uid"], str(uuid.uuid4())
    items = [7, {"segment_uid": "x"}, {"segment_uid": stranger}, {"segment_uid": known, "version_id": ""}]
    results = box.post("/segments/confirm", {"segments": items}).json["results"]
    assert [(one["segment_uid"], one["error"]) for one in results] == [
        ("", "sidecar.malformed"),
        ("x", "sidecar.malformed"),
        (stranger, "not_found"),
        (known, "store.missing"),
    ]


def test_an_odd_word_about_a_camera_does_not_silence_the_others(box: Box, scene: Scene, clock: FixedClock) -> None:
    word = {"camera_uid": str(scene.cameras[0].uid), "state": "recording", "at": stamp(clock.now())}
    odd = [None, {}, word | {"camera_uid": str(uuid.uuid4())}, word | {"at": "9999-12-31T00:00:00Z"}]
    answer = box.post("/health", {"cameras": [*odd, word], "spool": None})
    assert answer.status_code == 200, answer.text
    with transaction(SYSTEM):
        assert db.session.execute(select(CameraState.camera_id)).scalars().all() == [scene.cameras[0].id]
