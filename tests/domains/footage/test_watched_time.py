"""What of a claim counts: never more than the clock allows, twice, above the speed or without footage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from examops.footage.archive.intervals import Span, merge, overlaps, total
from examops.footage.review.watched_time import Bounds, Claim, counted, share_of

EXAM = datetime(2026, 11, 23, 1, tzinfo=UTC)
WATCHING = datetime(2026, 11, 24, 1, tzinfo=UTC)
WHOLE = Span(EXAM, EXAM + timedelta(hours=3))
OPEN = Span(WATCHING, WATCHING + timedelta(hours=3))


def during(start: float, end: float) -> Span:
    return Span(EXAM + timedelta(seconds=start), EXAM + timedelta(seconds=end))


def shown(start: float, end: float) -> Span:
    return Span(WATCHING + timedelta(seconds=start), WATCHING + timedelta(seconds=end))


def bounds(**changed) -> Bounds:
    usual = {"open": OPEN, "speed_max": 2, "footage": [WHOLE], "before": [], "elsewhere": []}
    return Bounds(**{**usual, **changed})


def seconds(parts: list[Claim]) -> float:
    return sum(part.during.length.total_seconds() for part in parts)


def test_what_the_clock_allows_counts_whole() -> None:
    claim = Claim(during(0, 60), shown(10, 40), 2)
    assert counted(claim, bounds()) == [claim]


def test_three_hours_in_seven_minutes_count_for_nothing() -> None:
    assert counted(Claim(during(0, 6720), shown(0, 420), 16), bounds()) == []


def test_a_claim_of_more_than_its_own_clock_is_cut() -> None:
    assert seconds(counted(Claim(during(0, 600), shown(0, 30), 1), bounds())) == 30


def test_nothing_counts_before_the_page_was_opened_or_after_now() -> None:
    page = Span(WATCHING + timedelta(seconds=20), WATCHING + timedelta(seconds=50))
    (part,) = counted(Claim(during(0, 100), shown(0, 100), 1), bounds(open=page))
    assert (part.during, part.shown) == (during(20, 50), shown(20, 50))


def test_only_footage_counts() -> None:
    parts = counted(Claim(during(0, 60), shown(0, 60), 1), bounds(footage=[during(0, 10), during(50, 100)]))
    assert [part.during for part in parts] == [during(0, 10), during(50, 60)]
    assert [part.shown for part in parts] == [shown(0, 10), shown(50, 60)]


def test_footage_seen_before_counts_once() -> None:
    before = [Claim(during(10, 20), shown(-500, -490), 1)]
    assert [part.during for part in counted(Claim(during(0, 30), shown(0, 30), 1), bounds(before=before))] == [
        during(0, 10),
        during(20, 30),
    ]


def test_a_second_of_mine_counts_once_for_a_camera_and_for_one_session() -> None:
    before = [Claim(during(600, 610), shown(0, 10), 1)]  # another page showed the same camera then
    assert seconds(counted(Claim(during(0, 30), shown(0, 30), 1), bounds(before=before))) == 20
    assert seconds(counted(Claim(during(0, 30), shown(0, 30), 1), bounds(elsewhere=[shown(5, 25)]))) == 10


spans = st.tuples(st.integers(0, 10_000), st.integers(1, 4_000))


@settings(deadline=None)  # a busy machine is no fault
@given(
    st.lists(
        st.tuples(spans, spans, st.sampled_from((0.5, 1.0, 2.0, 4.0, 16.0)), st.booleans()), min_size=1, max_size=8
    ),
    st.lists(spans, max_size=4),
)
def test_whatever_is_claimed_the_clock_and_the_footage_bound_it(claims, pieces) -> None:
    footage = merge(during(start, start + length) for start, length in pieces)
    sessions: dict[bool, list[Claim]] = {False: [], True: []}
    for (at, length), (when, wall), speed, which in claims:
        claim = Claim(during(at, at + length), shown(when, when + wall), speed)
        elsewhere = [part.shown for part in sessions[not which]]
        limits = bounds(footage=footage, before=sessions[which], elsewhere=elsewhere)
        sessions[which] += counted(claim, limits)
    found, other = sessions[False], [part.shown for part in sessions[True]]
    wall = [part.shown for part in found]
    assert overlaps(wall + other) == []
    assert overlaps(part.during for part in found) == []
    assert total(part.during for part in found) <= total(wall) * 2 + timedelta(milliseconds=1)
    assert total([*footage, *(part.during for part in found)]) == total(footage)
    assert all(OPEN.start <= span.start and span.end <= OPEN.end for span in wall)


def test_the_share_is_of_all_cameras() -> None:
    cameras = [([during(0, 3600)], [during(0, 3600)]), ([during(-600, 1800)], [during(0, 450)])]
    share = share_of(during(0, 7200), cameras)
    assert (share.footage, share.watched, share.percent) == (5400, 4050, 75)
    assert share_of(during(0, 7200), []).percent == 0
