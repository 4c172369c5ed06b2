"""Drawn portraits: head and shoulders before a plain wall, one face for each seed, sharp enough for an ID photo's
checks."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from examops.demo.testcam.model import Colour, Picture

SIZE = (413, 579)  # pixels: width and height of an ID photo
SCALE = 2  # drawn at twice the size, so that edges come out smooth
SHIFT = 4  # fractions of a pixel in OpenCV's drawing
WALLS: tuple[Colour, ...] = ((244, 244, 244), (232, 202, 168), (214, 168, 110))
SKINS: tuple[Colour, ...] = ((168, 194, 232), (150, 180, 222), (132, 164, 210), (118, 150, 198))
HAIRS: tuple[Colour, ...] = ((32, 30, 34), (44, 42, 48), (60, 66, 78), (110, 110, 114))
TOPS: tuple[Colour, ...] = ((120, 74, 48), (70, 60, 58), (96, 110, 70), (60, 58, 120), (150, 120, 96), (52, 84, 112))


@dataclass(frozen=True)
class Appearance:
    """The features of a face. Lengths are fractions of the picture's width."""

    wall: Colour
    skin: Colour
    hair: Colour
    top: Colour
    width: float
    height: float
    eye_offset: float
    brow: float
    mouth: float
    is_long: bool
    has_glasses: bool


def appearance_of(seed: int, *, is_female: bool) -> Appearance:
    """The same appearance for the same seed."""
    rng = random.Random(seed)
    return Appearance(
        rng.choice(WALLS),
        rng.choice(SKINS),
        rng.choice(HAIRS),
        rng.choice(TOPS),
        rng.uniform(0.185, 0.215),
        rng.uniform(0.255, 0.285),
        rng.uniform(0.078, 0.094),
        rng.uniform(-0.008, 0.008),
        rng.uniform(0.05, 0.075),
        is_female and rng.random() < 0.85,
        rng.random() < 0.25,
    )


def portrait(seed: int, *, is_female: bool = False, quality: int = 90) -> bytes:
    """A JPEG of :data:`SIZE` pixels."""
    appearance = appearance_of(seed, is_female=is_female)
    brush = _Brush(appearance.wall)
    if appearance.is_long:
        brush.oval(0.5, 0.66, appearance.width * 1.28, appearance.height * 1.22, appearance.hair)
    _shoulders(brush, appearance)
    _head(brush, appearance)
    _face(brush, appearance)
    picture = _photographed(brush.canvas, seed)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


class _Brush:
    """Draws in fractions of the width; y grows downwards."""

    def __init__(self, wall: Colour) -> None:
        self.width, self.height = SIZE[0] * SCALE, SIZE[1] * SCALE
        self.canvas: Picture = np.full((self.height, self.width, 3), wall, np.uint8)

    def _at(self, x: float, y: float) -> tuple[int, int]:
        return round(x * self.width * 2**SHIFT), round(y * self.width * 2**SHIFT)

    def oval(
        self, x: float, y: float, across: float, down: float, colour: Colour, start: int = 0, end: int = 360
    ) -> None:
        cv2.ellipse(self.canvas, self._at(x, y), self._at(across, down), 0, start, end, colour, -1, cv2.LINE_AA, SHIFT)

    def arc(
        self, x: float, y: float, across: float, down: float, colour: Colour, start: int, end: int, thick: float
    ) -> None:
        width = max(1, round(thick * self.width))
        cv2.ellipse(
            self.canvas, self._at(x, y), self._at(across, down), 0, start, end, colour, width, cv2.LINE_AA, SHIFT
        )

    def shape(self, points: list[tuple[float, float]], colour: Colour) -> None:
        outline = np.array([self._at(x, y) for x, y in points], np.int32)
        cv2.fillPoly(self.canvas, [outline], colour, cv2.LINE_AA, SHIFT)

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: Colour, thick: float) -> None:
        width = max(1, round(thick * self.width))
        cv2.line(self.canvas, self._at(*start), self._at(*end), colour, width, cv2.LINE_AA, SHIFT)


def _tinted(colour: Colour, factor: float) -> Colour:
    return (min(255.0, colour[0] * factor), min(255.0, colour[1] * factor), min(255.0, colour[2] * factor))


