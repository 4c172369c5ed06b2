"""Where a picture begins and ends, and which parameter sets belong to it."""

import itertools

import pytest

from tests.video.wire import (
    PPS,
    SEI,
    SPS,
    STEP,
    Sender,
    delta,
    depacketised,
    key,
)
from video.rtsp.access_units import AccessUnitAssembler
from video.rtsp.rounds import FINE_READ_SECONDS, READ_SECONDS

WHOLE, DAMAGED = False, True


# Where pictures end


@pytest.mark.parametrize("marked", [{0}, {1}, {0, 1}, {0, 1, 2}])
def test_markers_on_parameter_sets_and_messages_end_no_picture(marked: set[int]) -> None:
    """Reolink, Tapo and Ivel."""
    camera = Sender()
    packets = []
    for start in range(3):
        payloads = [SPS, PPS, SEI, key()]
        packets += [camera.packet(one, start * STEP, n in marked or n == 3) for n, one in enumerate(payloads)]
    taken = depacketised(packets)
    assert [picture.nals for picture in taken.pictures] == [(SPS, PPS, SEI, key())] * 3


def test_a_marked_message_behind_the_slices_makes_no_picture_of_its_own() -> None:
    camera = Sender()
    packets = []
    for number in range(3):
        packets += [camera.packet(key(), number * STEP, True), camera.packet(SEI, number * STEP, True)]
    taken = depacketised(packets)
    assert taken.stamps == [0, 1, 2]
    assert taken.pictures[1].nals == (SEI, key())


def test_without_any_marker_the_time_splits_pictures_from_zero_on() -> None:
    camera = Sender()
    packets = [camera.packet(one, n * STEP) for n in range(4) for one in (delta() if n else key(), delta(first=False))]
    assert depacketised(packets).stamps == [0, 1, 2]  # nothing shows that the last one is whole


def test_parameter_sets_with_the_time_of_the_picture_before_join_the_next() -> None:
    camera = Sender()
    packets = [camera.packet(key(), 0, True)]
    for number in range(1, 3):
        packets += [camera.packet(SPS, (number - 1) * STEP, True), camera.packet(PPS, (number - 1) * STEP, True)]
        packets += [camera.packet(key(), number * STEP, True)]
    taken = depacketised(packets)
    assert taken.stamps == [0, 1, 2]
    assert [len(picture.nals) for picture in taken.pictures] == [1, 3, 3]


@pytest.mark.parametrize("marked", [{3}, {0, 1, 2, 3}, set(), {0}])
def test_four_slices_make_one_picture_wherever_the_markers_are(marked: set[int]) -> None:
    camera = Sender()
    packets = [
        camera.packet(delta(first=part == 0) if number else key(first=part == 0), number * STEP, part in marked)
        for number in range(4)
        for part in range(4)
    ]
    taken = depacketised([*packets, *camera.picture(4 * STEP, delta())])
    assert taken.stamps == [0, 1, 2, 3, 4]
    assert {len(picture.nals) for picture in taken.pictures[:4]} == {4}


def test_a_picture_has_the_time_of_its_first_slice() -> None:
    camera = Sender()
    packets = [*camera.picture(0, key())]
    packets += [camera.packet(delta(), STEP), camera.packet(delta(first=False), STEP + 90, True)]
    taken = depacketised([*packets, *camera.picture(2 * STEP, delta())])
    assert taken.stamps == [0, 1, 2]


def test_two_pictures_with_the_same_time_are_two() -> None:
    camera = Sender()
    taken = depacketised([packet for n in (0, 1, 1, 2) for packet in camera.picture(n * STEP, key())])
    assert len(taken.pictures) == 4
    ticks = [picture.ticks for picture in taken.pictures]
    assert all(later > earlier for earlier, later in itertools.pairwise(ticks))


def test_the_last_picture_of_a_stream_counts_only_if_its_marker_came() -> None:
    camera = Sender()
    packets = [*camera.group(0, 2), *camera.picture(2 * STEP, delta(), delta(first=False))]
    assert depacketised(packets).stamps == [0, 1, 2]
    assert depacketised(packets[:-1]).stamps == [0, 1]


def test_each_keyframe_carries_the_parameters_that_came_before_it() -> None:
    other = bytes.fromhex("6742c016da0280bfe584000003000400000300503c58ba80")
    camera = Sender()
    packets = [*camera.picture(0, SPS, PPS, key()), *camera.picture(STEP, other, PPS, key())]
    taken = depacketised(packets)
    assert [(one.params.width, one.params.height) for one in taken.pictures if one.params] == [(320, 180), (640, 360)]


def test_sets_of_the_description_serve_until_the_stream_brings_its_own() -> None:
    taken = depacketised(Sender().picture(0, key()), sets=[SPS, PPS])
    assert taken.pictures[0].params is not None
    assert taken.pictures[0].params.width == 320


@pytest.mark.parametrize("head", [0x67, 0x27, 0x47])
def test_parameter_sets_are_known_by_their_type_alone(head: int) -> None:
    taken = depacketised(Sender().picture(0, bytes((head,)) + SPS[1:], PPS, key()))
    assert taken.pictures[0].params is not None


def test_pictures_sent_out_of_their_order_are_all_kept_with_rising_times_and_told() -> None:
    """B-frames: 0, 3, 1, 2. An encoder's own slices, by their type."""
    camera = Sender()
    packets = camera.picture(0, SPS, PPS, key())
    for stamp, head in ((3, 0x9A), (1, 0x9E), (2, 0xA8), (6, 0x9A)):  # P, B as 6, B as 1, P
        packets += camera.picture(stamp * STEP, bytes((0x41, head)) + b"\x5a" * 9)
    taken = depacketised(packets)
    ticks = [picture.ticks for picture in taken.pictures]
    assert len(ticks) == 5
    assert all(later > earlier for earlier, later in itertools.pairwise(ticks))
    assert taken.machine.pictures.bidirectional == 2


# When pictures came


@pytest.mark.parametrize("late", [0.0, 0.3])
def test_arrivals_are_told_by_stamps_between_the_reads_they_came_in(late: float) -> None:
    """Read ten times a second for three seconds, then twice: no picture is told to have come when its read was. One
    that was held up on the way did not come before the read that did not have it."""
    told: list[tuple[float, float, float, float]] = []
    line = AccessUnitAssembler([SPS, PPS], lambda picture: arrivals.append(picture.arrived))
    arrivals: list[float] = []
    sent = [100 + n / 25 for n in range(500)]
    came = list(itertools.accumulate((at + (late if n == 400 else 0.0) for n, at in enumerate(sent)), max))
    at = before = 100.0
    for number, when in enumerate(came):
        while at < when:
            before = at
            at = round(at + (FINE_READ_SECONDS if at < 103 else READ_SECONDS), 2)
        line.read_before = before
        line.add(key(), number * STEP, at)
        told.append((when, before, at, 0.0))
    for at, (when, since, read, _), arrival in zip(sent, told, arrivals[:499], strict=False):
        assert since <= arrival <= read
        assert abs(arrival - when) < 0.06 or when <= 103 or when != at
    assert max(read - when for when, _, read, _ in told) > READ_SECONDS - 0.05
    held = arrivals[400]
    assert told[400][1] <= held <= told[400][2]
