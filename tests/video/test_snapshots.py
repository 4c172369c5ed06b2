"""Pictures for the wall: as large as the plan asks for, and never larger than the camera's own."""

import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.video.clips import pictures
from video.decoding import extradata_of
from video.fmp4 import init_segment
from video.frames import keyframe_jpeg
from video.service import snapshot_width
from video.snapshots import small_jpeg


def size_of(jpeg: bytes) -> tuple[int, int]:
    height, width = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).shape[:2]
    return width, height


@pytest.mark.parametrize(
    ("plan", "width"),
    [
        ({}, 320),
        ({"large": ["other"], "large_width": 960}, 320),
        ({"large": ["camera"], "large_width": 960}, 960),
        ({"large": ["camera"]}, 320),
        ({"large": ["camera"], "large_width": 100_000}, 320),
        ({"large": ["camera"], "large_width": "960"}, 320),
    ],
)
def test_the_plan_says_how_large(plan, width) -> None:
    assert snapshot_width({"armings": [], "cameras": [], **plan}, "camera") == width


@pytest.mark.parametrize(("asked", "shown"), [(320, (320, 180)), (960, (960, 540)), (1920, (1280, 720))])
def test_a_picture_is_as_large_as_asked_and_no_larger_than_it_came(asked, shown) -> None:
    (keyframe, *_) = pictures(seconds=1, size=(1280, 720))
    assert size_of(small_jpeg(keyframe, asked)) == shown


def test_a_picture_has_the_colours_of_a_frame_of_the_archive() -> None:
    """The same keyframe by the archive's way: decoded, scaled and written by other code."""
    (keyframe, *_) = pictures(seconds=1, size=(1280, 720))
    extradata = extradata_of(init_segment(keyframe.params))
    sample = b"".join(len(nal).to_bytes(4, "big") + nal for nal in keyframe.nals)
    wanted, shown = (
        cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).astype(int)
        for jpeg in (keyframe_jpeg(extradata, sample, width=640).jpeg, small_jpeg(keyframe, 640))
    )
    assert np.abs(wanted - shown).mean() < 4
    assert np.abs((wanted - shown).mean(axis=(0, 1))).max() < 2


def test_a_keyframe_that_cannot_be_decoded_has_no_picture() -> None:
    (keyframe, *_) = pictures(seconds=1, size=(320, 180))
    assert small_jpeg(replace(keyframe, nals=(b"\x09\x10",))) is None


def test_a_recorder_does_without_the_libraries_of_the_server() -> None:
    loaded = "import sys, video.service; print([name for name in ('cv2', 'numpy') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
