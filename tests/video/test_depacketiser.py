"""NAL units out of RTP payloads, whatever packs them, and packets of other senders."""

import itertools

import pytest

from tests.video.wire import (
    PPS,
    SEI,
    SPS,
    STEP,
    TYPE,
    Sender,
    delta,
    depacketised,
    fragments,
    key,
    stap,
)

WHOLE, DAMAGED = False, True


# Ways of packing


def test_a_fragmented_unit_comes_out_as_it_was() -> None:
    taken = depacketised(Sender().picture(0, *fragments(key(5000), 4)))
    assert taken.pictures[0].nals == (key(5000),)


def test_a_fragment_that_is_start_and_end_at_once_is_a_unit() -> None:
    whole = bytes((0x7C, 0xC5)) + key()[1:]
    assert depacketised(Sender().picture(0, whole)).pictures[0].nals == (key(),)


def test_a_fragmented_unit_that_is_started_again_counts_from_its_new_start() -> None:
    parts = fragments(delta(300), 3)
    camera = Sender()
    packets = [*camera.group(0, 2), *camera.picture(2 * STEP, parts[0], *parts), *camera.picture(3 * STEP, delta())]
    taken = depacketised(packets)
    assert taken.stamps == [0, 1, 2, 3]
    assert taken.pictures[2].nals == (delta(300),)


@pytest.mark.parametrize("change", ["end missing", "start missing", "middle and end missing"])
def test_a_fragmented_unit_that_is_not_whole_takes_its_picture_with_it(change: str) -> None:
    """No packet is missing by number: the camera itself left it out."""
    parts = fragments(delta(300), 3)
    broken = {"end missing": parts[:2], "start missing": parts[1:], "middle and end missing": parts[:1]}[change]
    camera = Sender()
    packets = [
        *camera.group(0, 2),
        *camera.picture(2 * STEP, *broken),
        *camera.picture(3 * STEP, *fragments(delta(), 2)),
    ]
    taken = depacketised(packets)
    assert taken.stamps == [0, 1, 3]
    assert taken.machine.pictures.incomplete == 1
    assert taken.machine.order.lost == 0


def test_later_fragments_may_claim_another_type() -> None:
    """Tiandy."""
    parts = fragments(key(300), 3)
    parts[1:] = [bytes((part[0], part[1] & 0xE0 | 1)) + part[2:] for part in parts[1:]]
    assert depacketised(Sender().picture(0, *parts)).pictures[0].nals == (key(300),)


def test_the_reserved_bit_of_fragments_and_empty_fragments_mean_nothing() -> None:
    first, last = fragments(key(300), 2)
    parts = [bytes((first[0], first[1] | 0x20)) + first[2:], bytes((first[0], 0x05)), first[:1], last]
    assert depacketised(Sender().picture(0, *parts)).pictures[0].nals == (key(300),)


def test_an_aggregate_gives_its_units_and_padding_gives_none() -> None:
    taken = depacketised(Sender().picture(0, stap(SPS, PPS, tail=b"\0\0\0"), key()))
    assert taken.pictures[0].nals == (SPS, PPS, key())


def test_an_empty_unit_in_an_aggregate_is_passed_over() -> None:
    taken = depacketised(Sender().picture(0, stap(SPS, b"", PPS), key()))
    assert taken.pictures[0].nals == (SPS, PPS, key())


def test_of_an_aggregate_with_a_wrong_length_the_good_units_are_kept() -> None:
    taken = depacketised(Sender().picture(0, stap(SPS, PPS, tail=b"\x03\xe8" + SEI), key()))
    assert taken.pictures[0].nals == (SPS, PPS, key())


def test_a_slice_cut_short_in_an_aggregate_tears_its_picture() -> None:
    camera = Sender()
    packets = [
        *camera.group(0, 1),
        *camera.picture(STEP, stap(SEI, tail=b"\x03\xe8" + delta())),
        *camera.picture(2 * STEP, delta()),
    ]
    assert depacketised(packets).stamps == [0, 2]


@pytest.mark.parametrize("mark", [b"\0\0\1", b"\0\0\0\1"])
@pytest.mark.parametrize("lead", [False, True])
@pytest.mark.parametrize("pieces", [1, 3])
def test_units_behind_start_codes_in_one_packet_are_taken_apart(mark: bytes, lead: bool, pieces: int) -> None:
    """V380 in one packet, Amatek in fragments."""
    bundle = (mark if lead and pieces == 1 else b"") + mark.join((SPS, PPS, key(900)))
    payloads = [bundle] if pieces == 1 else fragments(bundle, pieces)
    taken = depacketised(Sender().picture(0, *payloads))
    assert taken.pictures[0].nals == (SPS, PPS, key(900))


