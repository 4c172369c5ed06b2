"""Pictures for the wall: as large as the plan asks for, and never larger than the camera's own."""

import cv2
import numpy as np
import pytest

from tests.video.clips import pictures
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
