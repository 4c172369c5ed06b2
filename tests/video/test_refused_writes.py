"""The disk refuses: every single write once, and for a while under a running recorder. Nothing closed changes, the time
that is missing is told with its reason, and recording goes on by itself."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from examops.demo.testcam import CameraServer, ClipSource, in_background, synthetic_clip
from tests.patience import PATIENCE_S, wait_for
from tests.video.clips import TestClocks, pictures
from video.fmp4 import parse_index
from video.recorder.atomic_files import write_json
from video.recorder.clocks import Clocks, format_time, parse_time
from video.recorder.run import Limits
from video.recorder.signing import Signer
from video.recorder.spool import Spool
from video.recorder.track import Track

CAMERA, ARMING, ROOT = "c" * 8, "a" * 8, Path(__file__).parents[2]


class Disk:
    """Counts what is asked of the disk and refuses ``length`` calls from the one numbered ``first`` on."""

    def __init__(self, first: int | None, length: int = 1) -> None:
        self.first, self.length, self.calls = first, length, 0

    def guard(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*arguments: Any, **named: Any) -> Any:
            number, self.calls = self.calls, self.calls + 1
            if self.first is not None and self.first <= number < self.first + self.length:
                raise OSError(errno.ENOSPC, "No space left on device")
            return call(*arguments, **named)

        return guarded


def recorded(folder: Path, disk: Disk, patch: pytest.MonkeyPatch) -> tuple[Spool, Track, TestClocks]:
    """Two stretches of pictures through one track, ended and begun again after each refusal, as the service does."""
    clocks, spool = TestClocks(), Spool(folder)
    begin, pair = clocks.wall(), Clocks(clocks.monotonic, clocks.wall)
    track = Track(spool, Signer.new(), CAMERA, ARMING, (begin, begin + 60), pair, Limits(segment=4.0, forced=6.0))
    with patch.context() as patched:
        patched.setattr("video.recorder.segment.WRITE_BYTES", 20_000)  # several writes in each fragment
        for name in ("open", "write", "writev", "pwrite", "preadv", "fsync"):
            patched.setattr(os, name, disk.guard(getattr(os, name)))
        for name in ("rename", "unlink"):
            patched.setattr(Path, name, disk.guard(getattr(Path, name)))
        for picture in (*pictures(arrived=1002.0, seconds=8), *pictures(arrived=1016.0, seconds=4)):
            clocks.mono = picture.arrived
            try:
                track.on_picture(picture)
            except OSError:
                track.end_run("disk_full")
        clocks.mono = 1060.0
        for _ in range(disk.length + 1):
            try:
                track.end_arming()
                break
            except OSError:
                continue
    return spool, track, clocks


def calls_of_a_recording(folder: Path, patch: pytest.MonkeyPatch) -> int:
    disk = Disk(None)
    recorded(folder, disk, patch)
    return disk.calls


@pytest.mark.parametrize("length", [1, 4])
def test_whatever_call_is_refused_all_files_are_whole_and_every_second_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    count = calls_of_a_recording(tmp_path / "whole", monkeypatch)
    assert count > 50
    for first in range(0, count, length):
        spool, track, _ = recorded(tmp_path / str(first), Disk(first, length), monkeypatch)
        assert_whole(spool, f"call {first}")
        notes = [*(item.sidecar for item in spool.closed_segments()), *spool.pending_gaps()]
        at = track.armed[0]
        for begins, ends in sorted((parse_time(note["start"]), parse_time(note["end"])) for note in notes):
            assert abs(begins - at) <= 1.01, f"call {first}: {begins - at:+.2f} s at {begins - track.armed[0]:.1f} s"
            at = ends
        assert track.armed[1] - at <= 1.01, f"call {first}: the end is missing"
    assert open_below(tmp_path) == []


def open_below(folder: Path) -> list[str]:
    """Files of this folder that are still open: other threads of the process open and close what is theirs."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # closed since it was listed
            found.append(os.readlink(f"/proc/self/fd/{number}"))
    return [path for path in found if path.startswith(str(folder))]


