"""The drawn rooms: what a picture must show, and that it is the same for the same moment."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from examops.demo.testcam import ROOMS, Painter, camera_label
from examops.demo.testcam.command import drawn, parse_cameras
from examops.demo.testcam.motion import walk
from examops.demo.testcam.stills import Stills

MORNING = datetime(2026, 11, 23, 1, 41, 7, tzinfo=UTC)
SMALL = (640, 360)


@pytest.fixture(scope="module")
def painter():
    return Painter(ROOMS["electric-a"].build(), "front", camera_label("electric-a", "front"), SMALL, seed=1)


def clock_corner(picture):
    return picture[:40, :220]


@pytest.mark.parametrize("name", ROOMS)
def test_every_room_can_be_seen_from_every_corner(name):
    for position in ("front", "rear", "side"):
        picture = Painter(ROOMS[name].build(), position, "试", (320, 180)).paint(MORNING)
        assert picture.shape == (180, 320, 3)
        assert 60 < picture.mean() < 200
        assert picture.std() > 20


def test_same_moment_gives_the_same_picture(painter):
    assert np.array_equal(painter.paint(MORNING), painter.paint(MORNING))


def test_people_move_within_ten_seconds(painter):
    before, after = painter.paint(MORNING), painter.paint(MORNING + timedelta(seconds=10))
    changed = np.abs(before[60:].astype(int) - after[60:]).max(axis=2) > 25
    assert changed.sum() > 500


def test_clock_ticks_while_the_scene_is_frozen(painter):
    frozen = painter.paint(MORNING, scene_at=MORNING)
    later = painter.paint(MORNING + timedelta(seconds=5), scene_at=MORNING)
    assert np.array_equal(frozen[60:], later[60:])
    assert not np.array_equal(clock_corner(frozen), clock_corner(later))


def test_black_picture_keeps_the_clock(painter):
    black = painter.paint_black(MORNING)
    assert black[60:300].max() < 20
    assert clock_corner(black).max() > 200


def test_clock_shows_the_time_of_shanghai(painter):
    same = painter.paint_black(MORNING.astimezone())
    assert np.array_equal(same, painter.paint_black(MORNING))


def test_two_cameras_of_a_room_see_the_same_walker_at_the_same_place():
    walker = ROOMS["electric-a"].build().walkers[0]
    again = ROOMS["electric-a"].build().walkers[0]
    assert walk(walker, 1_000_003.5) == walk(again, 1_000_003.5)


def test_walker_comes_around():
    walker = ROOMS["electric-a"].build().walkers[0]
    spots = {(round(pose.x), round(pose.y)) for pose, _ in (walk(walker, second) for second in range(0, 120, 2))}
    assert len(spots) > 5


def test_label_is_chinese_and_drawn(painter):
    assert painter.label == "A栋实训室-前"
    other = Painter(ROOMS["electric-a"].build(), "front", "B", SMALL, seed=1)
    corner = (slice(-50, None), slice(-260, None))
    assert not np.array_equal(painter.paint_black(MORNING)[corner], other.paint_black(MORNING)[corner])


def test_unknown_room_and_position_are_named():
    assert parse_cameras("electric-a:front, theory-1:rear") == [("electric-a", "front"), ("theory-1", "rear")]
    with pytest.raises(ValueError, match="no room 'attic'"):
        parse_cameras("attic:front")
    with pytest.raises(ValueError, match="no position 'roof'"):
        parse_cameras("electric-a:roof")


def test_a_kept_room_is_read_back_as_it_was_painted_and_a_damaged_one_is_painted_again(tmp_path):
    size, stills = (320, 180), Stills(tmp_path / "kept")
    first = drawn("theory-1", "front", size, stills)
    (kept,) = (tmp_path / "kept").iterdir()
    painted = kept.stat().st_mtime_ns
    again = drawn("theory-1", "front", size, stills)
    assert np.array_equal(first.paint(MORNING), again.paint(MORNING))
    assert np.array_equal(first.paint(MORNING), drawn("theory-1", "front", size).paint(MORNING))
    assert kept.stat().st_mtime_ns == painted, "it was read"

    kept.write_bytes(kept.read_bytes()[:-5000] + b"x" * 5000)
    assert np.array_equal(first.paint(MORNING), drawn("theory-1", "front", size, stills).paint(MORNING))
    assert kept.stat().st_mtime_ns > painted

    drawn("theory-1", "front", (352, 198), stills)
    assert [file.name == kept.name for file in (tmp_path / "kept").iterdir()] == [False], "of the former view is none"


def test_a_room_that_cannot_be_kept_is_painted(tmp_path):
    (tmp_path / "file").touch()
    assert drawn("theory-1", "front", (320, 180), Stills(tmp_path / "file")).paint(MORNING).std() > 20
