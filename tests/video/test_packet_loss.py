"""Lost, repeated and renumbered packets: what is counted, and which pictures come out."""

import random

import pytest

from tests.video.wire import (
    PPS,
    SEI,
    SPS,
    STEP,
    Sender,
    delta,
    depacketised,
    fragments,
    key,
    three_groups,
    without,
)

WHOLE, DAMAGED = False, True


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
