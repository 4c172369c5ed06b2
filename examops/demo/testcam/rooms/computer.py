"""机考室: rows of desks with a screen each."""

from __future__ import annotations

from math import pi

import cv2
import numpy as np

from examops.demo.testcam.model import Box, Palette, Person, Picture, Room
from examops.demo.testcam.rooms.parts import grid, plate, proctors, seat_label, stool, table, work_clothes

COLUMNS, ROWS = 6, 4
PITCH = (1.5, 1.75)


def computer_room(name: str, prefix: str, seed: int) -> Room:
    rng = np.random.default_rng(seed)
    width, depth = COLUMNS * PITCH[0] + 2.2, ROWS * PITCH[1] + 3.0
    boxes: list[Box] = []
    people: list[Person] = []
    for number, x, y in grid(COLUMNS, ROWS, (1.85, 2.5), PITCH):
        boxes += _desk(x, y, seat_label(prefix, number), rng)
        if rng.random() < 0.92:
            base = [(92.0, 98.0, 108.0), (110.0, 108.0, 104.0), (76.0, 86.0, 100.0)][number % 3]
            outfit = work_clothes(rng, base, hat=False)
            person = Person(x, y + 0.58, -pi / 2, outfit, seed * 100 + number, "sit", work_height=0.84, reach=0.4)
            people.append(person)
    palette = Palette(
        wall=(166.0, 174.0, 184.0), dado=(128.0, 136.0, 148.0), floor=(118.0, 124.0, 132.0), tile=0.6, gain=0.96
    )
    walkers = proctors(width, depth, seed, 0.6)
    return Room(name, width, depth, 3.1, palette, tuple(boxes), tuple(people), walkers, windows=False)


def _desk(x: float, y: float, label: str, rng: np.random.Generator) -> list[Box]:
    screen = _screen(rng)
    dark = (46.0, 49.0, 54.0)
    return [
        *table(x, y, 1.1, 0.6, 0.74, (190.0, 192.0, 190.0), (98.0, 102.0, 108.0)),
        *stool(x, y + 0.62),
        Box((x - 0.05, y - 0.16, 0.74), (x + 0.05, y - 0.1, 0.9), dark, grounded=False),
        Box((x - 0.27, y - 0.16, 0.87), (x + 0.27, y - 0.12, 1.2), dark, {"+y": screen}, grounded=False),
        Box((x - 0.2, y + 0.08, 0.74), (x + 0.18, y + 0.22, 0.76), (60.0, 63.0, 68.0), grounded=False),
        plate(x + 0.4, y - 0.15, 0.74, label, 0.24),
    ]


def _screen(rng: np.random.Generator) -> Picture:
    sheet = np.full((90, 150, 3), (40, 43, 48), np.uint8)
    cv2.rectangle(sheet, (4, 4), (145, 85), (206, 220, 236), cv2.FILLED)
    cv2.rectangle(sheet, (4, 4), (145, 15), (74, 108, 156), cv2.FILLED)
    for line in range(6):
        end = int(rng.integers(60, 130))
        cv2.rectangle(sheet, (12, 23 + line * 10), (end, 26 + line * 10), (138, 150, 166), cv2.FILLED)
    return sheet
