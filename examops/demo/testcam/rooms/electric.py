"""电工实训室: workbenches with an upright wiring board each."""

from __future__ import annotations

from math import pi

import cv2
import numpy as np

from examops.demo.testcam.furniture import label_plate
from examops.demo.testcam.model import Box, Palette, Person, Picture, Room
from examops.demo.testcam.rooms.parts import grid, proctors, seat_label, stool, work_clothes

COLUMNS, ROWS = 6, 4
PITCH = (1.75, 2.0)


def electric_room(name: str, prefix: str, seed: int) -> Room:
    rng = np.random.default_rng(seed)
    width, depth = COLUMNS * PITCH[0] + 2.4, ROWS * PITCH[1] + 2.7
    boxes: list[Box] = []
    people: list[Person] = []
    for number, x, y in grid(COLUMNS, ROWS, (2.0, 2.3), PITCH):
        boxes += _bench(x, y, seat_label(prefix, number), rng)
        boxes += stool(x + 0.45, y + 0.75)
        if rng.random() < 0.92:
            outfit = work_clothes(rng, (96.0, 112.0, 132.0), hat=True)
            place = (x + rng.uniform(-0.3, 0.2), y + 0.62)
            people.append(Person(*place, -pi / 2, outfit, seed * 100 + number, work_height=rng.uniform(1.0, 1.25)))
    boxes += _cabinets(width, depth)
    return Room(name, width, depth, 3.3, Palette(), tuple(boxes), tuple(people), proctors(width, depth, seed))


def _bench(x: float, y: float, label: str, rng: np.random.Generator) -> list[Box]:
    x0, x1 = x - 0.72, x + 0.72
    body, top = (126.0, 130.0, 134.0), (196.0, 197.0, 194.0)
    board = _board(rng)
    sign = label_plate(label, (96, 40), (236, 236, 232), (30, 58, 110))
    tools = rng.uniform(-0.5, 0.3)
    return [
        Box((x0, y - 0.28, 0), (x1, y + 0.36, 0.76), body, {"+y": _doors(body)}),
        Box((x0 - 0.03, y - 0.34, 0.76), (x1 + 0.03, y + 0.4, 0.8), top, grounded=False),
        Box(
            (x0 + 0.02, y - 0.3, 0.8),
            (x1 - 0.02, y - 0.24, 1.55),
            (178.0, 181.0, 184.0),
            {"+y": board, "-y": _board_back()},
            grounded=False,
        ),
        Box(
            (x - 0.18, y - 0.29, 1.55),
            (x + 0.18, y - 0.25, 1.7),
            (226.0, 226.0, 224.0),
            {"+y": sign, "-y": sign},
            False,
        ),
        Box((x + tools, y + 0.12, 0.8), (x + tools + 0.22, y + 0.26, 0.88), (118.0, 62.0, 52.0), grounded=False),
        Box(
            (x - 0.3 - tools / 2, y + 0.05, 0.8), (x - tools / 2, y + 0.3, 0.805), (232.0, 232.0, 226.0), grounded=False
        ),
    ]


def _doors(colour: tuple[float, float, float]) -> Picture:
    sheet = np.full((120, 240, 3), colour, np.uint8)
    for left in (6, 124):
        cv2.rectangle(sheet, (left, 8), (left + 110, 112), [int(c * 0.92) for c in colour], cv2.FILLED)
        cv2.rectangle(sheet, (left, 8), (left + 110, 112), [int(c * 0.72) for c in colour], 2)
        cv2.rectangle(sheet, (left + 48, 22), (left + 62, 26), (210, 212, 214), cv2.FILLED)
    return sheet


def _board(rng: np.random.Generator) -> Picture:
    """Meters and breakers above, terminal rows below, coloured wires between as far as he has got."""
    sheet = np.full((150, 280, 3), (186, 189, 192), np.uint8)
    cv2.rectangle(sheet, (2, 2), (277, 147), (128, 132, 136), 3)
    for column in range(6):
        x = 16 + column * 43
        cv2.rectangle(sheet, (x, 14), (x + 32, 50), (70, 76, 84), cv2.FILLED)
        cv2.rectangle(
            sheet, (x + 5, 19), (x + 27, 34), (214, 216, 212) if column % 3 == 0 else (104, 112, 120), cv2.FILLED
        )
        cv2.rectangle(sheet, (x + 2, 66), (x + 28, 88), (92, 98, 106), cv2.FILLED)
    for index in range(int(rng.integers(5, 15))):
        colour = [(178, 66, 56), (66, 96, 160), (196, 162, 64), (70, 130, 92)][index % 4]
        x, end = int(rng.integers(20, 260)), int(rng.integers(20, 260))
        points = np.array([(x, 50), (x, 58 + index % 4 * 3), (end, 58 + index % 4 * 3), (end, 116)], np.int32)
        cv2.polylines(sheet, [points], False, colour, 2, cv2.LINE_AA)
    cv2.rectangle(sheet, (14, 112), (264, 130), (142, 147, 150), cv2.FILLED)
    for x in range(18, 262, 9):
        cv2.rectangle(sheet, (x, 115), (x + 4, 127), (84, 88, 92), cv2.FILLED)
    return sheet


def _board_back() -> Picture:
    """Sheet steel with a frame, screws, a cable duct and the warning sign."""
    sheet = np.full((150, 280, 3), (178, 181, 184), np.uint8)
    cv2.rectangle(sheet, (6, 6), (273, 143), (160, 164, 168), 4)
    for x in (12, 140, 267):
        for y in (12, 138):
            cv2.circle(sheet, (x, y), 3, (120, 124, 128), cv2.FILLED, cv2.LINE_AA)
    cv2.rectangle(sheet, (30, 104), (250, 118), (150, 154, 158), cv2.FILLED)
    cv2.rectangle(sheet, (196, 40), (232, 76), (206, 182, 84), cv2.FILLED)
    bolt = np.array([(216, 44), (204, 60), (213, 60), (210, 73), (224, 55), (215, 55)], np.int32)
    cv2.fillPoly(sheet, [bolt], (56, 54, 48), cv2.LINE_AA)
    return sheet


def _cabinets(width: float, depth: float) -> list[Box]:
    steel = (150.0, 156.0, 160.0)
    doors = _doors(steel)
    return [
        Box((1.2 + index * 1.0, depth - 0.5, 0), (2.15 + index * 1.0, depth - 0.02, 1.75), steel, {"-y": doors})
        for index in range(3)
    ] + [Box((width * 0.5 - 0.7, 0.5, 0), (width * 0.5 + 0.7, 1.05, 0.95), (136.0, 118.0, 98.0))]
