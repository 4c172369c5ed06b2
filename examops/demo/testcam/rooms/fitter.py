"""钳工实训室: long wooden benches with a vice at each seat and wire mesh along the middle."""

from __future__ import annotations

from math import pi

import cv2
import numpy as np

from examops.demo.testcam.model import Box, Palette, Person, Picture, Room
from examops.demo.testcam.rooms.parts import plate, proctors, seat_label, work_clothes

SEATS, ROWS = 6, 3
PITCH = (1.6, 3.0)


def fitter_room(name: str, prefix: str, seed: int) -> Room:
    """People stand on both sides of each bench, face to face through the mesh."""
    rng = np.random.default_rng(seed)
    width, depth = SEATS * PITCH[0] + 2.4, ROWS * PITCH[1] + 2.2
    boxes: list[Box] = []
    people: list[Person] = []
    for row in range(ROWS):
        y = 2.5 + row * PITCH[1]
        boxes += _bench(1.4, width - 1.2, y)
        for seat in range(SEATS * 2):
            side = -1.0 if seat % 2 else 1.0
            x, number = 2.1 + seat // 2 * PITCH[0], row * SEATS * 2 + seat + 1
            boxes += _place(x, y, side, seat_label(prefix, number))
            if rng.random() < 0.85:
                outfit = work_clothes(rng, (82.0, 96.0, 112.0), hat=False)
                spot = (x + rng.uniform(-0.15, 0.15), y + side * 0.86)
                person = Person(*spot, -side * pi / 2, outfit, seed * 100 + number, work_height=1.0, reach=0.44)
                people.append(person)
    palette = Palette(
        wall=(164.0, 166.0, 164.0), dado=(118.0, 124.0, 120.0), floor=(116.0, 116.0, 112.0), tile=0, gain=0.95
    )
    walkers = proctors(width, depth, seed, 0.65)
    return Room(name, width, depth, 3.6, palette, tuple(boxes), tuple(people), walkers, board=False)


def _bench(start: float, end: float, y: float) -> list[Box]:
    mesh = _mesh(end - start)
    return [
        Box((start, y - 0.55, 0), (end, y + 0.55, 0.72), (86.0, 94.0, 96.0)),
        Box((start - 0.05, y - 0.62, 0.72), (end + 0.05, y + 0.62, 0.8), (170.0, 142.0, 108.0), grounded=False),
        Box((start, y - 0.015, 0.8), (end, y + 0.015, 1.3), (120.0, 124.0, 124.0), {"-y": mesh, "+y": mesh}, False),
    ]


def _mesh(length: float) -> Picture:
    sheet = np.full((60, round(length * 110), 3), (98, 104, 104), np.uint8)
    for x in range(-60, sheet.shape[1], 9):
        cv2.line(sheet, (x, 0), (x + 60, 59), (142, 148, 148), 1, cv2.LINE_AA)
        cv2.line(sheet, (x + 60, 0), (x, 59), (142, 148, 148), 1, cv2.LINE_AA)
    cv2.rectangle(sheet, (0, 0), (sheet.shape[1] - 1, 59), (78, 84, 86), 4)
    return sheet


def _place(x: float, y: float, side: float, label: str) -> list[Box]:
    vice = (66.0, 84.0, 98.0)
    near, far = sorted((y + side * 0.34, y + side * 0.6))
    jaw, jaw_end = sorted((y + side * 0.3, y + side * 0.36))
    return [
        Box((x - 0.09, near, 0.8), (x + 0.09, far, 0.92), vice, grounded=False),
        Box((x - 0.13, jaw, 0.86), (x + 0.13, jaw_end, 1.0), vice, grounded=False),
        Box((x + 0.3, near, 0.8), (x + 0.55, near + 0.05, 0.82), (60.0, 58.0, 56.0), grounded=False),
        plate(x - 0.42, y + side * 0.12, 0.8, label, 0.3),
    ]
