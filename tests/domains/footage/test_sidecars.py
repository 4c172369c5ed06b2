"""Sidecars are read strictly: whatever does not fit is named, and nothing of it gets near the database."""

import uuid
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from examops.footage.archive.sidecars import MalformedSidecar, parse, signer_of
from tests.domains.footage.conftest import sealed

KEY = Ed25519PrivateKey.generate()


def good(**changed: Any) -> dict[str, Any]:
    content = {
        "version": 1,
        "segment_uid": str(uuid.uuid4()),
        "camera_uid": str(uuid.uuid4()),
        "arming_uid": str(uuid.uuid4()),
        "run_uid": str(uuid.uuid4()),
        "sequence": 0,
        "start": "2026-11-23T01:00:00.000Z",
        "end": "2026-11-23T01:01:00.000Z",
        "media_start_ticks": 0,
        "media_duration_ms": 60_000,
        "wall_duration_ms": 60_000,
        "bytes": 1000,
        "sha256": "0" * 64,
        "init_length": 100,
        "fragments": [[100, 900, 200, 300, 0, 60_000, 50, True]],
        "lost_packets": 0,
        "camera_clock_offset_ms": None,
        "previous_digest": "",
    }
    return sealed(content | changed, KEY)


def test_a_good_one_is_read_with_its_signer() -> None:
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    keys = [(1, stranger), (2, KEY.public_key().public_bytes_raw())]
    assert signer_of(parse(good()), keys) == 2
    assert signer_of(parse(good()), keys[:1]) is None


def test_fields_of_later_versions_are_kept_and_signed() -> None:
    sidecar = parse(good(colour="grey"))
    assert sidecar.raw["colour"] == "grey"
    assert b"colour" in sidecar.signed_bytes


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"segment_uid": "x"},
        {"sequence": -1},
        {"sequence": 10**9},
        {"sequence": True},
        {"sequence": "0"},
        {"start": "2026-11-23T01:00:00"},
        {"start": "soon"},
        {"end": "2026-11-23T01:00:00.000Z"},
        {"end": "2026-11-23T02:00:00.000Z"},
        {"bytes": 0},
        {"bytes": 10**12},
        {"sha256": "abc"},
        {"sha256": "A" * 64},
        {"init_length": None},
        {"media_duration_ms": 1.5},
        {"fragments": []},
        {"fragments": [[0, 10]]},
        {"fragments": [[100, 901, 200, 300, 0, 60_000, 50, True]]},
        {"fragments": [[100, 900, 800, 300, 0, 60_000, 50, True]]},
        {"fragments": [[-1, 900, 0, 300, 0, 60_000, 50, True]]},
        {"lost_packets": "many"},
        {"camera_clock_offset_ms": "late"},
        {"previous_digest": None},
    ],
    ids=str,
)
def test_what_does_not_fit_is_malformed(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedSidecar):
        parse(good(**change))


@pytest.mark.parametrize("raw", [None, [], "text", {}, {"signature": "x"}])
def test_what_is_no_sidecar_is_malformed(raw: Any) -> None:
    with pytest.raises(MalformedSidecar):
        parse(raw)


@pytest.mark.parametrize("signature", ["", "AAAA", "not base64", "ä"])
def test_a_signature_that_is_none_has_no_signer(signature: str) -> None:
    sidecar = parse({**good(), "signature": signature})
    assert signer_of(sidecar, [(1, KEY.public_key().public_bytes_raw())]) is None
