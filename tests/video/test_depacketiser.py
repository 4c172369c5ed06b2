"""Packets become pictures: whole ones come out, torn ones are dropped and counted, nothing else is touched."""

import itertools
import random

import pytest

from tests.video.wire import PPS, SEI, SPS, STEP, TYPE, Sender, delta, depacketised, fragments, key, stap

WHOLE, DAMAGED = False, True


def without(packets: list[bytes], *numbers: int) -> list[bytes]:
    return [packet for number, packet in enumerate(packets) if number not in numbers]


def three_groups(camera: Sender | None = None) -> list[bytes]:
    """Nine pictures in three groups; keyframes at packets 0-2, 5-7, 10-12."""
    camera = camera or Sender()
    return [packet for start in (0, 3, 6) for packet in camera.group(start * STEP)]


# Loss


@pytest.mark.parametrize(
    ("missing", "stamps"),
    [(8, [0, 1, 2, 3, 5, 6, 7, 8]), (9, [0, 1, 2, 3, 4, 6, 7, 8]), (7, [0, 1, 2, 4, 5, 6, 7, 8])],
)
def test_a_lost_packet_damages_exactly_the_picture_it_belongs_to(missing: int, stamps: list[int]) -> None:
    taken = depacketised(without(three_groups(), missing))
    assert taken.stamps == stamps
    assert taken.machine.order.lost == sum(picture.lost_packets for picture in taken.pictures) == 1


def test_after_a_loss_the_rest_of_the_group_is_marked_and_the_next_keyframe_ends_it() -> None:
    taken = depacketised(without(three_groups(), 8))
    damaged = [picture.is_damaged for picture in taken.pictures]
    assert damaged == [WHOLE, WHOLE, WHOLE, WHOLE, DAMAGED, WHOLE, WHOLE, WHOLE]


def test_until_markers_have_shown_what_they_mean_a_loss_behind_the_first_picture_takes_it_too() -> None:
    assert depacketised(without(three_groups(), 3)).stamps == [0, 1, 2, 3, 4, 5, 6]
    assert depacketised(without(three_groups(), 3)).kinds[0] == (False, DAMAGED)


def test_the_loss_stands_on_the_picture_after_it() -> None:
    taken = depacketised(without(three_groups(), 8, 9))
    assert [picture.lost_packets for picture in taken.pictures] == [0, 0, 0, 0, 2, 0, 0]


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_picture_of_three_packets_that_lost_one_does_not_come_out_and_its_neighbours_do(lost: int) -> None:
    camera = Sender()
    before = camera.group(0, 2)
    torn, after = (camera.picture(n * STEP, *fragments(delta(), 3)) for n in (2, 3))
    taken = depacketised([*before, *without(torn, lost), *after])
    assert taken.stamps == [0, 1, 3]
    assert taken.machine.pictures.incomplete == 1


def test_a_loss_between_pictures_keeps_both_and_marks_the_later() -> None:
    """The lost one was a message of its own: nothing is torn, but nobody can know."""
    camera = Sender()
    packets = [*camera.group(0, 2), camera.packet(SEI, 2 * STEP), *camera.picture(2 * STEP, delta())]
    taken = depacketised(without(packets, 4))
    assert taken.kinds == [(True, WHOLE), (False, WHOLE), (False, DAMAGED)]


def test_a_picture_that_misses_its_first_slice_is_not_whole() -> None:
    camera = Sender()
    packets = [*camera.group(0, 2), *camera.picture(2 * STEP, delta(first=False)), *camera.picture(3 * STEP, delta())]
    taken = depacketised(packets)
    assert taken.stamps == [0, 1, 3]
    assert [picture.is_damaged for picture in taken.pictures] == [WHOLE, WHOLE, DAMAGED]


def test_a_picture_that_lost_its_first_slice_takes_its_other_slices_with_it_and_leaves_the_one_before() -> None:
    camera = Sender()
    packets = [
        *camera.group(0, 2),
        *camera.picture(2 * STEP, delta(), delta(first=False)),
        *camera.picture(3 * STEP, delta()),
    ]
    taken = depacketised(without(packets, 4))
    assert taken.stamps == [0, 1, 3]


