"""Furniture: the faces of boxes, drawn with a depth buffer so that order does not matter."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from examops.demo.testcam.lettering import text_width, write
from examops.demo.testcam.model import Box, Colour, Picture, Side
from examops.demo.testcam.shell import Canvas
from examops.demo.testcam.view import Floats, View

# Light comes from the windows at +x and from the ceiling.
LIGHT: dict[Side, float] = {"top": 1.06, "+x": 0.9, "-x": 0.64, "+y": 0.74, "-y": 0.8}
NEAR = 0.35


def paint_box(canvas: Canvas, view: View, box: Box) -> None:
    """Draw the sides of the box that face the camera."""
    for side, corners in _sides(box):
        if _faces_camera(side, box, view):
            _paint_side(canvas, view, corners, box, side)


def _sides(box: Box) -> Iterator[tuple[Side, Floats]]:
    """Corners of each side as seen from outside: top left, top right, bottom right, bottom left."""
    (x0, y0, z0), (x1, y1, z1) = box.low, box.high
    yield "top", np.array([(x0, y1, z1), (x1, y1, z1), (x1, y0, z1), (x0, y0, z1)])
    yield "-y", np.array([(x0, y0, z1), (x1, y0, z1), (x1, y0, z0), (x0, y0, z0)])
    yield "+y", np.array([(x1, y1, z1), (x0, y1, z1), (x0, y1, z0), (x1, y1, z0)])
    yield "-x", np.array([(x0, y1, z1), (x0, y0, z1), (x0, y0, z0), (x0, y1, z0)])
    yield "+x", np.array([(x1, y0, z1), (x1, y1, z1), (x1, y1, z0), (x1, y0, z0)])


def _faces_camera(side: Side, box: Box, view: View) -> bool:
    x, y, z = view.position
    return {
        "top": z > box.high[2],
        "-y": y < box.low[1],
        "+y": y > box.high[1],
        "-x": x < box.low[0],
        "+x": x > box.high[0],
    }[side]


def _paint_side(canvas: Canvas, view: View, corners: Floats, box: Box, side: Side) -> None:
    spots = view.project(corners)
    if spots[:, 2].min() < NEAR:
        return
    low = np.maximum(np.floor(spots[:, :2].min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(spots[:, :2].max(axis=0)).astype(int) + 1, (view.width, view.height))
    if (high <= low).any():
        return
    local = spots[:, :2] - low
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillConvexPoly(mask, np.round(local * 16).astype(np.int32), 255, cv2.LINE_8, 4)
    depth = _depth_plane(local, spots[:, 2], size)
    window = (slice(low[1], high[1]), slice(low[0], high[0]))
    shown = (mask > 0) & (depth < canvas.depth[window])
    if not shown.any():
        return
    paint = _paint_of(box, side, local, size)
    np.copyto(canvas.colours[window], paint * LIGHT[side], where=shown[..., None])
    np.copyto(canvas.depth[window], depth, where=shown)
    canvas.floor[window][shown] = False


def _depth_plane(local: Floats, depths: Floats, size: tuple[int, int]) -> NDArray[np.float32]:
    """Depth of each pixel of a flat side: one over depth is linear in the picture."""
    system = np.column_stack([local, np.ones(len(local))])
    a, b, c = np.linalg.lstsq(system, 1 / depths, rcond=None)[0]
    inverse = a * np.arange(size[0])[None, :] + b * np.arange(size[1])[:, None] + c
    return np.asarray(1 / np.maximum(inverse, 1e-3), np.float32)


def _paint_of(box: Box, side: Side, local: Floats, size: tuple[int, int]) -> NDArray[np.float32]:
    picture = box.textures.get(side)
    sheet = _plain(box.colour, box.high[2] - box.low[2], side) if picture is None else picture.astype(np.float32)
    rows, columns = sheet.shape[:2]
    source = np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], np.float32)
    turn = cv2.getPerspectiveTransform(source, local.astype(np.float32))
    shrink = max(rows / max(size[1], 1), columns / max(size[0], 1))
    if shrink > 2:  # a small side: average first, or fine print turns to sparkle
        sheet = np.asarray(cv2.blur(sheet, (int(shrink), int(shrink))), np.float32)
    warped = cv2.warpPerspective(sheet, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.float32)


def _plain(colour: Colour, tall: float, side: Side) -> NDArray[np.float32]:
    """A flat colour that gets darker towards the floor, and a brighter edge on top of thin things."""
    steps = np.linspace(1.02, 0.76 if side != "top" and tall > 0.3 else 0.97, 32, dtype=np.float32)
    return np.asarray(np.asarray(colour, np.float32)[None, None, :] * steps[:, None, None].repeat(4, 1), np.float32)


def label_plate(text: str, size: tuple[int, int], ground: Colour, ink: Colour) -> Picture:
    """A plate with centred text, for seat numbers."""
    plate = np.full((size[1], size[0], 3), ground, np.uint8)
    height = int(size[1] * 0.72)
    spot = ((size[0] - text_width(text, height)) // 2, int(size[1] * 0.76))
    write(plate, text, spot, height, ink)
    return plate
