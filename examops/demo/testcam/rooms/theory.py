"""理论考室: rows of single desks, everybody seated, a paper on each desk."""

from __future__ import annotations

from math import pi

import numpy as np

from examops.demo.testcam.model import Box, Palette, Person, Room
from examops.demo.testcam.rooms.parts import grid, plate, proctors, seat_label, stool, table, work_clothes

COLUMNS, ROWS = 6, 5
PITCH = (1.45, 1.5)


def theory_room(name: str, prefix: str, seed: int) -> Room:
    rng = np.random.default_rng(seed)
    width, depth = COLUMNS * PITCH[0] + 2.2, ROWS * PITCH[1] + 3.2
    boxes: list[Box] = []
    people: list[Person] = []
    for number, x, y in grid(COLUMNS, ROWS, (1.85, 2.7), PITCH):
        boxes += _desk(x, y, seat_label(prefix, number), rng)
        if rng.random() < 0.93:
            base = [(104.0, 98.0, 90.0), (84.0, 92.0, 100.0), (122.0, 116.0, 106.0), (72.0, 80.0, 92.0)][number % 4]
            outfit = work_clothes(rng, base, hat=False)
            people.append(Person(x, y + 0.5, -pi / 2, outfit, seed * 100 + number, "sit", work_height=0.82, reach=0.36))
    boxes += [Box((width / 2 - 0.7, 0.75, 0), (width / 2 + 0.7, 1.3, 0.92), (128.0, 106.0, 86.0))]
    palette = Palette(wall=(186.0, 184.0, 178.0), dado=(150.0, 150.0, 142.0), floor=(138.0, 136.0, 130.0), tile=0.6)
    return Room(
        name,
        width,
        depth,
        3.2,
        palette,
        tuple(boxes),
        tuple(people),
        proctors(width, depth, seed, 0.6),
        notice="沉着 诚信",
    )


def _desk(x: float, y: float, label: str, rng: np.random.Generator) -> list[Box]:
    turn = rng.uniform(-0.05, 0.05)
    tone = rng.uniform(0.94, 1.03)
    return [
        *table(x, y, 0.72, 0.5, 0.75, (186.0 * tone, 170.0 * tone, 146.0 * tone), (84.0, 86.0, 88.0)),
        *stool(x, y + 0.55),
        Box((x - 0.15 + turn, y - 0.1, 0.75), (x + 0.14 + turn, y + 0.2, 0.754), (236.0, 236.0, 230.0), grounded=False),
        Box((x + 0.22, y, 0.75), (x + 0.235, y + 0.14, 0.76), (54.0, 60.0, 78.0), grounded=False),
        plate(x - 0.2, y - 0.2, 0.75, label, 0.22),
    ]