def _shoulders(brush: _Brush, appearance: Appearance) -> None:
    brush.oval(0.5, 1.34, 0.44, 0.34, appearance.top)
    brush.shape([(0.44, 0.8), (0.56, 0.8), (0.585, 1.03), (0.415, 1.03)], _tinted(appearance.skin, 0.86))
    for side in (-1, 1):  # the collar
        brush.shape(
            [(0.5 + side * 0.085, 0.985), (0.5 + side * 0.17, 1.04), (0.5 + side * 0.08, 1.15), (0.5, 1.07)],
            _tinted(appearance.top, 1.35),
        )
    brush.line((0.5, 1.08), (0.5, 1.4), _tinted(appearance.top, 0.7), 0.006)


def _head(brush: _Brush, appearance: Appearance) -> None:
    top = 0.62 - appearance.height
    for side in (-1, 1):
        brush.oval(0.5 + side * appearance.width * 0.99, 0.64, 0.024, 0.052, _tinted(appearance.skin, 0.9))
    brush.oval(0.5, 0.6, appearance.width * 1.05, appearance.height * 1.02, appearance.hair)  # the back of the hair
    brush.oval(0.5, 0.62, appearance.width, appearance.height, appearance.skin)
    brush.oval(
        0.5, top + appearance.height * 0.42, appearance.width * 1.02, appearance.height * 0.5, appearance.hair, 180, 360
    )
    fringe = 0.42 if appearance.is_long else 0.32
    brush.shape(
        [
            (0.5 - appearance.width, top + appearance.height * 0.44),
            (0.5 - appearance.width * 0.5, top + appearance.height * (fringe + 0.06)),
            (0.5 + appearance.width * 0.3, top + appearance.height * fringe),
            (0.5 + appearance.width, top + appearance.height * 0.44),
            (0.5 + appearance.width * 0.8, top + appearance.height * 0.2),
            (0.5 - appearance.width * 0.8, top + appearance.height * 0.2),
        ],
        appearance.hair,
    )
    brush.oval(0.5, 0.62 + appearance.height * 0.9, appearance.width * 0.4, 0.012, _tinted(appearance.skin, 0.93))


def _face(brush: _Brush, appearance: Appearance) -> None:
    dark: Colour = (38, 34, 36)
    for side in (-1, 1):
        x = 0.5 + side * appearance.eye_offset
        brush.oval(x, 0.6, 0.033, 0.015, (248, 248, 250))
        brush.oval(x, 0.6, 0.0145, 0.0145, (40, 48, 60))
        brush.oval(x - 0.004, 0.596, 0.004, 0.004, (250, 250, 250))
        brush.arc(x, 0.603, 0.035, 0.019, dark, 195, 345, 0.006)
        brush.arc(x, 0.575 + appearance.brow, 0.045, 0.024, _tinted(appearance.hair, 1.1), 205, 335, 0.011)
        if appearance.has_glasses:
            brush.arc(x, 0.604, 0.058, 0.04, dark, 0, 360, 0.007)
    if appearance.has_glasses:
        brush.line((0.5 - appearance.eye_offset + 0.058, 0.6), (0.5 + appearance.eye_offset - 0.058, 0.6), dark, 0.006)
    shadow = _tinted(appearance.skin, 0.8)
    brush.arc(0.5, 0.695, 0.03, 0.018, shadow, 20, 160, 0.007)
    brush.line((0.513, 0.62), (0.52, 0.69), _tinted(appearance.skin, 0.9), 0.005)
    brush.oval(0.5, 0.772, appearance.mouth, 0.014, (96, 96, 176))
    brush.line((0.5 - appearance.mouth, 0.77), (0.5 + appearance.mouth, 0.77), (70, 66, 120), 0.004)


def _photographed(canvas: Picture, seed: int) -> NDArray[np.uint8]:
    """Light from one side and the grain of a sensor."""
    small = cv2.resize(canvas, SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
    across = np.linspace(1.04, 0.93, SIZE[0], dtype=np.float32)[None, :, None]
    grain = np.random.default_rng(seed).normal(0, 2.2, (SIZE[1], SIZE[0], 1)).astype(np.float32)
    return np.clip(small * across + grain, 0, 255).astype(np.uint8)
