"""Whatever a paired box or tablet sends is answered in JSON: taken, refused or malformed; never an error of ours."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from tests.domains.footage.conftest import Box, Scene, box, pair_box, scene, sealed, stage, stamp
from tests.fuzz.odd_json import mutated
from tests.fuzz.running import try_property

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
__all__ = ["box", "pair_box", "scene", "stage"]


def answered(answer: Any) -> None:
    assert answer.status_code < 500, answer.text[:300]
    assert answer.is_json, answer.text[:300]


def calls(box: Box, scene: Scene) -> dict[str, Any]:
    """A valid body for each call of a recorder."""
    arming, camera = scene.armings[0], scene.cameras[0]
    start = arming.during.lower
    sidecar = box.sidecar(arming, camera, start, body=b"x" * 100)
    gap = {
        "gap_uid": str(uuid.uuid4()),
        "arming_uid": str(arming.uid),
        "camera_uid": str(camera.uid),
        "start": stamp(start),
        "end": stamp(start + timedelta(seconds=5)),
        "reason": "timeout",
        "detail": "",
    }
    return {
        "/segments/announce": {"segments": [sidecar]},
        "/segments/confirm": {"segments": [{"segment_uid": sidecar["segment_uid"], "version_id": "v"}]},
        "/gaps": {"gaps": [gap]},
        "/health": {
            "cameras": [{"camera_uid": str(camera.uid), "state": "recording", "at": stamp(start), "skew_ms": 0}],
            "spool": {"disk_fill_percent": 10.0, "faults": ["x"]},
        },
    }


@pytest.mark.parametrize("path", ["/segments/announce", "/segments/confirm", "/gaps", "/health"])
def test_any_call_of_a_recorder_is_answered(box: Box, scene: Scene, path: str) -> None:
    body = calls(box, scene)[path]
    answered(box.post(path, body))

    try_property(mutated(body), lambda odd: answered(box.post(path, odd)), examples=25, share=4)


def test_any_sidecar_that_was_signed_is_judged(box: Box, scene: Scene) -> None:
    """Past the signature the content is a stranger's all the same."""
    sidecar = calls(box, scene)["/segments/announce"]["segments"][0]

    def check(odd: Any) -> None:
        with suppress(UnicodeEncodeError):  # half a surrogate pair cannot be signed; it goes as it is
            odd = sealed(odd, box.key) if isinstance(odd, dict) else odd
        answered(box.post("/segments/announce", {"segments": [odd]}))

    try_property(mutated(sidecar), check, examples=40)
