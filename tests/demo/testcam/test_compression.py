"""What a drawn camera costs in bytes, and that its pictures still show whether all is well."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import av
import cv2
import pytest

from config.rulebook import rulebook
from examops.demo.testcam.command import drawn, live_camera
from examops.demo.testcam.encoder import Encoder
from examops.demo.testcam.live import as_yuv
from video.health import Fault, Grey, Thresholds, assess_picture, measure, motion, small_grey

MORNING = datetime(2026, 11, 23, 1, 41, 7, tzinfo=UTC)
SECONDS = 24
MAX_BYTES_AN_HOUR = 60_000_000  # of one camera; 507 MB were measured before


def encoded(room: str, position: str) -> tuple[float, list[Grey]]:
    """Bytes an hour behind the first group of pictures, and the keyframes of the stream, small and grey."""
    settings = live_camera(room, position)._settings
    painter, encoder = drawn(room, position, (settings.width, settings.height)), Encoder(settings)
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = b"\0\0\0\1" + b"\0\0\0\1".join((encoder.parameter_sets.sps, encoder.parameter_sets.pps))
    size, greys = 0, []
    for count in range(SECONDS * settings.fps):
        keyframe = count % settings.gop == 0
        at = MORNING + timedelta(seconds=count / settings.fps)
        frame = av.VideoFrame.from_ndarray(as_yuv(painter.paint(at, grain=count // settings.gop)), format="yuv420p")
        nals = encoder.encode(frame, keyframe=keyframe)
        size += sum(map(len, nals)) if count >= settings.gop else 0
        if keyframe:
            (picture,) = decoder.decode(av.Packet(b"".join(b"\0\0\0\1" + nal for nal in nals)))
            greys.append(small_grey(cv2.cvtColor(picture.to_ndarray(format="rgb24"), cv2.COLOR_RGB2GRAY)))
    return size / (SECONDS - settings.gop / settings.fps) * 3600, greys


@pytest.mark.parametrize(("room", "position"), [("electric-a", "front"), ("theory-1", "rear"), ("welding-c", "front")])
def test_a_drawn_room_costs_a_tenth_and_still_looks_alive(room: str, position: str) -> None:
    bytes_an_hour, greys = encoded(room, position)
    assert bytes_an_hour < MAX_BYTES_AN_HOUR
    thresholds = Thresholds.of(lambda key: rulebook().value(key, date(2026, 11, 23)))
    for before, grey in pairwise(greys):
        found = assess_picture(measure(grey), None, thresholds, moved=motion(grey, before))
        assert Fault.FROZEN not in found
        assert Fault.BLACK not in found
