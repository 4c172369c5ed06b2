"""Properties of the order of belief, over random footage and gaps of several boxes and the server."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from examops.footage.archive.belief import account
from examops.footage.archive.intervals import Span, clip, common, merge, subtract, total

settings.register_profile("busy", deadline=None)  # no latency is asserted: machines of tests are busy
settings.load_profile("busy")
BEGIN = datetime(2026, 11, 23, tzinfo=UTC)


def span(start: float, end: float) -> Span:
    return Span(BEGIN + timedelta(seconds=start), BEGIN + timedelta(seconds=end))


seconds = st.integers(-50, 250)
spans = st.lists(st.tuples(seconds, st.integers(0, 90)).map(lambda one: span(one[0], one[0] + one[1])), max_size=6)
sources_of_all = st.tuples(spans, spans, spans, spans)
windows = st.tuples(st.integers(0, 100), st.integers(0, 120)).map(lambda one: span(one[0], one[0] + one[1]))


def parts(window: Span, *sources: list[Span]) -> list[list[Span]]:
    verified, reported, expected, derived = sources
    found = account(window, verified=verified, reported=reported, expected=expected, derived=derived)
    return [found.recorded, found.reported, found.pending, found.derived, found.unknown]


@given(windows, sources_of_all)
def test_every_instant_is_in_exactly_one_part(window: Span, sources: tuple[list[Span], ...]) -> None:
    found = parts(window, *sources)
    assert merge(piece for part in found for piece in part) == merge([window])
    assert sum((total(part) for part in found), timedelta(0)) == window.length


@given(windows, sources_of_all)
def test_verified_footage_is_recorded_whatever_anybody_says(window: Span, sources: tuple[list[Span], ...]) -> None:
    assert parts(window, *sources)[0] == merge(clip(sources[0], window))


@given(windows, spans, spans, spans, spans, spans)
def test_one_more_gap_never_takes_footage_and_more_footage_never_takes_any(
    window: Span,
    verified: list[Span],
    reported: list[Span],
    expected: list[Span],
    derived: list[Span],
    more: list[Span],
) -> None:
    before = total(account(window, verified=verified, reported=reported).recorded)
    assert total(account(window, verified=verified, reported=[*reported, *more]).recorded) == before
    assert total(account(window, verified=[*verified, *more], reported=reported).recorded) >= before


@given(windows, sources_of_all)
def test_a_box_that_was_there_is_believed_before_the_server(window: Span, sources: tuple[list[Span], ...]) -> None:
    verified, reported, _, _ = sources
    assert parts(window, *sources)[1] == subtract(clip(reported, window), verified)
    assert common(parts(window, *sources)[3], reported) == []


@given(windows, sources_of_all)
def test_neither_order_nor_repetition_matters(window: Span, sources: tuple[list[Span], ...]) -> None:
    again = [[*reversed(source), *source] for source in sources]
    assert parts(window, *again) == parts(window, *sources)
