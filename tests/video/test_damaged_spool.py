"""Files of the spool that are missing, damaged or cut short: each is named and set aside, everything else goes on."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE_S
from tests.video.clips import TestClocks, pictures
from tests.video.test_track import ARMING, CAMERA, feed, make_track
from video.identity import camera_logins, load_identity, logins_fault
from video.recorder.clocks import Clocks
from video.recorder.signing import Signer
from video.recorder.spool import ClosedSegment, Spool
from video.server import Server, ServerUnavailable
from video.uploader import Uploader

Damage = Callable[[ClosedSegment], Any]


class Peer(Server):
    """A server and a store; the store checks the digest as S3 does, and ``refuses`` names segments of ill luck."""

    def __init__(self) -> None:
        super().__init__("http://nowhere")
        self.confirmed: list[str] = []
        self.gaps: list[dict[str, Any]] = []
        self.refuses: dict[str, int] = {}
        self.refuses_gaps = False

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        if path == "/gaps":
            if self.refuses_gaps:
                raise ServerUnavailable("422", 422)
            self.gaps += body["gaps"]
            return {"results": []}
        uids = [one["segment_uid"] for one in body["segments"]]
        if path == "/segments/announce":
            if status := max((self.refuses.get(uid, 0) for uid in uids), default=0):
                raise ServerUnavailable(f"announce: {status}", status)
            upload = {"url": "x", "headers": {}}
            return {"results": [{"segment_uid": uid, "state": "announced", "upload": upload} for uid in uids]}
        self.confirmed += uids
        return {"results": [{"segment_uid": uid, "state": "verified"} for uid in uids]}

    def put(self, upload: Any, item: ClosedSegment) -> tuple[int, str]:
        body = item.path.read_bytes()
        return (200, "v") if hashlib.sha256(body).hexdigest() == item.sidecar["sha256"] else (400, "")


@pytest.fixture
def clocks() -> TestClocks:
    return TestClocks()


@pytest.fixture
def spool(tmp_path: Path, clocks: TestClocks) -> Spool:
    """Six closed segments."""
    spool = Spool(tmp_path / "spool")
    track = make_track(spool, clocks, segment=2.0)
    feed(track, clocks, pictures())
    track.end_arming()
    assert len(list(spool.closed_segments())) == 6
    return spool


def uploader(spool: Spool, server: Server, clocks: TestClocks) -> Uploader:
    return Uploader(spool, server, Clocks(clocks.monotonic, clocks.wall))


def remove(item: ClosedSegment) -> None:
    item.path.unlink()


def shorten(item: ClosedSegment) -> None:
    item.path.write_bytes(item.path.read_bytes()[:1000])


def flip(item: ClosedSegment) -> None:
    data = bytearray(item.path.read_bytes())
    data[-1] ^= 1
    item.path.write_bytes(data)


@pytest.mark.parametrize("damage", [remove, shorten, flip])
@pytest.mark.parametrize("damaged", [1, 5])
def test_damaged_files_at_the_head_do_not_slow_the_rest(
    spool: Spool, clocks: TestClocks, damage: Damage, damaged: int
) -> None:
    bad, server = list(spool.closed_segments())[:damaged], Peer()
    for item in bad:
        damage(item)
    sender = uploader(spool, server, clocks)
    assert sender.round() == 6 - damaged  # all of the others in the first round
    assert spool.pending_uploads() == []
    assert {item.state["state"] for item in bad} == {"set_aside"}
    sender.round()
    words = "file missing" if damage is remove else "file damaged"
    told = [(gap["start"], gap["end"], gap["detail"]) for gap in server.gaps if gap["reason"] == "disk_full"]
    expected = [
        (one.sidecar["start"], one.sidecar["end"], f"{words}: segment {one.sidecar['segment_uid']}") for one in bad
    ]
    assert sorted(told) == sorted(expected)
    assert len(spool.names_set_aside()) == damaged


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_sidecar_the_server_cannot_take_waits_alone_and_less_and_less_often(
    spool: Spool, clocks: TestClocks, status: int
) -> None:
    first, server = next(spool.closed_segments()), Peer()
    server.refuses = {first.sidecar["segment_uid"]: status}
    sender = uploader(spool, server, clocks)
    assert sender.round() == 5
    assert sender.round() == 0
    server.refuses = {}
    assert sender.round() == 0  # put off
    clocks.mono += 31
    assert sender.round() == 1


def test_a_server_that_takes_nothing_ends_the_round_after_a_few(spool: Spool, clocks: TestClocks) -> None:
    server = Peer()
    server.refuses = {item.sidecar["segment_uid"]: 500 for item in spool.closed_segments()}
    with pytest.raises(ServerUnavailable):
        uploader(spool, server, clocks).round()
    assert all(item.path.exists() for item in spool.pending_uploads())


def test_gaps_the_server_does_not_take_hold_up_no_footage(spool: Spool, clocks: TestClocks) -> None:
    server = Peer()
    server.refuses_gaps = True
    spool.append_gap(CAMERA, ARMING, 0, 5, "timeout")
    with pytest.raises(ServerUnavailable):
        uploader(spool, server, clocks).round()
    assert len(server.confirmed) == 6
    assert len(spool.pending_gaps()) >= 1


SHORTENED = [b"", b"{", b"null", b"[1]", b"\xff\xfe", b'{"state": 1,}']


@pytest.mark.parametrize("content", [*SHORTENED, None])
def test_a_sidecar_cut_short_is_set_aside_and_the_recorder_starts(
    spool: Spool, clocks: TestClocks, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    first, server = next(spool.closed_segments()), Peer()
    file = first.path.with_suffix(".json")
    file.write_bytes(file.read_bytes()[:200] if content is None else content)
    fresh = Spool(spool.root)
    fresh.salvage(Signer.new())
    assert uploader(fresh, server, clocks).round() == 5
    assert first.path.exists()
    assert fresh.names_set_aside() == [file.name]
    assert file.name in caplog.text


@pytest.mark.parametrize("content", SHORTENED)
def test_a_state_file_that_cannot_be_read_is_asked_for_again(spool: Spool, clocks: TestClocks, content: bytes) -> None:
    next(spool.closed_segments()).state_file.write_bytes(content)
    assert uploader(spool, Peer(), clocks).round() == 6


@pytest.mark.parametrize("content", SHORTENED)
@pytest.mark.parametrize("name", ["coverage.json", "gaps.sent"])
def test_notes_that_cannot_be_read_are_made_again(spool: Spool, clocks: TestClocks, name: str, content: bytes) -> None:
    spool.append_gap(CAMERA, ARMING, 0, 5, "timeout")
    end = spool.covered_until(CAMERA, ARMING)
    file = spool.root / CAMERA / name if name == "coverage.json" else spool.root / name
    file.write_bytes(content)
    fresh = Spool(spool.root)
    fresh.salvage(Signer.new())
    assert fresh.covered_until(CAMERA, ARMING) == pytest.approx(end, abs=0.01)
    assert fresh.pending_gaps()


@pytest.mark.parametrize("content", SHORTENED)
def test_an_open_file_whose_origin_cannot_be_read_keeps_no_recorder_down(
    spool: Spool, clocks: TestClocks, content: bytes
) -> None:
    feed(make_track(spool, clocks), clocks, pictures(arrived=clocks.mono))
    (origin,) = spool.root.glob("*/*.origin")
    origin.write_bytes(content)
    fresh = Spool(spool.root)
    assert fresh.salvage(Signer.new()) == 0
    assert len(fresh.names_set_aside()) == 2
    assert list(fresh.root.glob("*/*.part.bad"))


def test_a_line_of_the_journal_that_is_none_is_passed_over_and_the_count_stays_right(spool: Spool) -> None:
    spool.append_gap(CAMERA, ARMING, 0, 5, "timeout")
    with (spool.root / "gaps.jsonl").open("ab") as file:
        file.write(b'{"gap_uid": "cut\n\xff\n[]\n')
    spool.append_gap(CAMERA, ARMING, 5, 9, "refused")
    assert [gap["reason"] for gap in spool.pending_gaps()][-2:] == ["timeout", "refused"]
    spool.mark_gaps_sent(len(spool.pending_gaps()) - 1)
    assert [gap["reason"] for gap in spool.pending_gaps()] == ["refused"]
    spool.mark_gaps_sent(1)
    assert spool.pending_gaps() == []


def test_a_fault_of_ours_does_not_end_uploading(spool: Spool, clocks: TestClocks, monkeypatch) -> None:
    server, failed = Peer(), threading.Event()
    real = spool.pending_uploads

    def failing(*asked: Any) -> list[ClosedSegment]:
        if not failed.is_set():
            failed.set()
            raise KeyError("a bug")
        return real(*asked)

    monkeypatch.setattr(spool, "pending_uploads", failing)
    sender = Uploader(spool, server, Clocks(), idle_seconds=0.01)
    sender.start()
    assert failed.wait(PATIENCE_S)
    sender.stop(PATIENCE_S)
    assert not sender.is_alive
    assert len(server.confirmed) == 6


def test_a_comma_too_many_in_the_camera_file_leaves_the_last_logins_in_force(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, good = tmp_path / "cameras.json", {CAMERA: {"username": "admin", "password": "secret"}}
    file.write_text(json.dumps(good))
    assert camera_logins(tmp_path) == good
    file.write_text('{\n  "c": {"username": "admin", "password": "secret",}\n}')
    with caplog.at_level(logging.ERROR):
        assert camera_logins(tmp_path) == camera_logins(tmp_path) == good
    assert caplog.text.count("cameras.json, line 2") == 1
    assert "cameras.json, line 2" in logins_fault(tmp_path)
    assert "secret" not in caplog.text
    file.write_text("{}")
    assert (camera_logins(tmp_path), logins_fault(tmp_path)) == ({}, "")


@pytest.mark.parametrize("content", ["[]", '{"c": "secret"}', '{"c": {"password": 7}}'])
def test_a_camera_file_of_another_shape_is_named_without_what_was_typed(tmp_path: Path, content: str) -> None:
    (tmp_path / "cameras.json").write_text(content)
    assert camera_logins(tmp_path) == {}
    assert "cameras.json" in logins_fault(tmp_path)
    assert "secret" not in logins_fault(tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", '{"token": "t"}', '{"device_uid": "d", "token": "t", "key": "no"}'])
def test_an_identity_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "identity.json").write_text(content)
    with pytest.raises(ValueError, match=r"identity\.json"):
        load_identity(tmp_path)
