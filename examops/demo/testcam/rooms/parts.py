"""Pieces that several kinds of rooms share: seats, tables, clothes, walkers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from examops.demo.testcam.furniture import label_plate
from examops.demo.testcam.model import Box, Colour, Outfit, Walker

NAVY = Outfit(top=(47.0, 60.0, 88.0), trousers=(38.0, 40.0, 46.0))
DARK: Colour = (52.0, 55.0, 60.0)


def seat_label(prefix: str, number: int) -> str:
    return f"{prefix}-{number:02d}"


def grid(
    columns: int, rows: int, start: tuple[float, float], pitch: tuple[float, float]
) -> Iterator[tuple[int, float, float]]:
    """Seat number from 1 and the place of each seat, row by row from the front."""
    for row in range(rows):
        for column in range(columns):
            yield row * columns + column + 1, start[0] + column * pitch[0], start[1] + row * pitch[1]


def table(x: float, y: float, width: float, depth: float, height: float, top: Colour, leg: Colour = DARK) -> list[Box]:
    """A table centred on (x, y): a thin top, two side panels and a back board."""
    x0, x1, y0, y1 = x - width / 2, x + width / 2, y - depth / 2, y + depth / 2
    return [
        Box((x0, y0, height - 0.035), (x1, y1, height), top, grounded=False),
        Box((x0 + 0.03, y0 + 0.05, 0), (x0 + 0.07, y1 - 0.05, height - 0.035), leg),
        Box((x1 - 0.07, y0 + 0.05, 0), (x1 - 0.03, y1 - 0.05, height - 0.035), leg),
        Box((x0 + 0.06, y0 + 0.06, height * 0.4), (x1 - 0.06, y0 + 0.09, height - 0.035), leg),
        Box((x0 + 0.05, y0 + 0.05, 0), (x1 - 0.05, y1 - 0.05, 0.002), (70.0, 70.0, 70.0)),
    ]


def stool(x: float, y: float, colour: Colour = (74.0, 78.0, 84.0)) -> list[Box]:
    return [
        Box((x - 0.17, y - 0.17, 0.4), (x + 0.17, y + 0.17, 0.45), colour),
        Box((x - 0.03, y - 0.03, 0), (x + 0.03, y + 0.03, 0.4), DARK),
    ]


def plate(x: float, y: float, z: float, text: str, width: float = 0.3) -> Box:
    """A small stand-up seat number, readable from both sides."""
    sheet = label_plate(text, (96, 40), (232, 234, 230), (36, 62, 110))
    low, high = (x - width / 2, y - 0.01, z), (x + width / 2, y + 0.01, z + width * 0.42)
    return Box(low, high, (220.0, 222.0, 220.0), {"-y": sheet, "+y": sheet}, grounded=False)


def proctors(width: float, depth: float, seed: int, aisle: float = 0.75) -> tuple[Walker, ...]:
    """One proctor walks around the room, another stands at the front and the side."""
    left, right, near, far = aisle, width - aisle, 0.95, depth - aisle
    return (
        Walker(((right, near), (right, far * 0.55), (right, far), (width * 0.45, far)), NAVY, seed),
        Walker(((width * 0.4, near), (left, near + 0.4), (left, depth * 0.5)), NAVY, seed + 5, speed=0.6, rest_s=16),
    )


def work_clothes(
    rng: np.random.Generator, base: Colour, hat: bool, hat_colour: Colour = (216.0, 204.0, 172.0)
) -> Outfit:
    """Clothes near `base`, every person a little different."""
    tone = rng.uniform(0.86, 1.12)
    top = (base[0] * tone, base[1] * tone, base[2] * tone)
    pale = rng.uniform(0.86, 1.05)
    skin = (198.0 * pale, 164.0 * pale, 138.0 * pale)
    grey = rng.uniform(42, 62)
    hair = rng.uniform(28, 44)
    shade = rng.uniform(0.93, 1.05)
    helmet = (hat_colour[0] * shade, hat_colour[1] * shade, hat_colour[2] * shade)
    return Outfit(top, (grey, grey, grey + 5), (hair, hair, hair), skin, "helmet" if hat else "none", helmet)
