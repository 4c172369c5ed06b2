"""Arithmetic of half-open stretches: what covers, what is missing, what is there twice."""

from datetime import UTC, datetime, timedelta

import pytest

from examops.footage.archive.intervals import Span, clip, common, holes, merge, overlaps, subtract, total

ZERO = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return ZERO + timedelta(seconds=seconds)


def span(start: float, end: float) -> Span:
    return Span(at(start), at(end))


def spans(*pairs: tuple[float, float]) -> list[Span]:
    return [span(*pair) for pair in pairs]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], []),
        ([(0, 60)], [(0, 60)]),
        ([(60, 120), (0, 60)], [(0, 120)]),
        ([(0, 60), (61, 120)], [(0, 60), (61, 120)]),
        ([(0, 100), (20, 40)], [(0, 100)]),
        ([(5, 5)], []),
    ],
)
def test_a_union_is_in_order_and_joins_what_touches(given, expected) -> None:
    assert merge(spans(*given)) == spans(*expected)


def test_a_seam_up_to_a_second_is_closed_and_a_longer_one_is_not() -> None:
    second = timedelta(seconds=1)
    assert merge(spans((0, 60), (61, 120)), second) == spans((0, 120))
    assert merge(spans((0, 60), (61.001, 120)), second) == spans((0, 60), (61.001, 120))


def test_touching_spans_share_no_instant() -> None:
    assert not span(0, 60).meets(span(60, 120))
    assert span(0, 60.001).meets(span(60, 120))


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [(0, 100)]),
        ([(0, 100)], []),
        ([(0, 40)], [(40, 100)]),
        ([(40, 60)], [(0, 40), (60, 100)]),
        ([(90, 200)], [(0, 90)]),
        ([(-10, 10), (5, 20), (50, 55)], [(20, 50), (55, 100)]),
        ([(100, 120)], [(0, 100)]),
        ([(-20, 0)], [(0, 100)]),
    ],
)
def test_what_is_taken_is_gone(taken, left) -> None:
    assert subtract(spans((0, 100)), spans(*taken)) == spans(*left)


def test_several_spans_lose_the_same_hole() -> None:
    assert subtract(spans((0, 10), (20, 30)), spans((5, 25))) == spans((0, 5), (25, 30))


def test_a_hole_of_a_second_is_none_and_a_longer_one_is() -> None:
    assert holes(span(0, 120), spans((0, 60), (61, 120))) == []
    assert holes(span(0, 120), spans((0, 60), (61.5, 120))) == spans((60, 61.5))


def test_holes_at_both_ends_count() -> None:
    assert holes(span(0, 120), spans((10, 100))) == spans((0, 10), (100, 120))


def test_whatever_lies_outside_the_window_does_not_count() -> None:
    assert clip(spans((-50, 10), (110, 200), (300, 400)), span(0, 120)) == spans((0, 10), (110, 120))


def test_time_covered_twice_is_listed_once() -> None:
    assert overlaps(spans((0, 60), (58, 118), (59, 70))) == spans((58, 70))
    assert overlaps(spans((0, 60), (60, 120))) == []


def test_time_covered_twice_counts_once() -> None:
    assert total(spans((0, 60), (30, 90))) == timedelta(seconds=90)


def test_what_both_cover() -> None:
    assert common(spans((0, 60)), spans((30, 40), (50, 90))) == spans((30, 40), (50, 60))


def test_holes_and_cover_add_up_to_the_window() -> None:
    window, covered = span(0, 600), spans((3, 60), (60.4, 130), (200, 210), (590, 700))
    rest = subtract([window], covered)
    assert total(rest) + total(clip(covered, window)) == window.length
    assert common(rest, covered) == []