def test_a_file_that_stays_open_would_be_found(tmp_path: Path) -> None:
    with (tmp_path / "left").open("wb"):
        assert open_below(tmp_path) == [str(tmp_path / "left")]
    assert open_below(tmp_path) == []


def assert_whole(spool: Spool, step: str) -> None:
    for item in spool.closed_segments():
        data = item.path.read_bytes()
        assert hashlib.sha256(data).hexdigest() == item.sidecar["sha256"], step
        index = parse_index(data)
        assert index.end == len(data) == item.sidecar["bytes"], step
        assert sum(part.frames for part in index.fragments) == item.sidecar["frames"] > 0, step
    left = [file.name for file in spool.root.glob("*/*") if file.suffix in (".part", ".origin")]
    assert left == [], step


class Recorder:
    """The recorder's process. Its log comes through a pipe: a limit on files would silence a log file as well."""

    def __init__(self, process: subprocess.Popen[bytes], spool: Path) -> None:
        self.process, self.spool, self.log = process, spool, b""
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        while data := os.read(self.process.stderr.fileno(), 65536):
            self.log += data

    def limit_files(self, size: int) -> None:
        """No file may grow beyond so many bytes; -1 lifts the limit."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def wait_for(self, found: Callable[[], Any]) -> Any:
        return wait_for(found, lambda: self.log[-3000:].decode())


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    """The recorder's own process with one camera of ours, armed for an hour; its server is away."""
    spool, now = tmp_path / "spool", time.time()
    spool.mkdir()
    write_json(spool / "identity.json", {"device_uid": "box", "token": "x", "key": Signer.new().private_text()})
    server = CameraServer()
    server.add("front", ClipSource(synthetic_clip(320, 180, fps=10, gop=10, bitrate=400_000, seconds=2)))
    with in_background(server):
        arming = {
            "camera_uid": CAMERA,
            "arming_uid": ARMING,
            "state": "armed",
            "source": server.url("front"),
            "start": format_time(now),
            "end": format_time(now + 3600),
        }
        write_json(spool / "plan.json", {"armings": [arming], "cameras": [{"camera_uid": CAMERA}]})
        command = ["video", "record", "--server", "http://127.0.0.1:9", "--spool", str(spool), "--segment-seconds", "4"]
        with subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, stderr=subprocess.PIPE) as process:
            recorder = Recorder(process, spool)
            try:
                yield recorder
            finally:
                process.terminate()
                recorder.reader.join()


@pytest.mark.rtsp
def test_after_a_disk_that_refused_for_seconds_the_recorder_goes_on_by_itself(recorder: Recorder) -> None:
    """A limit on the size of files makes the system refuse real writes of a real process, whoever runs it."""
    folder = recorder.spool
    recorder.wait_for(lambda: len(list(folder.glob("*/*.json"))) >= 2)  # a segment and the note of what is covered
    recorder.limit_files(100)
    recorder.wait_for(lambda: b"write refused" in recorder.log)
    time.sleep(5)
    recorder.limit_files(-1)
    healed_at = time.time()

    def later() -> list[dict[str, Any]]:
        notes = [json.loads(file.read_text()) for file in folder.glob("*/*.json") if file.stem != "coverage"]
        return [note for note in notes if parse_time(note["start"]) > healed_at]

    recorder.wait_for(later)
    recorder.process.terminate()
    assert recorder.process.wait(PATIENCE_S) == 0
    spool = Spool(folder)
    assert_whole(spool, "at the end")
    gaps = [gap for gap in spool.pending_gaps() if gap["reason"] == "disk_full"]
    assert sum(parse_time(gap["end"]) - parse_time(gap["start"]) for gap in gaps) >= 4
    assert {gap["detail"] for gap in gaps} == {"write refused: " + os.strerror(errno.EFBIG)}