def test_trailing_zeros_of_units_are_dropped() -> None:
    """Dahua."""
    taken = depacketised(Sender().picture(0, SPS + b"\0\0", PPS + b"\0", key() + b"\0\0\0\0"))
    assert taken.pictures[0].nals == (SPS, PPS, key())
    assert taken.pictures[0].params is not None


# Headers and senders


def test_header_extensions_sources_and_padding_are_passed_over() -> None:
    camera = Sender()
    extension = bytes.fromhex("abac0002") + b"\1" * 8
    packets = [
        camera.packet(SPS, 0, head=0x82, extra=b"\7" * 8),
        camera.packet(PPS, 0, head=0x90, extra=extension),
        camera.packet(SEI + b"\0\0\0\4", 0, head=0xA0),
        camera.packet(key() + b"\0", 0, True, head=0xA0),  # says padding, counts none
    ]
    taken = depacketised(packets)
    assert taken.pictures[0].nals == (SPS, PPS, SEI, key())


def test_packets_of_other_payload_types_are_invisible_even_with_a_number_used_before() -> None:
    """Geovision."""
    camera = Sender()
    packets = []
    for packet in camera.group(0, 3):
        stranger = Sender(sequence=int.from_bytes(packet[2:4], "big"), type=50).packet(b"abc", 0)
        packets += [packet, stranger]
    taken = depacketised(packets)
    assert taken.stamps == [0, 1, 2]
    assert (taken.machine.order.lost, taken.machine.other_types) == (0, 5)


def test_packets_without_content_count_in_the_sequence() -> None:
    camera = Sender()
    packets = [*camera.group(0, 2), camera.packet(b"", STEP), *camera.picture(2 * STEP, delta())]
    taken = depacketised(packets)
    assert taken.stamps == [0, 1, 2]
    assert taken.machine.order.lost == 0


@pytest.mark.parametrize("jumps", [False, True])
def test_a_sender_number_that_changes_at_every_keyframe_loses_nothing(jumps: bool) -> None:
    """Uniview."""
    camera = Sender()
    packets = []
    for group in range(4):
        camera.ssrc = 0x5000 + group if group < 3 else 0
        camera.sequence += 20_000 * jumps
        packets += camera.group(group * 3 * STEP)
    taken = depacketised(packets)
    assert taken.stamps == list(range(12))
    assert not any(picture.is_damaged for picture in taken.pictures)
    assert taken.machine.order.lost == 0


def mixed(ours: Sender, theirs: Sender) -> list[bytes]:
    """Two sessions in one connection, packet by packet: ours with size 20, theirs with 99."""
    one, other = ours.group(0, 3), theirs.picture(7, SPS, PPS, key(99)) + theirs.picture(7 + STEP, delta(99))
    return [packet for pair in itertools.zip_longest(one, other) for packet in pair if packet]


def test_of_two_mixed_sessions_the_one_seen_first_is_recorded() -> None:
    taken = depacketised(mixed(Sender(), Sender(sequence=9000, ssrc=0xBAD)))
    assert not any(len(nal) > 90 for picture in taken.pictures for nal in picture.nals)
    assert taken.machine.order.foreign == 4


def test_of_two_mixed_sessions_the_one_announced_is_recorded() -> None:
    ours, theirs = Sender(), Sender(sequence=9000, ssrc=0xBAD)
    stale = theirs.picture(0, delta(99))
    taken = depacketised([*stale, *mixed(ours, theirs)], announced=ours.ssrc)
    assert len(taken.pictures) >= 2
    assert not any(len(nal) > 90 for picture in taken.pictures for nal in picture.nals)


def test_senders_known_as_foreign_are_never_taken() -> None:
    packets = mixed(Sender(), Sender(sequence=9000, ssrc=0xBAD))
    taken = depacketised(packets, foreign=frozenset({0xBAD}))
    assert taken.kinds == [(True, WHOLE), (False, WHOLE), (False, WHOLE)]


def test_a_picture_beyond_all_measure_is_dropped_and_memory_stays_bounded() -> None:
    camera = Sender()
    piece = bytes((0x7C, 0x05)) + b"\xaa" * 60_000
    packets = (camera.packet(bytes((0x7C, 0x85)) + b"\x88" if not n else piece, 0) for n in range(200))
    taken = depacketised(itertools.chain(packets, camera.group(STEP, 2)))
    assert taken.stamps == [0, 1]
    assert TYPE == 96
