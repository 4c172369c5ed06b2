"""Camera health on painted rooms: what is wrong is found, what is well is left alone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import cv2
import numpy as np
import pytest

from config.rulebook import rulebook
from examops.demo.testcam import ROOMS, Painter
from video.health import Fault, Thresholds, assess_picture, compare, learn, measure, motion, small_grey
from video.health_watch import Began, Ended, Hysteresis, WatchState, advance

MORNING = datetime(2026, 11, 23, 1, 41, 7, tzinfo=UTC)
RULES = Hysteresis(needed=3, window=5, calm=3)


@pytest.fixture(scope="module")
def thresholds():
    return Thresholds.of(lambda key: rulebook().value(key, date(2026, 11, 23)))


@pytest.fixture(scope="module", params=["electric-a", "theory-1", "welding-c"])
def painter(request):
    return Painter(ROOMS[request.param].build(), "front", "试", (640, 360))


@pytest.fixture(scope="module")
def greys(painter):
    return [grey_of(painter, 10 * step, grain=step) for step in range(12)]


@pytest.fixture(scope="module")
def reference(greys):
    return learn(greys[:9])


def grey_of(painter, second, **how):
    at = MORNING + timedelta(seconds=second)
    return small_grey(cv2.cvtColor(painter.paint(at, **how), cv2.COLOR_RGB2GRAY))


def faults_of(grey, reference, thresholds, before=None):
    moved = None if before is None else motion(grey, before)
    return assess_picture(measure(grey), reference, thresholds, change=compare(grey, reference), moved=moved)


def brighter(grey, share):
    return np.clip(grey.astype(float) * share, 0, 255).astype(np.uint8)


def shifted(grey, pixels):
    matrix = np.float32([[1, 0, pixels], [0, 1, 0]])
    return cv2.warpAffine(grey, matrix, grey.shape[::-1], borderMode=cv2.BORDER_REFLECT)


def turned(grey, degrees):
    matrix = cv2.getRotationMatrix2D((160, 90), degrees, 1)
    return cv2.warpAffine(grey, matrix, grey.shape[::-1], borderMode=cv2.BORDER_REFLECT)


def covered(grey, share):
    cloth = grey.copy()
    cloth[:, : int(320 * share)] = 92
    return cloth


def test_an_ordinary_morning_is_well(greys, reference, thresholds):
    for before, grey in pairwise(greys[8:]):
        assert faults_of(grey, reference, thresholds, before) == frozenset()


@pytest.mark.parametrize("share", [0.8, 1.2, 1.4])
def test_brighter_or_darker_light_is_no_fault(greys, reference, thresholds, share):
    assert faults_of(brighter(greys[10], share), reference, thresholds) == frozenset()


def test_black_picture_is_black_and_nothing_else(painter, reference, thresholds):
    black = small_grey(cv2.cvtColor(painter.paint_black(MORNING), cv2.COLOR_RGB2GRAY))
    assert faults_of(black, reference, thresholds, black) == {Fault.BLACK}
    assert assess_picture(measure(black), None, thresholds) == {Fault.BLACK}


def test_lights_off_is_not_taken_for_a_covered_lens(greys, reference, thresholds):
    assert not faults_of(brighter(greys[10], 0.15), reference, thresholds) & {Fault.COVERED, Fault.MOVED, Fault.BLURRED}


@pytest.mark.parametrize("sigma", [1.0, 2.0])
def test_defocused_picture_is_blurred(greys, reference, thresholds, sigma):
    assert faults_of(cv2.GaussianBlur(greys[10], (0, 0), sigma), reference, thresholds) == {Fault.BLURRED}


@pytest.mark.parametrize("share", [0.65, 1.0])
def test_cloth_before_the_lens_is_covered(greys, reference, thresholds, share):
    assert faults_of(covered(greys[10], share), reference, thresholds) == {Fault.COVERED}


@pytest.mark.parametrize("pixels", [6, 12, 30])
def test_pushed_camera_has_moved(greys, reference, thresholds, pixels):
    assert faults_of(shifted(greys[10], pixels), reference, thresholds) == {Fault.MOVED}


@pytest.mark.parametrize("degrees", [-4, 3])
def test_turned_camera_has_moved(greys, reference, thresholds, degrees):
    assert faults_of(turned(greys[10], degrees), reference, thresholds) == {Fault.MOVED}


def test_another_corner_of_the_room_has_moved(painter, reference, thresholds):
    other = Painter(painter.room, "rear", "试", (640, 360))
    assert faults_of(grey_of(other, 100), reference, thresholds) == {Fault.MOVED}


def test_frozen_picture_is_frozen_though_its_clock_ticks(painter, reference, thresholds):
    before, after = (grey_of(painter, second, scene_at=MORNING) for second in (100, 110))
    assert faults_of(after, reference, thresholds, before) == {Fault.FROZEN}


def test_still_scene_with_live_noise_is_not_frozen(painter, reference, thresholds):
    before, after = (grey_of(painter, 100 + step, scene_at=MORNING, grain=step) for step in (0, 1))
    assert faults_of(after, reference, thresholds, before) == frozenset()


def watch(pattern, state=None):
    """Samples every 10 s: `x` is black, `.` is well."""
    state, told = state or WatchState(), []
    for step, mark in enumerate(pattern):
        shown = frozenset({Fault.BLACK}) if mark == "x" else frozenset()
        state, events = advance(state, shown, MORNING + timedelta(seconds=10 * step), RULES)
        told += [(step, event) for event in events]
    return state, told


def after(step):
    return MORNING + timedelta(seconds=10 * step)


def test_one_bad_sample_is_no_alarm():
    state, told = watch("..x...x...")
    assert (told, state.open_faults) == ([], frozenset())


def test_fault_begins_with_three_of_five_and_tells_its_first_sample():
    state, told = watch("..xx.x")
    assert told == [(5, Began(Fault.BLACK, after(2)))]
    assert state.open_faults == {Fault.BLACK}


def test_fault_is_told_once_and_ends_after_three_good_samples():
    state, told = watch("xxxxxx.x...")
    assert told == [(2, Began(Fault.BLACK, after(0))), (10, Ended(Fault.BLACK, after(8)))]
    assert state.open_faults == frozenset()


def test_ended_fault_does_not_begin_again_with_old_samples():
    _, told = watch("xxx....x..")
    assert [type(event) for _, event in told] == [Began, Ended]
