"""Sender reports: the camera's clock where it tells one, and nothing where it does not."""

import pytest

from tests.video.wire import report
from video.rtsp.rtcp import EPOCH, sender_report_time

NOW = 1_795_395_600.0
SECONDS = int(NOW) + EPOCH


def told(data: bytes, near: float = NOW) -> float | None:
    return sender_report_time(data, 0, len(data), near)


def test_a_report_tells_the_cameras_clock_to_the_millisecond() -> None:
    assert told(report(SECONDS + 100, 1 << 31)) == pytest.approx(NOW + 100.5)


def test_a_report_of_an_unknown_sender_counts() -> None:
    assert told(report(SECONDS, ssrc=0xDEAD)) == pytest.approx(NOW)


def test_a_report_without_a_time_tells_none() -> None:
    assert told(report(0)) is None


def test_the_seconds_wrap_in_2036_and_the_nearest_era_counts() -> None:
    later = 2_085_978_496.0 + 5_000  # five thousand seconds after the wrap
    assert told(report(int(later) + EPOCH), later) == pytest.approx(later)


@pytest.mark.parametrize("cut", [0, 3, 7, 12, 19])
def test_a_report_cut_short_tells_none(cut: int) -> None:
    assert told(report(SECONDS)[:cut]) is None


def test_a_report_behind_other_packets_is_found_and_an_unfinished_description_does_no_harm() -> None:
    receiver = bytes.fromhex("80c90001") + b"\1\2\3\4"
    unfinished = bytes.fromhex("81ca0009") + b"\1\2\3\4\1\3abc"
    assert told(receiver + report(SECONDS) + unfinished) == pytest.approx(NOW)
    assert told(unfinished + report(SECONDS)) is None
