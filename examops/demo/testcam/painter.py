"""The painter: an exam room as a camera under the ceiling sees it, at any moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property, partial
from math import tan

import cv2
import numpy as np
from numpy.typing import NDArray

from examops.demo.testcam.bodies import blobs
from examops.demo.testcam.furniture import paint_box
from examops.demo.testcam.model import Glow, Person, Picture, Room, Walker
from examops.demo.testcam.motion import Step, pose_of, step_of, walk
from examops.demo.testcam.osd import Overlay
from examops.demo.testcam.shell import paint_shell
from examops.demo.testcam.sprites import Scenery, Sprite, cut_out, muted
from examops.demo.testcam.stills import Still
from examops.demo.testcam.view import View

OVERSAMPLE = 2
GRAINS = 3  # noisy copies of the room; one is picked for each keyframe
FIELD_OF_VIEW = 1.48  # radians across, a usual 3 mm lens
POSITIONS = ("front", "rear", "side")


def view_from(room: Room, position: str, size: tuple[int, int]) -> View:
    """The view of a corner. Raises KeyError for a position that does not exist."""
    hang = room.height - 0.3
    spots = {
        "front": (0.3, 0.3, hang),
        "rear": (room.width - 0.3, room.depth - 0.3, hang),
        "side": (room.width - 0.3, 0.3, hang),
    }
    x, y, _ = spots[position]
    middle = (room.width / 2, room.depth / 2)
    target = (x + (middle[0] - x) * 1.02, y + (middle[1] - y) * 1.02, 0.35)
    return View(spots[position], target, size[0] / 2 / tan(FIELD_OF_VIEW / 2), *size)


class Painter:
    """Paints one camera. The still part is painted once (about half a second), people in every picture."""

    def __init__(
        self,
        room: Room,
        position: str,
        label: str,
        size: tuple[int, int] = (1280, 720),
        seed: int = 1,
        keep: Callable[[View, Callable[[], Still]], Still] | None = None,
    ) -> None:
        """``keep`` gets the view and what paints its still part, and returns that: painted, or as it was kept."""
        self.room, self.size, self.label = room, size, label
        self.view = view_from(room, position, size)
        self._overlay = Overlay(label, size)
        paint, self._seed = partial(_still_part, room, self.view, seed), seed
        still = keep(self.view, paint) if keep else paint()
        self._grounds = still.grounds
        self._scenery = Scenery(still.depth, still.floor, _light(room, self.view))
        self._people = sorted(room.people, key=self._distance, reverse=True)
        self._kept: dict[tuple[int, Step], Sprite | None] = {}
        self._waiting: dict[int, tuple[object, Sprite | None]] = {}

    def paint(self, at: datetime, *, scene_at: datetime | None = None, grain: int = 0) -> Picture:
        """The picture at `at`, (rows, columns, 3) RGB. `scene_at` holds the people while the clock goes on."""
        second = (scene_at or at).timestamp()
        picture = self._grounds[grain % GRAINS].copy()
        for _, sprite in sorted(self._sprites(second), key=lambda item: -item[0]):
            if sprite is not None:
                sprite.put(picture)
        for glow in self.room.glows:
            self._shine(picture, glow, second)
        self._overlay.burn(picture, at)
        return picture

    def paint_black(self, at: datetime, *, grain: int = 0) -> Picture:
        """What is left when the lens is covered or the sensor fails: black with the clock still ticking."""
        picture = self._black[grain % len(self._black)].copy()
        self._overlay.burn(picture, at)
        return picture

    @cached_property
    def _black(self) -> list[Picture]:
        """Made when it is first needed: most cameras never go black."""
        rng, dark = np.random.default_rng(self._seed + 98), np.full(self._grounds.shape[1:], 4.0, np.float32)
        return [_with_grain(dark, rng) for _ in range(2)]

    def _sprites(self, second: float) -> list[tuple[float, Sprite | None]]:
        found = [
            (self._distance(person), self._person(index, person, second)) for index, person in enumerate(self._people)
        ]
        return found + [self._walker(index, walker, second) for index, walker in enumerate(self.room.walkers)]

    def _distance(self, person: Person) -> float:
        return float(np.hypot(person.x - self.view.position[0], person.y - self.view.position[1]))

    def _person(self, index: int, person: Person, second: float) -> Sprite | None:
        step = step_of(person, second)
        key = (index, step)
        if key not in self._kept:
            pose = pose_of(person, step)
            self._kept[key] = cut_out(blobs(pose, person.outfit), self.view, self._scenery)
        return self._kept[key]

    def _walker(self, index: int, walker: Walker, second: float) -> tuple[float, Sprite | None]:
        pose, _ = walk(walker, second)
        kept_pose, sprite = self._waiting.get(index, (None, None))
        if kept_pose != pose:
            sprite = cut_out(blobs(pose, walker.outfit), self.view, self._scenery, shadow=(pose.x, pose.y))
            self._waiting[index] = (pose, sprite)
        return float(np.hypot(pose.x - self.view.position[0], pose.y - self.view.position[1])), sprite

    def _shine(self, picture: Picture, glow: Glow, second: float) -> None:
        """Add the light of an arc: on for some seconds, then off, and flickering while on."""
        beat = int(second * 8) + glow.seed * 13
        if (beat // 40 + glow.seed) % 3 == 0:
            return
        x, y, depth = self.view.project(np.array([(glow.x, glow.y, glow.z)]))[0]
        reach = int(glow.radius * self.view.focal / max(depth, 0.5))
        strength = 0.72 + 0.28 * ((beat * 7919) % 10) / 10
        if self._is_hidden(int(x), int(y), float(depth)):  # behind a screen: only the haze above it is seen
            _add_light(picture, (int(x), int(y)), reach * 3, strength * 0.18)
            return
        _add_light(picture, (int(x), int(y)), reach * 4, strength * 0.3)
        _add_light(picture, (int(x), int(y)), reach, strength)

    def _is_hidden(self, x: int, y: int, depth: float) -> bool:
        inside = 0 <= x < self.view.width and 0 <= y < self.view.height
        return inside and bool(self._scenery.depth[y, x] < depth - 0.3)


def _still_part(room: Room, view: View, seed: int) -> Still:
    rng = np.random.default_rng(seed)
    large = view.scaled(OVERSAMPLE)
    canvas = paint_shell(room, large, rng)
    for box in room.boxes:
        paint_box(canvas, large, box)
    colours = cv2.GaussianBlur(canvas.colours, (0, 0), 0.7)
    colours = cv2.resize(colours, (view.width, view.height), interpolation=cv2.INTER_AREA)
    lit, grain = muted(colours) * _light(room, view)[..., None], np.random.default_rng(seed + 97)
    depth, floor = canvas.depth[::OVERSAMPLE, ::OVERSAMPLE], canvas.floor[::OVERSAMPLE, ::OVERSAMPLE]
    return Still(np.stack([_with_grain(lit, grain) for _ in range(GRAINS)]), depth.copy(), floor.copy())


def _light(room: Room, view: View) -> NDArray[np.float32]:
    return _lens_shade(view) * room.palette.gain


def _lens_shade(view: View) -> NDArray[np.float32]:
    """A cheap lens is darker towards the corners."""
    across = np.linspace(-1, 1, view.width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, view.height, dtype=np.float32)[:, None]
    return np.asarray(1 - 0.13 * (across**2 + 0.7 * down**2), np.float32)


def _with_grain(still: NDArray[np.float32], rng: np.random.Generator) -> Picture:
    """Sensor noise, coarser than a pixel as after a camera's own denoiser."""
    noise = rng.normal(0, 1, still.shape[:2]).astype(np.float32)
    noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.8), np.float32)
    return np.clip(still + (noise * (1.6 / noise.std()))[..., None], 0, 255).astype(np.uint8)


def _add_light(picture: Picture, centre: tuple[int, int], reach: int, strength: float) -> None:
    rows, columns = picture.shape[:2]
    x0, x1 = max(centre[0] - reach, 0), min(centre[0] + reach, columns)
    y0, y1 = max(centre[1] - reach, 0), min(centre[1] + reach, rows)
    if x1 <= x0 or y1 <= y0:
        return
    across = (np.arange(x0, x1, dtype=np.float32) - centre[0]) / reach
    down = (np.arange(y0, y1, dtype=np.float32) - centre[1]) / reach
    fall = np.clip(1 - np.sqrt(across[None, :] ** 2 + down[:, None] ** 2), 0, 1)
    light = (fall**2.2 * 300 * strength)[..., None] * np.array((0.86, 0.95, 1.0), np.float32)
    window = picture[y0:y1, x0:x1]
    cv2.add(window, np.clip(light, 0, 255).astype(np.uint8), dst=window)
