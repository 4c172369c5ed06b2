"""热菜间: long steel counters with woks, cooks in white."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import cv2
import numpy as np

from examops.demo.testcam.model import Box, Palette, Person, Picture, Room
from examops.demo.testcam.rooms.parts import plate, proctors, seat_label, work_clothes

COLUMNS, ROWS = 6, 3
PITCH = (1.7, 2.5)


def kitchen_room(name: str, prefix: str, seed: int) -> Room:
    rng = np.random.default_rng(seed)
    width, depth = COLUMNS * PITCH[0] + 2.4, ROWS * PITCH[1] + 2.6
    boxes: list[Box] = []
    people: list[Person] = []
    for row in range(ROWS):
        y = 2.4 + row * PITCH[1]
        for column in range(COLUMNS):
            number, x = row * COLUMNS + column + 1, 2.05 + column * PITCH[0]
            boxes += _stove(x, y, seat_label(prefix, number), rng)
            if rng.random() < 0.9:
                outfit = work_clothes(rng, (214.0, 212.0, 204.0), hat=False)
                outfit = replace(outfit, hat="toque", hat_colour=(232.0, 230.0, 222.0))
                spot = (x + rng.uniform(-0.15, 0.15), y + 0.72)
                people.append(Person(*spot, -pi / 2, outfit, seed * 100 + number, work_height=1.0, reach=0.44))
    palette = Palette(wall=(190.0, 184.0, 172.0), dado=(206.0, 204.0, 196.0), floor=(136.0, 114.0, 96.0), tile=0.4)
    walkers = proctors(width, depth, seed, 0.7)
    return Room(name, width, depth, 3.2, palette, tuple(boxes), tuple(people), walkers, windows=False, board=False)


def _stove(x: float, y: float, label: str, rng: np.random.Generator) -> list[Box]:
    half = PITCH[0] / 2
    steel = (180.0, 180.0, 176.0)
    board = x - 0.45
    return [
        Box((x - half, y - 0.4, 0), (x + half, y + 0.42, 0.8), (158.0, 158.0, 156.0)),
        Box((x - half, y - 0.42, 0.8), (x + half, y + 0.45, 0.86), (218.0, 218.0, 212.0), {"top": _hob(rng)}, False),
        Box((x - half, y - 0.45, 0.86), (x + half, y - 0.41, 1.12), steel, grounded=False),
        Box((board - 0.2, y - 0.05, 0.86), (board + 0.18, y + 0.25, 0.9), (178.0, 148.0, 108.0), grounded=False),
        Box((board - 0.05, y + 0.0, 0.9), (board + 0.1, y + 0.12, 0.93), (124.0, 146.0, 92.0), grounded=False),
        plate(x, y - 0.43, 1.12, label, 0.32),
    ]


def _hob(rng: np.random.Generator) -> Picture:
    """The top of a stove: a wok on its ring and a bowl."""
    sheet = np.full((90, 170, 3), (214, 214, 208), np.uint8)
    cv2.rectangle(sheet, (0, 0), (169, 89), (176, 176, 172), 2)
    cv2.circle(sheet, (112, 42), 31, (96, 96, 96), cv2.FILLED, cv2.LINE_AA)
    cv2.circle(sheet, (112, 42), 27, (50, 52, 54), cv2.FILLED, cv2.LINE_AA)
    if rng.random() < 0.7:
        colour = [(156, 104, 60), (110, 134, 74), (168, 70, 54)][int(rng.integers(3))]
        cv2.circle(sheet, (112, 44), 17, colour, cv2.FILLED, cv2.LINE_AA)
    cv2.circle(sheet, (62, 18), 10, (236, 236, 234), cv2.FILLED, cv2.LINE_AA)
    return sheet
