"""The recorder is killed at every single step it takes on the disk; the next start keeps its promises each time."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.video.clips import TestClocks, pictures
from video.recorder.clocks import Clocks, parse_time
from video.recorder.run import Limits
from video.recorder.signing import Signer
from video.recorder.spool import Spool
from video.recorder.track import Track

CAMERA, ARMING = "c" * 8, "a" * 8


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class Reaper:
    """Counts steps on the disk and kills before the chosen one; ``chosen`` None lets everything live."""

    def __init__(self, chosen: int | None) -> None:
        self.chosen, self.steps = chosen, 0

    def around(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            if self.steps == self.chosen:
                raise Killed
            self.steps += 1
            return step(*arguments, **named)

        return counted


def recorded(folder: Path, reaper: Reaper, patch: pytest.MonkeyPatch) -> tuple[TestClocks, Track]:
    """A camera that starts late, records three segments and breaks off, until the reaper comes."""
    clocks, spool = TestClocks(), Spool(folder)
    begin = clocks.wall()
    pair = Clocks(clocks.monotonic, clocks.wall)
    track = Track(spool, Signer.new(), CAMERA, ARMING, (begin, begin + 90), pair, Limits(segment=4.0, forced=6.0))
    with patch.context() as patched:
        patched.setattr("video.recorder.segment.WRITE_BYTES", 20_000)  # several writes in each fragment
        for name in ("write", "writev", "pwrite", "fsync", "unlink"):
            patched.setattr(os, name, reaper.around(getattr(os, name)))
        for name in ("rename", "unlink"):
            patched.setattr(Path, name, reaper.around(getattr(Path, name)))
        try:
            for picture in pictures(arrived=clocks.mono + 5):
                clocks.mono = picture.arrived
                track.on_picture(picture)
            track.end_run("timeout")
        except Killed:
            clocks.mono += 0.5
    return clocks, track


def after_the_next_start(folder: Path, clocks: TestClocks, armed: tuple[float, float]) -> Spool:
    spool = Spool(folder)
    spool.salvage(Signer.new())
    pair = Clocks(clocks.monotonic, clocks.wall)
    track = Track(spool, Signer.new(), CAMERA, ARMING, armed, pair, Limits(segment=4.0, forced=6.0))
    for picture in pictures(arrived=clocks.mono + 10, seconds=4):
        clocks.mono = picture.arrived
        track.on_picture(picture)
    track.end_run("session_end")
    return spool


def spans(notes: list[dict[str, Any]]) -> list[tuple[float, float]]:
    return sorted((parse_time(note["start"]), parse_time(note["end"])) for note in notes)


def steps_of_a_recording(tmp_path: Path, patch: pytest.MonkeyPatch) -> int:
    reaper = Reaper(None)
    recorded(tmp_path / "whole", reaper, patch)
    return reaper.steps


def test_whatever_step_is_the_last_nothing_closed_changes_and_every_second_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = steps_of_a_recording(tmp_path, monkeypatch)
    assert count > 40
    for step in range(count):
        folder = tmp_path / str(step)
        clocks, killed = recorded(folder, Reaper(step), monkeypatch)
        closed = {item.sidecar["segment_uid"]: item.sidecar for item in Spool(folder).closed_segments()}
        spool = after_the_next_start(folder, clocks, killed.armed)
        now = {item.sidecar["segment_uid"]: item.sidecar for item in spool.closed_segments()}
        assert closed.items() <= now.items(), f"step {step}: a closed segment changed"
        assert not list(spool.root.glob("*/*.origin")), f"step {step}: something was left open"
        told = spans([*now.values(), *spool.pending_gaps()])
        assert_told_once(told, killed.armed[0], clocks.wall(), f"step {step}")


def assert_told_once(told: list[tuple[float, float]], start: float, end: float, step: str) -> None:
    """Footage and gaps follow each other without a hole or an overlap of more than the seam of a second."""
    at = start
    for first, last in told:
        assert abs(first - at) <= 1.01, f"{step}: {first - at:+.2f} s at {first - start:.1f} s"
        at = last
    assert end - at <= 1.01, f"{step}: the end is missing"
