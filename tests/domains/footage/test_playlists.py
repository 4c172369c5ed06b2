"""Lists for the player: exact ranges, a break at every run, and always a picture to begin with."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from examops.footage.archive.intervals import Span
from examops.footage.review.playlists import hls

ZERO = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@dataclass
class Piece:
    name: str
    started_at: datetime
    run_uid: uuid.UUID
    fragments: list = field(default_factory=list)
    init_length: int = 800


def file(name: str, start_s: float, run: uuid.UUID, independent: tuple[bool, ...] = (True,) * 30) -> Piece:
    fragments = [
        [800 + 1000 * n, 1000, 900 + 1000 * n, 400, 2000 * n, 2000, 50, good] for n, good in enumerate(independent)
    ]
    return Piece(name, ZERO + timedelta(seconds=start_s), run, fragments)


def listed(start_s: float, *files: Piece) -> list[str]:
    window = Span(ZERO + timedelta(seconds=start_s), ZERO + timedelta(seconds=start_s + 600))
    return hls(window, files, lambda segment: f"https://store/{segment.name}").splitlines()


def test_a_list_begins_in_the_fragment_that_holds_the_moment() -> None:
    lines = listed(7, file("a", 0, uuid.uuid4()))
    assert "#EXT-X-PROGRAM-DATE-TIME:2026-11-23T01:00:06.000Z" in lines
    assert lines.count("https://store/a") == 27
    assert lines[lines.index("#EXTINF:2.000,") + 1] == "#EXT-X-BYTERANGE:1000@3800"
    assert lines[-1] == "#EXT-X-ENDLIST"


def test_segments_of_one_run_play_on_and_a_new_run_is_a_break() -> None:
    run, other = uuid.uuid4(), uuid.uuid4()
    lines = listed(0, file("a", 0, run), file("b", 60, run), file("c", 150, other))
    assert lines.count("#EXT-X-DISCONTINUITY") == 1
    assert [line for line in lines if line.startswith("#EXT-X-MAP")] == [
        '#EXT-X-MAP:URI="https://store/a",BYTERANGE="800@0"',
        '#EXT-X-MAP:URI="https://store/c",BYTERANGE="800@0"',
    ]
    after = lines[lines.index("#EXT-X-DISCONTINUITY") :]
    assert after[2] == "#EXT-X-PROGRAM-DATE-TIME:2026-11-23T01:02:30.000Z"


def test_the_list_goes_back_to_a_picture_that_stands_alone() -> None:
    lines = listed(5, file("a", 0, uuid.uuid4(), (True, False, False, True)))
    assert "#EXT-X-PROGRAM-DATE-TIME:2026-11-23T01:00:00.000Z" in lines


def test_it_does_not_go_back_into_another_run() -> None:
    lines = listed(61, file("a", 0, uuid.uuid4()), file("b", 60, uuid.uuid4(), (False, True)))
    assert "https://store/a" not in lines


def test_the_window_ends_after_ten_minutes() -> None:
    run = uuid.uuid4()
    files = [file(f"f{n}", 60 * n, run) for n in range(20)]
    assert sum(line.startswith("#EXTINF") for line in listed(0, *files)) == 300


def test_nothing_recorded_is_no_list() -> None:
    assert listed(1000, file("a", 0, uuid.uuid4())) == []


def test_a_table_with_impossible_numbers_takes_no_other_file_with_it() -> None:
    """Releases up to 0.1.0 took such tables in, and the window with one of them answered 500 for good."""
    run = uuid.uuid4()
    for number in (2**60, 2**40, -5_000_000):
        bad = file("b", 60, run)
        bad.fragments = [[800, 1000, 900, 400, number, 2000, 50, True], [1800, 1000, 1900, 400, 0, number, 50, True]]
        lines = listed(0, file("a", 0, run), bad, file("c", 120, run))
        assert (lines.count("https://store/a"), lines.count("https://store/b")) == (30, 0)
        assert lines.count("https://store/c") == 30
