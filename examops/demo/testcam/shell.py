"""The empty room: one ray for each pixel, and where it meets floor, ceiling or wall."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from examops.demo.testcam import textures
from examops.demo.testcam.model import Room
from examops.demo.testcam.view import View

Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Canvas:
    """A picture being painted: colours (rows, columns, 3), depth in metres and where the floor shows."""

    colours: Plane
    depth: Plane
    floor: NDArray[np.bool_]


@dataclass(frozen=True)
class _Atlas:
    picture: Plane
    tops: tuple[int, ...]  # first row of floor, ceiling, x = 0, x = width, y = 0, y = depth


BAND = 96  # rows worked on at a time, so that the numbers stay in the processor's cache


def paint_shell(room: Room, view: View, rng: np.random.Generator) -> Canvas:
    """The room without furniture, as seen from `view`."""
    atlas = _atlas(room, rng)
    shape = (view.height, view.width)
    canvas = Canvas(np.empty((*shape, 3), np.float32), np.empty(shape, np.float32), np.empty(shape, np.bool_))
    for start in range(0, view.height, BAND):
        _paint_band(room, view, atlas, canvas, slice(start, min(start + BAND, view.height)))
    return canvas


def _paint_band(room: Room, view: View, atlas: _Atlas, canvas: Canvas, band: slice) -> None:
    rays = _rays(view, band)
    size = (room.width, room.depth, room.height)
    reach = [_distance(rays[axis], view.position[axis], size[axis]) for axis in range(3)]
    depth = np.minimum(np.minimum(reach[0], reach[1]), reach[2])
    hits = [np.float32(view.position[axis]) + rays[axis] * depth for axis in range(3)]
    column, row, on_floor = _texture_spot(room, atlas, rays, reach, depth, hits)
    canvas.colours[band] = cv2.remap(atlas.picture, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    canvas.depth[band], canvas.floor[band] = depth, on_floor


def _rays(view: View, band: slice) -> list[Plane]:
    """Directions with a forward part of one metre, so that the length along a ray is the depth."""
    forward, right, up = (axis.astype(np.float32) for axis in view.axes())
    across = ((np.arange(view.width, dtype=np.float32) + 0.5 - view.width / 2) / np.float32(view.focal))[None, :]
    rows = np.arange(band.start, band.stop, dtype=np.float32)
    down = ((rows + 0.5 - view.height / 2) / np.float32(view.focal))[:, None]
    return [forward[axis] + right[axis] * across - up[axis] * down for axis in range(3)]


def _distance(direction: Plane, start: float, size: float) -> Plane:
    wall = np.where(direction > 0, np.float32(size - start), np.float32(-start))
    return np.asarray(wall / np.where(np.abs(direction) < 1e-6, np.float32(1e-6), direction), np.float32)


def _texture_spot(
    room: Room, atlas: _Atlas, rays: list[Plane], reach: list[Plane], depth: Plane, hits: list[Plane]
) -> tuple[Plane, Plane, NDArray[np.bool_]]:
    x, y, z = hits
    on_x, on_z = reach[0] <= depth, reach[2] <= depth
    tops = [np.float32(top) for top in atlas.tops]
    along = np.where(on_z, x, np.where(on_x, y, np.where(rays[1] > 0, x, np.float32(room.width) - x)))
    below = np.where(on_z, y, np.float32(room.height) - z)
    flat_top = np.where(rays[2] < 0, tops[0], tops[1])
    side_top = np.where(on_x, np.where(rays[0] < 0, tops[2], tops[3]), np.where(rays[1] < 0, tops[4], tops[5]))
    row = below * textures.PPM + np.where(on_z, flat_top, side_top)
    column = np.asarray(along * textures.PPM, np.float32)
    return column, np.asarray(row, np.float32), on_z & (rays[2] < 0)


def _atlas(room: Room, rng: np.random.Generator) -> _Atlas:
    """All six surfaces under one another, each with a border so that neighbours do not bleed."""
    on_x_max = textures.window_wall(room) if room.windows else textures.wall(room, room.depth, 0.9)
    sheets = [
        textures.floor(room, rng),
        textures.ceiling(room),
        textures.door_wall(room),
        on_x_max,
        textures.front_wall(room),
        textures.back_wall(room),
    ]
    widest = max(sheet.shape[1] for sheet in sheets) + 4
    tops, rows, top = [], [], 0
    for sheet in sheets:
        padded = cv2.copyMakeBorder(sheet, 4, 4, 0, widest - sheet.shape[1], cv2.BORDER_REPLICATE)
        tops.append(top + 4)
        rows.append(padded)
        top += padded.shape[0]
    return _Atlas(np.vstack(rows).astype(np.float32), tuple(tops))
