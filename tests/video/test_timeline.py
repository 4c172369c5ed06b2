"""Time stamps as cameras send them: wraps, jumps, steps back, a clock that is set."""

import itertools

import pytest

from video.rtsp.timeline import TICKS, Timeline

STEP = TICKS // 25


def placed(stamps: list[int], arrive: float = 0.04) -> tuple[list[int], Timeline]:
    line = Timeline()
    return [line.ticks_of(stamp & 0xFFFFFFFF, 100 + n * arrive) for n, stamp in enumerate(stamps)], line


def steps(ticks: list[int]) -> list[int]:
    return [later - earlier for earlier, later in itertools.pairwise(ticks)]


def test_stamps_wrap_without_a_break() -> None:
    ticks, line = placed([0xFFFFFFFF - STEP + n * STEP for n in range(5)])
    assert steps(ticks) == [STEP] * 4
    assert (line.outliers, line.new_lines) == (0, 0)


@pytest.mark.parametrize("jump", [37_600, -9_800])
def test_a_single_stamp_far_off_is_placed_by_its_arrival_and_the_line_goes_on(jump: int) -> None:
    stamps = [n * STEP for n in range(10)]
    stamps[4] += jump * TICKS
    ticks, line = placed(stamps)
    assert steps(ticks) == [STEP] * 9
    assert (line.outliers, line.new_lines) == (1, 0)


def test_three_stamps_far_off_in_a_row_begin_one_new_line_and_no_time_is_lost() -> None:
    stamps = [n * STEP - (30 * TICKS if n > 4 else 0) for n in range(20)]
    ticks, line = placed(stamps)
    assert steps(ticks) == [STEP] * 19
    assert line.new_lines == 1


def test_a_small_step_back_is_held_and_the_line_goes_on_where_it_belongs() -> None:
    stamps = [n * STEP - (5400 if n == 5 else 0) for n in range(10)]
    ticks, line = placed(stamps)
    assert all(step >= 1 for step in steps(ticks))
    assert ticks[6:] == [n * STEP for n in range(6, 10)]
    assert line.clamped == 1


def test_a_clock_set_back_by_a_little_for_good_is_followed() -> None:
    stamps = [n * STEP - (4 * TICKS if n > 4 else 0) for n in range(40)]
    ticks, line = placed(stamps)
    assert all(step >= 1 for step in steps(ticks))
    assert ticks[-1] == pytest.approx(39 * STEP, abs=2 * STEP)
    assert line.new_lines == 1


def test_equal_stamps_still_rise() -> None:
    ticks, _ = placed([0, STEP, STEP, 2 * STEP])
    assert ticks == [0, STEP, STEP + 1, 2 * STEP]


def test_a_pause_of_the_camera_that_its_stamps_tell_is_no_jump() -> None:
    line = Timeline()
    assert [line.ticks_of(0, 0.0), line.ticks_of(20 * TICKS, 20.0)] == [0, 20 * TICKS]
    assert line.outliers == 0


def test_stamps_that_start_at_zero_are_stamps() -> None:
    assert placed([0, STEP])[0] == [0, STEP]
