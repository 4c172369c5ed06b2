"""A pinhole camera in a room: where points in metres land in the picture.

World axes: x to the right along the front wall, y from the front wall to the back wall, z up. Metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class View:
    """Where a camera hangs and where it looks; `focal` in pixels, `width` and `height` of its picture."""

    position: tuple[float, float, float]
    target: tuple[float, float, float]
    focal: float
    width: int
    height: int

    def axes(self) -> tuple[Floats, Floats, Floats]:
        """Unit vectors of the camera: forward, right, up."""
        forward = _unit(np.subtract(self.target, self.position))
        right = _unit(np.cross(forward, (0.0, 0.0, 1.0)))
        return forward, right, np.cross(right, forward)

    def scaled(self, factor: int) -> View:
        return View(self.position, self.target, self.focal * factor, self.width * factor, self.height * factor)

    def project(self, points: Floats) -> Floats:
        """Points (N, 3) in metres to (N, 3): pixel x, pixel y, depth in metres (negative behind the camera)."""
        forward, right, up = self.axes()
        offset = np.asarray(points, dtype=np.float64) - np.asarray(self.position)
        depth = offset @ forward
        safe = np.where(np.abs(depth) < 1e-6, 1e-6, depth)
        x = self.width / 2 + self.focal * (offset @ right) / safe
        y = self.height / 2 - self.focal * (offset @ up) / safe
        return np.stack([x, y, depth], axis=1)


def _unit(vector: Floats) -> Floats:
    return vector / np.linalg.norm(vector)
