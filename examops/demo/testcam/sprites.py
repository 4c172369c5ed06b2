"""A person as a cut-out: colours and coverage, already cut where furniture stands in front."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from examops.demo.testcam.bodies import Blob
from examops.demo.testcam.model import Picture
from examops.demo.testcam.view import Floats, View

CIRCLE = np.stack(
    [np.cos(np.linspace(0, 2 * np.pi, 16, endpoint=False)), np.sin(np.linspace(0, 2 * np.pi, 16, endpoint=False))], 1
)


def muted(colours: NDArray[Any]) -> NDArray[np.float32]:
    """A cheap sensor under tube lights: a fifth less colour."""
    grey = colours.mean(axis=-1, keepdims=True)
    return np.asarray(colours * 0.78 + grey * 0.22, np.float32)


@dataclass(frozen=True)
class Scenery:
    """What stands still: depth in metres, where floor shows, and how bright each place is (1 is normal)."""

    depth: NDArray[np.float32]
    floor: NDArray[np.bool_]
    light: NDArray[np.float32]


@dataclass(frozen=True)
class Sprite:
    """`paint` is already multiplied with coverage; `keep` is what is left of the ground (255 is all)."""

    x: int
    y: int
    paint: Picture
    keep: Picture

    def put(self, picture: Picture) -> None:
        rows, columns = self.paint.shape[:2]
        window = picture[self.y : self.y + rows, self.x : self.x + columns]
        cv2.add(cv2.multiply(window, self.keep, scale=1 / 255), self.paint, dst=window)


def cut_out(
    parts: list[Blob], view: View, scenery: Scenery, shadow: tuple[float, float] | None = None
) -> Sprite | None:
    """Draw the parts far to near; None when nothing of them is in the picture."""
    outlines = _outlines(parts, view)
    if not outlines:
        return None
    outlines.sort(key=lambda item: -item[1])
    corners = np.vstack([outline for outline, _, _ in outlines])
    ground = _shadow_outline(view, shadow) if shadow else None
    if ground is not None:
        spread = np.ptp(ground, axis=0) * 0.4  # room for the soft edge
        corners = np.vstack([corners, ground.min(axis=0) - spread, ground.max(axis=0) + spread])
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 2, 0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 3, (view.width, view.height))
    if (high - low < 4).any():
        return None
    return _Cut(view, scenery, low, high).drawn(outlines, ground)


def _outlines(parts: list[Blob], view: View) -> list[tuple[Floats, float, Blob]]:
    """Outline in pixels, mean depth and the part; parts too near the camera are left out."""
    spots = view.project(np.vstack([part.centres for part in parts]))
    found, start = [], 0
    for part in parts:
        own = spots[start : start + len(part.centres)]
        start += len(part.centres)
        if own[:, 2].min() > 0.4:
            radii = part.radii * view.focal / own[:, 2]
            points = (own[:, None, :2] + CIRCLE[None] * radii[:, None, None]).reshape(-1, 2)
            hull = cv2.convexHull(points.astype(np.float32)).reshape(-1, 2)
            found.append((np.asarray(hull, np.float64), float(own[:, 2].mean()), part))
    return found


def _shadow_outline(view: View, spot: tuple[float, float]) -> Floats | None:
    ring = np.column_stack([spot[0] - 0.06 + CIRCLE[:, 0] * 0.34, spot[1] + 0.02 + CIRCLE[:, 1] * 0.3, np.zeros(16)])
    spots = view.project(ring)
    return None if spots[:, 2].min() < 0.4 else spots[:, :2]


class _Cut:
    """One sprite while it is drawn, at twice the size so that edges come out smooth."""

    def __init__(self, view: View, scenery: Scenery, low: NDArray[np.int_], high: NDArray[np.int_]) -> None:
        self.view, self.low = view, low
        self.columns, self.rows = (int(side) for side in high - low)
        self.scale = 1 if self.rows > 260 else 2
        window = (slice(low[1], high[1]), slice(low[0], high[0]))
        self.depth = self._grown(scenery.depth[window])
        self.floor = self._grown(scenery.floor[window].astype(np.float32))
        self.light = float(np.median(scenery.light[window]))
        self.paint = np.zeros((*self.depth.shape, 3), np.float32)
        self.cover = np.zeros(self.depth.shape, np.float32)

    def _grown(self, plane: NDArray[np.float32]) -> NDArray[np.float32]:
        size = (self.columns * self.scale, self.rows * self.scale)
        return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_NEAREST), np.float32)

    def drawn(self, outlines: list[tuple[Floats, float, Blob]], ground: Floats | None) -> Sprite:
        if ground is not None:
            self._shadow(ground)
        for outline, depth, part in outlines:
            self._part(outline, depth, part)
        size = (self.columns, self.rows)
        paint = muted(cv2.resize(self.paint, size, interpolation=cv2.INTER_AREA)) * self.light
        cover = cv2.resize(self.cover, size, interpolation=cv2.INTER_AREA)
        keep = np.repeat(np.round((1 - cover) * 255).astype(np.uint8)[..., None], 3, axis=2)
        return Sprite(int(self.low[0]), int(self.low[1]), np.clip(paint, 0, 255).astype(np.uint8), keep)

    def _mask(self, outline: Floats) -> tuple[tuple[slice, slice], NDArray[np.float32]] | None:
        local = (outline - self.low) * self.scale
        start = np.maximum(np.floor(local.min(axis=0)).astype(int) - 1, 0)
        end = np.minimum(np.ceil(local.max(axis=0)).astype(int) + 2, self.cover.shape[::-1])
        if (end <= start).any():
            return None
        mask = np.zeros((end[1] - start[1], end[0] - start[0]), np.uint8)
        cv2.fillConvexPoly(mask, np.round((local - start) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        return (slice(start[1], end[1]), slice(start[0], end[0])), np.asarray(mask, np.float32) / np.float32(255)

    def _part(self, outline: Floats, depth: float, part: Blob) -> None:
        found = self._mask(outline)
        if found is None:
            return
        window, mask = found
        mask *= self.depth[window] > depth - 0.1
        rows, columns = mask.shape
        across = np.linspace(0.84, 1.1, columns, dtype=np.float32) ** self._lit_side()
        shade = across[None, :] * np.linspace(1.08, 0.9, rows, dtype=np.float32)[:, None]
        colour = np.asarray(part.colour, np.float32) * shade[..., None]
        weight = mask[..., None]
        self.paint[window] += (colour - self.paint[window]) * weight
        self.cover[window] += (1 - self.cover[window]) * mask

    def _lit_side(self) -> float:
        """Windows are at +x: on the right of the picture when the camera looks along +y."""
        return 1.0 if self.view.axes()[1][0] > 0 else -1.0

    def _shadow(self, outline: Floats) -> None:
        found = self._mask(outline)
        if found is not None:
            window, mask = found
            sheet = np.zeros_like(self.cover)
            sheet[window] = mask
            soft = cv2.GaussianBlur(sheet, (0, 0), max(1.5, mask.shape[0] / 7)) * 0.5
            self.cover[:] = soft * (self.floor > 0.5)
