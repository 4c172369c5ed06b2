"""焊接实训室: booths with brown screens, a bench in each, and arcs that light up the room."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np

from examops.demo.testcam.model import Box, Glow, Palette, Person, Room
from examops.demo.testcam.rooms.parts import DARK, plate, proctors, seat_label, work_clothes

BOOTHS = 5
PITCH = 2.1
SCREEN = (112.0, 76.0, 62.0)


def welding_room(name: str, prefix: str, seed: int) -> Room:
    """Two rows of booths along the walls, their open sides to the aisle in the middle."""
    rng = np.random.default_rng(seed)
    width, depth = 10.6, BOOTHS * PITCH + 2.2
    boxes: list[Box] = []
    people: list[Person] = []
    glows: list[Glow] = []
    for number in range(1, BOOTHS * 2 + 1):
        right, row = divmod(number - 1, BOOTHS)
        y = 1.9 + row * PITCH
        inward = -1.0 if right else 1.0
        wall = width - 0.35 if right else 0.35
        boxes += _booth(wall, inward, y, seat_label(prefix, number))
        if rng.random() < 0.88:
            outfit = work_clothes(rng, (104.0, 98.0, 88.0), hat=False)
            outfit = replace(outfit, hat="mask" if number % 3 else "cap", hat_colour=(66.0, 70.0, 76.0))
            heading = pi if inward > 0 else 0.0
            spot = (wall + inward * 1.75, y + PITCH / 2 + rng.uniform(-0.15, 0.15))
            people.append(Person(*spot, heading, outfit, seed * 100 + number, work_height=1.02, reach=0.5))
            if number % 3 != 2:
                glows.append(Glow(wall + inward * 1.15, spot[1] + 0.1, 1.0, seed + number))
    boxes += [
        Box((4.6, 5.2, 0), (6.0, 6.4, 0.85), (92.0, 98.0, 102.0)),
        Box((4.9, 5.4, 0.85), (5.5, 6.0, 1.0), (128.0, 110.0, 84.0)),
    ]
    palette = Palette(
        wall=(138.0, 136.0, 132.0), dado=(104.0, 102.0, 98.0), floor=(108.0, 104.0, 100.0), tile=0, gain=0.82
    )
    walkers = proctors(width, depth, seed, 4.2)
    return Room(
        name, width, depth, 3.5, palette, tuple(boxes), tuple(people), walkers, tuple(glows), windows=False, board=False
    )


def _booth(wall: float, inward: float, y: float, label: str) -> list[Box]:
    end = wall + inward * 2.0
    x0, x1 = min(wall, end), max(wall, end)
    bench = (wall + inward * 0.55, wall + inward * 1.35)
    b0, b1 = min(bench), max(bench)
    machine = (wall + inward * 0.05, wall + inward * 0.5)
    return [
        Box((x0, y - 0.03, 0.25), (x1, y + 0.03, 1.75), SCREEN),
        Box((x0, y + PITCH - 0.03, 0.25), (x1, y + PITCH + 0.03, 1.75), SCREEN),
        Box((b0, y + 0.55, 0.0), (b1, y + 1.5, 0.82), (88.0, 92.0, 96.0)),
        Box((b0 - 0.03, y + 0.5, 0.82), (b1 + 0.03, y + 1.55, 0.87), (134.0, 136.0, 138.0), grounded=False),
        Box((b0 + 0.25, y + 0.9, 0.87), (b0 + 0.5, y + 1.2, 0.95), (150.0, 120.0, 96.0), grounded=False),
        Box((min(machine), y + 0.2, 0), (max(machine), y + 0.75, 0.75), (152.0, 96.0, 60.0)),
        Box((end - 0.03, y - 0.05, 0), (end + 0.03, y + 0.05, 1.8), DARK),
        plate(end - inward * 0.22, y - 0.045, 1.75, label, 0.36),
    ]
