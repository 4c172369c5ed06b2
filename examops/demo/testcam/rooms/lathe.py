"""数控车间: rows of machines with a window, a screen and a lamp."""

from __future__ import annotations

from math import pi

import cv2
import numpy as np

from examops.demo.testcam.furniture import label_plate
from examops.demo.testcam.model import Box, Palette, Person, Picture, Room
from examops.demo.testcam.rooms.parts import grid, proctors, seat_label, work_clothes

COLUMNS, ROWS = 4, 3
PITCH = (3.0, 3.1)


def lathe_room(name: str, prefix: str, seed: int) -> Room:
    rng = np.random.default_rng(seed)
    width, depth = COLUMNS * PITCH[0] + 1.6, ROWS * PITCH[1] + 3.0
    boxes: list[Box] = []
    people: list[Person] = []
    for number, x, y in grid(COLUMNS, ROWS, (2.3, 3.0), PITCH):
        boxes += _machine(x, y, seat_label(prefix, number), rng)
        if rng.random() < 0.9:
            outfit = work_clothes(rng, (88.0, 104.0, 126.0), hat=bool(number % 4), hat_colour=(206.0, 208.0, 206.0))
            spot = (x + rng.uniform(0.1, 0.8), y - 1.15)
            people.append(Person(*spot, pi / 2, outfit, seed * 100 + number, work_height=1.15, reach=0.45))
    boxes += [Box((0.6, depth - 1.2, 0), (1.5, depth - 0.3, 0.9), (134.0, 112.0, 88.0))]
    palette = Palette(
        wall=(170.0, 174.0, 174.0), dado=(120.0, 134.0, 132.0), floor=(122.0, 130.0, 126.0), tile=0, gain=0.98
    )
    walkers = proctors(width, depth, seed, 0.7)
    return Room(name, width, depth, 3.9, palette, tuple(boxes), tuple(people), walkers, board=False)


def _machine(x: float, y: float, label: str, rng: np.random.Generator) -> list[Box]:
    shell = (202.0, 204.0, 202.0)
    lamp = [(92.0, 168.0, 104.0), (198.0, 170.0, 82.0)][int(rng.random() < 0.25)]
    front = _front(label, rng)
    return [
        Box((x - 1.05, y - 0.65, 0.12), (x + 1.05, y + 0.65, 1.72), shell, {"-y": front, "+y": _rear()}),
        Box((x - 1.0, y - 0.6, 0), (x + 1.0, y + 0.6, 0.12), (66.0, 70.0, 74.0)),
        Box((x + 0.2, y - 0.2, 1.72), (x + 0.9, y + 0.5, 1.86), (150.0, 156.0, 160.0), grounded=False),
        Box((x - 0.78, y + 0.1, 1.72), (x - 0.7, y + 0.18, 1.98), lamp, grounded=False),
        Box((x - 1.28, y - 0.1, 0), (x - 1.1, y + 0.5, 0.7), (118.0, 130.0, 138.0)),
        Box((x - 0.95, y - 1.35, 0), (x - 0.35, y - 0.95, 0.72), (128.0, 112.0, 92.0)),
    ]


def _front(label: str, rng: np.random.Generator) -> Picture:
    sheet = np.full((200, 262, 3), (204, 206, 204), np.uint8)
    cv2.rectangle(sheet, (0, 164), (261, 199), (92, 110, 132), cv2.FILLED)
    cv2.rectangle(sheet, (24, 34), (150, 128), (150, 154, 156), cv2.FILLED)
    cv2.rectangle(sheet, (34, 44), (140, 116), (48, 58, 70), cv2.FILLED)
    cv2.rectangle(sheet, (44, 54), (84, 108), (76, 92, 110), cv2.FILLED)
    cv2.line(sheet, (87, 34), (87, 128), (128, 132, 134), 2)
    cv2.rectangle(sheet, (176, 28), (240, 120), (120, 126, 132), cv2.FILLED)
    cv2.rectangle(sheet, (182, 34), (234, 72), (86, 130, 166), cv2.FILLED)
    for row in range(3):
        for column in range(4):
            shade = int(rng.integers(150, 220))
            cv2.rectangle(
                sheet, (184 + column * 13, 80 + row * 12), (192 + column * 13, 87 + row * 12), (shade,) * 3, -1
            )
    plate = label_plate(label, (84, 34), (238, 238, 234), (30, 58, 110))
    sheet[0:34, 88:172] = plate
    return sheet


def _rear() -> Picture:
    sheet = np.full((200, 262, 3), (190, 193, 192), np.uint8)
    for left in (16, 142):
        cv2.rectangle(sheet, (left, 24), (left + 104, 150), (168, 172, 172), cv2.FILLED)
        cv2.rectangle(sheet, (left, 24), (left + 104, 150), (138, 142, 144), 2)
    for row in range(8):
        cv2.line(sheet, (158, 40 + row * 8), (230, 40 + row * 8), (112, 116, 120), 2)
    cv2.rectangle(sheet, (0, 164), (261, 199), (92, 110, 132), cv2.FILLED)
    return sheet
