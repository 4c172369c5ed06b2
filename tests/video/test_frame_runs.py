"""Runs of frames taken together: the same as one after the other, whatever is wrong with one of them."""

import pytest

from video.rtsp.frame_runs import MAX_RUN, equal_frames, pack_head, pack_tail

LEAD, PAYLOAD, COUNT = 0x2400, 40, 2 * MAX_RUN
HEAD, TAIL = pack_head(LEAD, 14 + PAYLOAD, 0x8060), pack_tail(77, 88, 0x7C, 1)


def frame(number: int, head: bytes = HEAD, tail: bytes = TAIL) -> bytes:
    return head + (number & 0xFFFF).to_bytes(2, "big") + tail + bytes([number & 0xFF]) * PAYLOAD


def frames(first: int, count: int = COUNT) -> list[bytes]:
    return [frame(first + n) for n in range(count)]


def taken(data: bytes, first: int, most: int = 1000) -> list[int]:
    return [payload[0] for payload in equal_frames(bytearray(data), 0, len(data), HEAD, first, TAIL, most)]


def test_a_run_is_taken_in_pieces_of_bounded_size() -> None:
    assert taken(b"".join(frames(100)) + b"$", 100) == [n & 0xFF for n in range(100, 100 + MAX_RUN)]


def test_no_more_than_was_asked_for_is_taken() -> None:
    assert len(taken(b"".join(frames(100)) + b"$", 100, most=3)) == 3
    assert taken(b"".join(frames(100)) + b"$", 100, most=0) == []


def test_the_frame_at_the_end_of_a_read_is_left() -> None:
    assert len(taken(b"".join(frames(7, 5)), 7)) == 4
    assert len(taken(b"".join(frames(7, 5)) + b"$", 7)) == 5


def test_a_run_ends_where_sequence_numbers_wrap() -> None:
    assert len(taken(b"".join(frames(0xFFFD)) + b"$", 0xFFFD)) == 3


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize(
    "other",
    [
        pytest.param(lambda n: frame(n + 1), id="number"),
        pytest.param(lambda n: frame(n, head=pack_head(0x2402, 14 + PAYLOAD, 0x8060)), id="channel"),
        pytest.param(lambda n: frame(n, head=pack_head(LEAD, 14 + PAYLOAD, 0x80E0)), id="marker"),
        pytest.param(lambda n: frame(n, tail=pack_tail(78, 88, 0x7C, 1)), id="time stamp"),
        pytest.param(lambda n: frame(n, tail=pack_tail(77, 89, 0x7C, 1)), id="sender"),
        pytest.param(lambda n: frame(n, tail=pack_tail(77, 88, 0x5C, 1)), id="importance"),
        pytest.param(lambda n: frame(n, tail=pack_tail(77, 88, 0x7C, 0x41)), id="last fragment"),
    ],
)
def test_a_run_ends_before_a_frame_that_is_any_different(other, place: int) -> None:
    sent = frames(9, 5)
    sent[place] = other(9 + place)
    assert taken(b"".join(sent) + b"$", 9) == list(range(9, 9 + place))


def test_a_frame_that_nothing_follows_as_it_should_is_left() -> None:
    sent = b"".join(frames(9, 2)) + b"R" + b"".join(frames(11, 2))
    assert taken(sent, 9) == [9]


def test_a_frame_too_short_for_a_fragment_is_no_run() -> None:
    head = pack_head(LEAD, 13, 0x8060)
    assert equal_frames(bytearray(head + bytes(40)), 0, 46, head, 0, TAIL, 9) == ()
