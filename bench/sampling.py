"""What sampled frames cost: ours against FFmpeg's keyframe mode and OpenCV reading every frame.

CPU seconds per hour of video, one thread each, one 640 px JPEG every ten seconds. The video is synthetic
(testsrc2 with noise, x264 ultrafast), so the ratios matter more than the figures themselves.
"""

from __future__ import annotations

import resource
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2

from examops.demo.testcam import synthetic_clip, write_mp4
from tests.video.fragments import FRAGMENTED, sidecar_of
from video.frames import strip

SECONDS, FPS, GOP, BITRATE, EVERY = 600, 25, 50, 4_000_000, 10
OPENCV_SECONDS = 60  # a stretch, scaled up: the whole file would take minutes and tell the same


def run() -> list[dict[str, Any]]:
    """Both comparisons; takes about half a minute."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "footage.mp4"
        write_mp4(synthetic_clip(1920, 1080, FPS, GOP, BITRATE, seconds=10), path, SECONDS, FRAGMENTED)
        sidecar = sidecar_of(path.read_bytes(), GOP, FPS)  # the recorder's work in the product
        ours = _per_hour(_cpu_of(lambda: _ours(path, sidecar)), SECONDS)
        ffmpeg = _per_hour(_cpu_of(lambda: _ffmpeg(path, Path(folder))), SECONDS)
        opencv = _per_hour(_cpu_of(lambda: _opencv(path)), OPENCV_SECONDS)
    peer_all = f"OpenCV reading every frame ({OPENCV_SECONDS} s scaled up)"
    return [
        _result("sampling.cpu_vs_ffmpeg_nokey", ours, ffmpeg, "ffmpeg -skip_frame nokey", "<= 0.25"),
        _result("sampling.cpu_vs_opencv_all", ours, opencv, peer_all, "<= 0.01"),
    ]


def _result(name: str, ours: float, peer: float, peer_name: str, goal: str) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours, 2),
        "peer": round(peer, 2),
        "peer_name": peer_name,
        "ratio": round(ours / peer, 4),
        "unit": "CPU seconds per hour of video",
        "goal": goal,
    }


def _ours(path: Path, sidecar: dict[str, Any]) -> None:
    """The product's whole path: range reads, decode, scale, JPEG, measures, index."""
    with path.open("rb") as file:

        def fetch(offset: int, length: int) -> bytes:
            file.seek(offset)
            return file.read(length)

        made = strip(fetch, sidecar, start_ms=0)
    assert (len(made.index["frames"]), made.undecodable) == (SECONDS // EVERY, 0)


def _ffmpeg(path: Path, folder: Path) -> None:
    command = ["ffmpeg", "-v", "error", "-threads", "1", "-skip_frame", "nokey", "-i", str(path)]
    command += ["-vf", f"fps=1/{EVERY},scale=640:360", "-q:v", "3", "-threads", "1", str(folder / "frame-%03d.jpg")]
    subprocess.run(command, check=True)
    assert len(list(folder.glob("frame-*.jpg"))) >= SECONDS // EVERY


def _opencv(path: Path) -> None:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    for index in range(OPENCV_SECONDS * FPS):
        done, picture = capture.read()
        assert done, "the file is longer than the stretch"
        if index % (EVERY * FPS) == 0:
            small = cv2.resize(picture, (640, 360), interpolation=cv2.INTER_AREA)
            cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])
    capture.release()


def _cpu_of(work: Callable[[], None]) -> float:
    """CPU seconds of this process and its children while the work runs."""
    before = _cpu()
    work()
    return _cpu() - before


def _cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _per_hour(cpu_s: float, video_s: int) -> float:
    return cpu_s * 3600 / video_s


if __name__ == "__main__":
    for result in run():
        print(result)