@pytest.mark.parametrize("lost", [1, 2])
def test_a_picture_that_lost_a_later_slice_is_not_whole(lost: int) -> None:
    camera = Sender()
    middle = (
        camera.group(0, 2),
        camera.picture(2 * STEP, delta(), delta(first=False), delta(first=False)),
        camera.picture(3 * STEP, delta()),
    )
    packets = [*middle[0], *without(middle[1], lost), *middle[2]]
    assert depacketised(packets).stamps == [0, 1, 3]


def test_where_markers_stand_on_every_slice_a_loss_between_them_is_seen() -> None:
    camera = Sender()
    packets = [*camera.group(0, 1)]
    for number in (1, 2, 3):
        packets += [camera.packet(delta(first=n == 0), number * STEP, marker=True) for n in range(3)]
    assert depacketised(without(packets, 7)).stamps == [0, 1, 3]


def test_sequence_numbers_wrap_and_count_exactly() -> None:
    packets = three_groups(Sender(sequence=65530))
    assert depacketised(packets).machine.order.lost == 0
    assert depacketised(without(packets, 6)).machine.order.lost == 1


def test_duplicates_are_dropped_and_nothing_is_counted() -> None:
    packets = three_groups()
    doubled = [packet for pair in zip(packets, packets, strict=True) for packet in pair]
    repeated = [*packets[:9], *packets[4:9], *packets[9:]]  # a camera that sends a stretch again
    for given in (doubled, repeated):
        taken = depacketised(given)
        assert taken.stamps == list(range(9))
        assert taken.machine.order.lost == 0


@pytest.mark.parametrize("numbers", [(100, 40_100), (60_000, 3)])
def test_a_sequence_that_starts_anew_is_followed_and_counts_nothing(numbers: tuple[int, int]) -> None:
    camera = Sender(sequence=numbers[0])
    packets = camera.group(0, 2)
    camera.sequence = numbers[1]
    packets += [*camera.picture(2 * STEP, delta()), *camera.group(3 * STEP, 2)]
    taken = depacketised(packets)
    lost = taken.machine.order.lost
    assert lost == (0 if numbers[0] == 100 else 5_535)  # 65,536 - 60,004 + 3: a gap as far as anybody can tell
    assert taken.kinds[2:] == [(False, DAMAGED), (True, WHOLE), (False, WHOLE)]


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
        for number in range(4) for part in range(4)
    ]  # fmt: skip
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


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("slices", [1, 3])
def test_under_any_loss_exactly_the_untouched_pictures_come_out_and_every_packet_is_counted(
    seed: int, slices: int
) -> None:
    rng = random.Random(seed)
    camera = Sender(sequence=rng.randrange(65_536))
    sent: list[tuple[int, bytes]] = []  # the picture it belongs to, and the packet
    for number in range(60):
        make = key if number % 12 == 0 else delta
        nals = [make(rng.choice((10, 300, 900)), first=part == 0) for part in range(slices)]
        payloads = [one for nal in nals for one in (fragments(nal, 3) if len(nal) > 200 else [nal])]
        sets = [SPS, PPS] if make is key else []
        sent += [(number, packet) for packet in camera.picture(number * STEP, *sets, *payloads)]
    lost = {n for n, (picture, _) in enumerate(sent) if 2 <= picture < 58 and rng.random() < 0.04}
    taken = depacketised([packet for n, (_, packet) in enumerate(sent) if n not in lost])
    heads = {n for n in lost if sent[n][1][12] & 31 in (7, 8)}  # a keyframe that lost its sets is whole all the same
    touched = {sent[n][0] for n in lost - heads}
    assert taken.stamps == [number for number in range(60) if number not in touched]
    assert taken.machine.order.lost == sum(picture.lost_packets for picture in taken.pictures) == len(lost)
    for number, picture in zip(taken.stamps, taken.pictures, strict=True):
        group = number // 12 * 12
        leans_on_loss = any(group <= sent[n][0] < number and (n not in heads or sent[n][0] > group) for n in lost)
        assert picture.is_damaged == leans_on_loss, number
