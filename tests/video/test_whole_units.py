"""Fragmented units taken whole: the same comes out as frame by frame, whatever is wrong with any byte of a header."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.video.wire import PPS, SENDER, SPS, STEP, Camera, Sender, delta, fragments, frames, key
from video.rtsp.whole_units import MAX_FRAMES, whole_unit

LEAD, FLAGS = 0x2400, 0x8060
HEADER = 18  # bytes of a frame before the fragment: RFC 2326, 10.12; RFC 3550, 5.1; RFC 6184, 5.8


def sent(first: int = 100) -> list[bytes]:
    """Packets of four pictures: a keyframe in 5 fragments, deltas in 4, 2 and 3."""
    camera = Sender(first)
    packets = camera.picture(0, SPS, PPS, *fragments(key(147), 5))
    for number, count in enumerate((4, 2, 3), start=1):
        packets += camera.picture(number * STEP, *fragments(delta(101 + number), count))
    return packets


def heard(reads: Iterable[bytes], *, whole: bool) -> dict[str, Any]:
    """Everything that a conversation makes of these reads."""
    camera = Camera()
    camera.play()
    if not whole:
        camera.talk.framing.burst = None
    for number, data in enumerate(reads):
        camera.now += number / 10
        camera.feed(data)
    talk, media = camera.talk, camera.talk.depacketiser
    assert media is not None
    counters = {
        (type(part).__name__, name): getattr(part, name)
        for part in (talk.framing, media, media.order, media.pictures, media.pictures.timeline)
        for name, value in vars(part).items()
        if isinstance(value, int) and not name.startswith("_")
    }
    return {"pictures": camera.pictures, "error": repr(talk.error), "rest": camera._back_off, **counters}


def assert_alike(*reads: bytes) -> dict[str, Any]:
    found = heard(reads, whole=True)
    assert found == heard(reads, whole=False)
    return found


def test_a_whole_unit_is_what_was_fragmented() -> None:
    unit = delta(1000)
    data = bytearray(b"xx" + frames(Sender(0xFFF0).picture(7, *fragments(unit, 6))) + b"$")
    last = len(data) - 1 - (HEADER + 166)  # 1,001 bytes in six fragments
    assert whole_unit(data, 2, len(data), LEAD, FLAGS, 0xFFF0, SENDER) == (unit, last, len(data) - 1, 0xFFF6, 7, True)


@pytest.mark.parametrize("count", [2, MAX_FRAMES, MAX_FRAMES + 1, MAX_FRAMES + 2])
def test_what_is_too_long_to_be_looked_at_at_once_is_left(count: int) -> None:
    packets = Sender(5).picture(7, *fragments(delta(count * 3 - 1), count))
    assert len(packets) == count
    data = bytearray(frames(packets) + b"$")
    assert (whole_unit(data, 0, len(data), LEAD, FLAGS, 5, SENDER) is not None) == (count <= MAX_FRAMES + 1)
    assert_alike(frames(Sender(90).group(0)), frames(packets) + b"$")


def test_numbers_that_begin_again_are_left() -> None:
    for first in range(0xFFF0, 0x10000):
        found = assert_alike(frames(sent(first)), b"$")
        assert len(found["pictures"]) == 3  # the last one waits for the next
        assert found["PacketOrder", "lost"] == 0


def test_a_unit_that_a_read_cuts_is_the_same_wherever_it_is_cut() -> None:
    data = frames(sent())
    for cut in range(len(data)):
        assert len(assert_alike(data[:cut], data[cut:])["pictures"]) == 3


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x40, 0x80, 0xFF])
def test_any_byte_of_any_header_may_be_wrong(mask: int) -> None:
    packets = sent()
    ends = [len(frames(packets[:n])) for n in range(len(packets))]
    whole = frames(packets)
    for start in ends[2:]:
        for place in range(start, start + HEADER):
            data = bytearray(whole)
            data[place] ^= mask
            assert_alike(bytes(data) + frames(sent(100 + len(packets))))


@pytest.mark.parametrize("number", range(2, 16))
def test_a_packet_may_be_missing_or_come_twice_or_too_late(number: int) -> None:
    packets = sent()
    following = frames(sent(100 + len(packets)))
    assert_alike(frames([*packets[:number], *packets[number + 1 :]]) + following)
    assert_alike(frames([*packets[: number + 1], *packets[number:]]) + following)
    swapped = [*packets[:number], *packets[number : number + 2][::-1], *packets[number + 2 :]]
    assert_alike(frames(swapped) + following)


@pytest.mark.parametrize("number", range(2, 16))
def test_a_frame_may_be_broken_off_and_come_again(number: int) -> None:
    packets = sent()
    for kept in range(5, len(packets[number])):
        broken = frames(packets[number : number + 1])[:kept]
        found = assert_alike(frames(packets[:number]) + broken + frames(packets[number:]) + b"$")
        assert found["Framing", "repeated"] == 1


@pytest.mark.parametrize("number", range(2, 16))
def test_what_a_read_ends_with_may_turn_out_broken_off_with_the_next(number: int) -> None:
    packets = sent()
    before, one, rest = (frames(packets[at]) for at in (slice(number), slice(number, number + 1), slice(number, None)))
    data, cut = before + one[:20] + rest + frames(sent(100 + len(packets))), len(before + one)
    found = assert_alike(data[:cut], data[cut:])
    assert (found["Framing", "resyncs"], found["AccessUnitAssembler", "incomplete"] > 0) == (1, True)


def test_fragments_without_a_first_one_are_no_unit() -> None:
    stray = b"\x5c\x01" + b"\x9a" * 15  # what follows would be a slice with the first macroblock
    at_once = b"\x5c\xc1" + delta()[1:]
    camera = Sender()
    packets = [*camera.group(0), *camera.picture(9 * STEP, stray, stray, at_once)]
    packets += [*camera.picture(10 * STEP, delta()), *camera.picture(11 * STEP, delta())]
    found = assert_alike(frames(packets) + b"$")
    assert (found["AccessUnitAssembler", "pictures"], found["AccessUnitAssembler", "incomplete"]) == (5, 1)


def test_a_stream_of_fragments_is_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise all of the above would compare one way with itself."""
    taken: list[bytes] = []

    def noted(*asked: Any) -> Any:
        found = whole_unit(*asked)
        taken.extend(found[:1] if found else [])
        return found

    monkeypatch.setattr("video.rtsp.depacketiser.whole_unit", noted)
    heard([frames(sent()) + b"$"], whole=True)
    assert taken == [key(147), delta(102), delta(103), delta(104)]
