"""What a drawn exam room is made of. Lengths in metres, colours as (red, green, blue) from 0 to 255."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]
Picture = NDArray[np.uint8]
Side = Literal["top", "-x", "+x", "-y", "+y"]
Posture = Literal["stand", "sit", "lie"]


@dataclass(frozen=True)
class Box:
    """An upright block from `low` to `high`; a side may carry a texture in place of the colour."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    colour: Colour
    textures: Mapping[Side, Picture] = field(default_factory=dict)
    grounded: bool = True  # throws a shadow on the floor


@dataclass(frozen=True)
class Outfit:
    """Colours of a person's clothes. `hat` is drawn over the hair."""

    top: Colour
    trousers: Colour
    hair: Colour = (38.0, 36.0, 36.0)
    skin: Colour = (198.0, 164.0, 138.0)
    hat: Literal["none", "helmet", "toque", "mask", "cap"] = "none"
    hat_colour: Colour = (214.0, 202.0, 172.0)


@dataclass(frozen=True)
class Person:
    """Somebody who stays at a place. `heading` in radians: 0 looks along +x, pi/2 along +y."""

    x: float
    y: float
    heading: float
    outfit: Outfit
    seed: int
    posture: Posture = "stand"
    work_height: float = 1.05
    reach: float = 0.42
    build: float = 1.0
    floor: float = 0.0


@dataclass(frozen=True)
class Walker:
    """Somebody who walks a closed path of stops, standing at each for a while."""

    path: tuple[tuple[float, float], ...]
    outfit: Outfit
    seed: int
    speed: float = 0.8
    rest_s: float = 9.0
    build: float = 1.0


@dataclass(frozen=True)
class Glow:
    """A light that flickers, such as a welding arc."""

    x: float
    y: float
    z: float
    seed: int
    radius: float = 0.55


@dataclass(frozen=True)
class Palette:
    """Colours of the shell. `gain` darkens or brightens the whole room."""

    wall: Colour = (176.0, 178.0, 178.0)
    dado: Colour = (140.0, 143.0, 145.0)
    floor: Colour = (134.0, 136.0, 135.0)
    ceiling: Colour = (192.0, 193.0, 192.0)
    tile: float = 0.8  # size of a floor tile, 0 for none
    gain: float = 1.0


@dataclass(frozen=True)
class Room:
    """Everything needed to paint a room from any corner."""

    name: str
    width: float
    depth: float
    height: float
    palette: Palette
    boxes: tuple[Box, ...]
    people: tuple[Person, ...]
    walkers: tuple[Walker, ...] = ()
    glows: tuple[Glow, ...] = ()
    windows: bool = True
    board: bool = True
    door: bool = True
    notice: str = ""
