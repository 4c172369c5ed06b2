"""照护实训室: beds with somebody in them, a carer at each, a wheelchair."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np

from examops.demo.testcam.model import Box, Outfit, Palette, Person, Room
from examops.demo.testcam.rooms.parts import plate, proctors, seat_label, work_clothes

BEDS = 4
PITCH = 2.3
BEDDING = Outfit(top=(196.0, 200.0, 204.0), trousers=(214.0, 212.0, 204.0), hair=(146.0, 144.0, 142.0))


def care_room(name: str, prefix: str, seed: int) -> Room:
    """Beds along both long walls, feet to the middle."""
    rng = np.random.default_rng(seed)
    width, depth = 9.6, BEDS * PITCH + 2.6
    boxes: list[Box] = []
    people: list[Person] = []
    for number in range(1, BEDS * 2 + 1):
        right, row = divmod(number - 1, BEDS)
        y = 2.2 + row * PITCH
        heading = pi if right else 0.0
        x = width - 1.35 if right else 1.35
        boxes += _bed(x, y, 1.0 if right else -1.0, seat_label(prefix, number))
        people.append(Person(x, y, heading, BEDDING, seed * 100 + number, "lie", floor=0.58))
        if rng.random() < 0.9:
            outfit = replace(work_clothes(rng, (170.0, 184.0, 190.0), hat=False), trousers=(124.0, 132.0, 140.0))
            spot = (x + rng.uniform(-0.2, 0.5) * (-1 if right else 1), y + 0.78)
            people.append(Person(*spot, -pi / 2, outfit, seed * 100 + 50 + number, work_height=0.92, reach=0.46))
    boxes += _middle(width, depth)
    elder = replace(BEDDING, top=(132.0, 124.0, 116.0), trousers=(92.0, 92.0, 98.0))
    people.append(Person(width / 2, depth * 0.6, -pi / 2 + 0.5, elder, seed * 100 + 90, "sit", 0.7, 0.3))
    palette = Palette(
        wall=(204.0, 196.0, 182.0), dado=(172.0, 154.0, 132.0), floor=(168.0, 152.0, 128.0), tile=0, gain=1.0
    )
    walkers = proctors(width, depth, seed, 3.4)
    return Room(name, width, depth, 3.0, palette, tuple(boxes), tuple(people), walkers, board=False)


def _bed(x: float, y: float, head: float, label: str) -> list[Box]:
    wood, sheet = (142.0, 110.0, 80.0), (220.0, 220.0, 214.0)
    board, foot = x + head * 1.08, x - head * 1.02
    pillow = x + head * 0.78
    stand = x + head * 0.9
    return [
        Box((x - 1.0, y - 0.46, 0.3), (x + 1.0, y + 0.46, 0.42), (150.0, 150.0, 150.0)),
        Box((x - 1.0, y - 0.45, 0.42), (x + 1.0, y + 0.45, 0.58), sheet, grounded=False),
        Box((pillow - 0.2, y - 0.3, 0.58), (pillow + 0.2, y + 0.3, 0.66), (236.0, 236.0, 232.0), grounded=False),
        Box((board - 0.03, y - 0.5, 0.0), (board + 0.03, y + 0.5, 1.0), wood),
        Box((foot - 0.03, y - 0.5, 0.0), (foot + 0.03, y + 0.5, 0.78), wood),
        Box((stand - 0.22, y + 0.62, 0), (stand + 0.22, y + 1.05, 0.62), (176.0, 152.0, 118.0)),
        plate(stand, y + 0.8, 0.62, label, 0.34),
    ]


def _middle(width: float, depth: float) -> list[Box]:
    """A trolley, and a wheelchair made of a seat, a back and two wheels."""
    x, y = width / 2, depth * 0.6
    rubber = (58.0, 60.0, 64.0)
    return [
        Box((x - 0.26, y - 0.28, 0.38), (x + 0.26, y + 0.2, 0.44), (70.0, 78.0, 92.0)),
        Box((x - 0.26, y + 0.2, 0.4), (x + 0.26, y + 0.25, 0.95), (70.0, 78.0, 92.0)),
        Box((x - 0.34, y - 0.22, 0.03), (x - 0.3, y + 0.3, 0.55), rubber),
        Box((x + 0.3, y - 0.22, 0.03), (x + 0.34, y + 0.3, 0.55), rubber),
        Box((x - 0.3, 1.4, 0.1), (x + 0.35, 1.9, 0.85), (186.0, 190.0, 192.0)),
        Box((x - 0.3, 1.4, 0.85), (x + 0.35, 1.9, 0.89), (212.0, 214.0, 214.0), grounded=False),
    ]
