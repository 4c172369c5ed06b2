"""Media time follows arrival where a camera's stamps do not, and leaves good stamps as they are."""

import itertools
import random

import pytest

from video.rtsp.pace import JUMP_SECONDS, TICKS
from video.rtsp.rounds import FINE_READ_SECONDS, READ_SECONDS
from video.rtsp.timeline import Timeline


def placed(stamps: list[float], arrivals: list[float]) -> list[float]:
    """Seconds of media time of pictures with these stamps and arrivals, both in seconds."""
    line = Timeline()
    return [line.ticks_of(round(stamp * TICKS), 50 + at) / TICKS for stamp, at in zip(stamps, arrivals, strict=True)]


def read_and_placed(stamps: list[float], arrivals: list[float]) -> list[float]:
    """The same, each picture at the time of the read it is found in, as a stream reads."""
    line, at, placed_at = Timeline(), arrivals[0], []
    for stamp, arrival in zip(stamps, arrivals, strict=True):
        while at < arrival:
            at += FINE_READ_SECONDS if line.pace.needs_arrivals(50 + at) else READ_SECONDS
        placed_at.append(line.ticks_of(round(stamp * TICKS), 50 + at) / TICKS)
    return placed_at


def drifts(media: list[float], arrivals: list[float]) -> list[float]:
    return [place - (at - arrivals[0]) for place, at in zip(media, arrivals, strict=True)]


@pytest.mark.parametrize("sent", [12.5, 15, 21, 24, 25, 26, 30, 50])
def test_a_camera_that_sends_more_or_less_than_it_declares_stays_near_arrival(sent: float) -> None:
    """25 declared: each picture is stamped 40 ms after the one before, whenever it was taken."""
    count = round(120 * sent)
    arrivals = [n / sent for n in range(count)]
    media = placed([n / 25 for n in range(count)], arrivals)
    bound = 0.8 if 20 <= sent <= 31 else 2.0
    assert max(abs(drift) for drift in drifts(media, arrivals)[round(5 * sent) :]) < bound
    steps = [b - a for a, b in itertools.pairwise(media)]
    assert min(steps) > 0.0
    assert max(steps) < 4 * 0.04 + 0.001


def test_twenty_one_of_twenty_five_drift_by_less_than_a_second_in_a_minute_instead_of_ten() -> None:
    arrivals = [n / 21 for n in range(21 * 60)]
    media = placed([n / 25 for n in range(21 * 60)], arrivals)
    assert abs(media[-1] - arrivals[-1]) < 0.7


@pytest.mark.parametrize("seed", range(6))
def test_good_stamps_are_left_as_they_are_whatever_the_network_does(seed: int) -> None:
    """Jitter of reading, and pictures held up for up to two seconds that then come all at once."""
    chance, count = random.Random(seed), 25 * 120
    stamps = [n / 25 for n in range(count)]
    arrivals, free_at = [], 0.0
    for stamp in stamps:
        if chance.random() < 0.004:
            free_at = stamp + chance.uniform(0.2, 2.0)
        arrivals.append(max(stamp, free_at) + chance.uniform(0, 0.1))
    arrivals = list(itertools.accumulate(arrivals, max))
    assert placed(stamps, arrivals) == pytest.approx(stamps, abs=0.0001)


@pytest.mark.parametrize("ppm", [-200, 200])
def test_a_clock_that_is_a_little_off_is_followed_too(ppm: int) -> None:
    count = 25 * 3600
    arrivals = [n / 25 for n in range(count)]
    media = placed([at * (1 + ppm / 1e6) for at in arrivals], arrivals)
    assert max(abs(drift) for drift in drifts(media, arrivals)) < 0.3


def test_the_burst_at_the_beginning_is_worked_off_and_a_pause_is_not_stretched() -> None:
    stamps = [n / 25 for n in range(25 * 60)]
    arrivals = [max(0.001 * n, stamp - 2.0) for n, stamp in enumerate(stamps)]
    assert abs(drifts(placed(stamps, arrivals), arrivals)[-1]) < 0.3
    pause = 2 * JUMP_SECONDS
    arrivals = [stamp + (pause if stamp >= 30 else 0.0) for stamp in stamps]  # its stamps know nothing of the pause
    media = placed(stamps, arrivals)
    assert media == pytest.approx(stamps, abs=0.5)


@pytest.mark.parametrize("declared", [TICKS, 48_000])
@pytest.mark.parametrize("clock", [1_000, 8_000, 16_000, 25_000, 300_000, 1_000_000, 27_000_000])
def test_a_clock_that_is_neither_declared_nor_90_khz_is_followed_by_arrival(declared: int, clock: int) -> None:
    count = 25 * 90
    arrivals = [n / 25 for n in range(count)]
    line = Timeline(declared)
    media = [line.ticks_of(round(at * clock) & 0xFFFFFFFF, 50 + at) / TICKS for at in arrivals]
    assert media[-1] - media[25 * 30] == pytest.approx(60, abs=0.5), "a minute is a minute"
    assert max(abs(drift) for drift in drifts(media, arrivals)) < 3.5, "what the beginning cost"
    assert max(b - a for a, b in itertools.pairwise(media[25 * 30 :])) < 0.45


@pytest.mark.parametrize(("declared", "clock"), [(8_000, TICKS), (48_000, TICKS), (1_000, TICKS), (8_000, 8_000)])
def test_the_first_seconds_are_right_too_whatever_rate_is_declared(declared: int, clock: int) -> None:
    arrivals = [n / 25 for n in range(25 * 20)]
    line = Timeline(declared)
    media = [line.ticks_of(round(at * clock), 50 + at) / TICKS for at in arrivals]
    assert max(abs(drift) for drift in drifts(media, arrivals)) < 0.1


def test_all_this_holds_for_pictures_that_are_read_twice_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "placed", read_and_placed)
    for sent in (12.5, 15, 21, 24, 25, 26, 30, 50):
        test_a_camera_that_sends_more_or_less_than_it_declares_stays_near_arrival(sent)
    for seed in range(6):
        test_good_stamps_are_left_as_they_are_whatever_the_network_does(seed)
    test_twenty_one_of_twenty_five_drift_by_less_than_a_second_in_a_minute_instead_of_ten()
