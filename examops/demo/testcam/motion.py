"""Where people are at a given second. Pure: the same second always gives the same pose."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, hypot, pi, sin

import numpy as np

from examops.demo.testcam.bodies import Pose
from examops.demo.testcam.model import Person, Walker

PHASES = 6  # pictures of one small movement
BEATS_PER_SECOND = 4


@dataclass(frozen=True)
class Step:
    """A pose out of a small set, so that its cut-out can be kept: which task, which phase of it."""

    task: int
    phase: int


def step_of(person: Person, second: float) -> Step:
    """People work in bursts: a few seconds of hands moving, then some of holding still."""
    beat = int(second * BEATS_PER_SECOND) + person.seed * 7
    stretch, within = divmod(beat, 28)
    luck = _hash(person.seed, stretch)
    still = luck % 100 < 45
    return Step(task=luck // 100 % 3, phase=0 if still else within % PHASES)


def pose_of(person: Person, step: Step) -> Pose:
    rng = np.random.default_rng(person.seed * 31 + step.task)
    swing = sin(2 * pi * step.phase / PHASES)
    sway = sin(2 * pi * step.phase / PHASES + 1.1)
    side, up = rng.uniform(-0.06, 0.08), person.work_height / person.build + rng.uniform(0.0, 0.06)
    reach = person.reach * rng.uniform(0.75, 1.1)
    lean = 0.05 + 0.12 * (person.posture == "sit") + rng.uniform(0, 0.07)
    left = (reach * 0.85, -0.16 + side * 0.4 - 0.02 * sway, up - 0.01)
    right = (reach + 0.03 * swing, 0.12 + side + 0.05 * sway, up + 0.04 * swing)
    if person.posture == "lie":
        left = (-0.2 + 0.06 * swing, -0.2, 0.18)
    if step.task == 2 and person.posture == "stand":  # looks up, one hand hanging
        left = (0.04, -0.26, 0.82)
    heading = person.heading + rng.uniform(-0.18, 0.18) + 0.03 * sway
    nod = 0.02 + rng.uniform(0, 0.06) + 0.008 * swing
    return Pose(person.x, person.y, person.floor, heading, person.posture, left, right, lean, nod, build=person.build)


def walk(walker: Walker, second: float) -> tuple[Pose, bool]:
    """Pose at that second, and whether the walker is on his way (so that his pose is new in each picture)."""
    legs = list(zip(walker.path, walker.path[1:] + walker.path[:1], strict=True))
    times = [hypot(b[0] - a[0], b[1] - a[1]) / walker.speed for a, b in legs]
    left = (second + walker.seed * 17) % sum(time + walker.rest_s for time in times)
    for (start, end), time in zip(legs, times, strict=True):
        heading = atan2(end[1] - start[1], end[0] - start[0])
        if left < time:
            return _striding(walker, start, end, heading, left / time, left), True
        left -= time
        if left < walker.rest_s:
            return _watching(walker, end, heading, left), False
        left -= walker.rest_s
    return _watching(walker, walker.path[0], 0.0, 0.0), False


def _striding(
    walker: Walker, start: tuple[float, float], end: tuple[float, float], heading: float, share: float, second: float
) -> Pose:
    swing = sin(second * 2 * pi * 0.85)
    x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
    left, right = (0.16 * swing, -0.25, 0.84), (-0.16 * swing, 0.25, 0.84)
    return Pose(x, y, 0.0, heading, "stand", left, right, 0.05, 0.02, 0.5 * swing, walker.build)


def _watching(walker: Walker, spot: tuple[float, float], heading: float, second: float) -> Pose:
    turned = heading + (0.9 if int(second / 3) % 2 else -0.7) * min(1.0, second)
    hands = ((0.1, -0.12, 1.0), (0.12, 0.1, 1.04))
    return Pose(spot[0], spot[1], 0.0, round(turned, 1), "stand", *hands, 0.02, 0.03, 0.08, walker.build)


def _hash(seed: int, stretch: int) -> int:
    value = (seed * 0x9E3779B1 + stretch * 0x85EBCA6B) & 0xFFFFFFFF
    value ^= value >> 15
    return (value * 0x2C1B3C6D & 0xFFFFFFFF) >> 7
