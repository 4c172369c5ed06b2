"""Flat pictures for floor, walls and ceiling. Every texture has PPM pixels a metre."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from examops.demo.testcam.lettering import write
from examops.demo.testcam.model import Colour, Picture, Room

PPM = 80
Texture = NDArray[np.float32]


def blank(width: float, height: float, colour: Colour) -> Texture:
    shape = (max(2, round(height * PPM)), max(2, round(width * PPM)), 3)
    return np.full(shape, colour, dtype=np.float32)


def rectangle(texture: Texture, x: float, y: float, width: float, height: float, colour: Colour) -> None:
    """Fill a rectangle given in metres from the top left."""
    start, end = (round(x * PPM), round(y * PPM)), (round((x + width) * PPM), round((y + height) * PPM))
    cv2.rectangle(texture, start, end, colour, cv2.FILLED)


def floor(room: Room, rng: np.random.Generator) -> Texture:
    """The floor with tiles, window light and the shadows of what stands on it. Row 0 is the front wall."""
    texture = blank(room.width, room.depth, room.palette.floor)
    if room.palette.tile:
        _tiles(texture, room, rng)
    texture *= _window_light(room)[..., None]
    texture *= _shadows(room)[..., None]
    return texture


def _tiles(texture: Texture, room: Room, rng: np.random.Generator) -> None:
    size = room.palette.tile
    for column in range(int(room.width / size) + 1):
        for row in range(int(room.depth / size) + 1):
            tone = 1 + rng.normal(0, 0.016)
            rectangle(texture, column * size, row * size, size, size, _tone(room.palette.floor, tone))
    dark = _tone(room.palette.floor, 0.8)
    for column in range(int(room.width / size) + 1):
        rectangle(texture, column * size, 0, 0.012, room.depth, dark)
    for row in range(int(room.depth / size) + 1):
        rectangle(texture, 0, row * size, room.width, 0.012, dark)


def _tone(colour: Colour, factor: float) -> Colour:
    return (colour[0] * factor, colour[1] * factor, colour[2] * factor)


def _window_light(room: Room) -> NDArray[np.float32]:
    """Light from the windows at x = width: a fall-off, and pale patches where it lands."""
    rows, columns = round(room.depth * PPM), round(room.width * PPM)
    light = np.linspace(0.84, 1.06, columns, dtype=np.float32)[None, :].repeat(rows, 0)
    if room.windows:
        patches = np.zeros_like(light)
        for start, size in window_spans(room):
            low, high = round((start + 0.2) * PPM), round((start + size + 0.2) * PPM)
            patches[low:high, round((room.width - 2.3) * PPM) : round((room.width - 0.7) * PPM)] = 0.2
        light = light + cv2.GaussianBlur(patches, (0, 0), PPM * 0.16)
    return np.asarray(light, dtype=np.float32)


def _shadows(room: Room) -> NDArray[np.float32]:
    shade = np.ones((round(room.depth * PPM), round(room.width * PPM)), np.float32)
    for box in room.boxes:
        if box.grounded:
            start = (round((box.low[0] - 0.12) * PPM), round((box.low[1] - 0.05) * PPM))
            end = (round((box.high[0] + 0.03) * PPM), round((box.high[1] + 0.07) * PPM))
            cv2.rectangle(shade, start, end, 0.45, cv2.FILLED)
    for person in room.people:
        if person.floor == 0:
            cv2.ellipse(shade, (round(person.x * PPM), round(person.y * PPM)), (24, 22), 0, 0, 360, 0.5, cv2.FILLED)
    edge = np.ones_like(shade)
    cv2.rectangle(edge, (0, 0), (shade.shape[1] - 1, shade.shape[0] - 1), 0.45, 14)
    soft = cv2.GaussianBlur(shade, (0, 0), PPM * 0.075) * 0.75 + cv2.GaussianBlur(shade, (0, 0), PPM * 0.3) * 0.25
    return np.asarray(soft * cv2.GaussianBlur(edge, (0, 0), PPM * 0.16), dtype=np.float32)


def window_spans(room: Room) -> list[tuple[float, float]]:
    """Start and size of each window along the wall, in metres from the front."""
    count = max(2, int((room.depth - 1.2) // 1.9))
    pitch = (room.depth - 1.0) / count
    return [(0.5 + index * pitch + 0.25, pitch - 0.5) for index in range(count)]


def wall(room: Room, length: float, brightness: float) -> Texture:
    """A bare wall, lit from above, with a darker dado and a skirting."""
    texture = blank(length, room.height, room.palette.wall)
    rectangle(texture, 0, room.height - 1.15, length, 1.15, room.palette.dado)
    rectangle(texture, 0, room.height - 1.17, length, 0.03, _tone(room.palette.dado, 0.82))
    rectangle(texture, 0, room.height - 0.1, length, 0.1, _tone(room.palette.dado, 0.55))
    rows, columns = texture.shape[:2]
    fall = np.interp(np.linspace(0, 1, rows), (0, 0.06, 0.3, 1), (0.84, 0.97, 1.03, 0.82))
    corner = np.interp(np.linspace(0, 1, columns), (0, 0.07, 0.5, 0.93, 1), (0.8, 0.95, 1.0, 0.95, 0.8))
    return np.asarray(texture * (fall[:, None] * corner[None, :] * brightness)[..., None], dtype=np.float32)


def window_wall(room: Room) -> Texture:
    """The wall with a row of windows: bright panes, dark frames, a sill."""
    texture = wall(room, room.depth, 0.8)
    top, tall = room.height - 2.45, 1.4
    for start, size in window_spans(room):
        rectangle(texture, start - 0.06, top - 0.06, size + 0.12, tall + 0.12, (78, 80, 82))
        panes = 2
        pane = size / panes
        for index in range(panes):
            _pane(texture, start + index * pane + 0.025, top + 0.02, pane - 0.05, tall - 0.04)
        rectangle(texture, start - 0.1, top + tall + 0.05, size + 0.2, 0.06, (196, 197, 196))
    return texture


def _pane(texture: Texture, x: float, y: float, width: float, height: float) -> None:
    rows, columns = round(height * PPM), round(width * PPM)
    sky = np.interp(np.linspace(0, 1, rows), (0, 0.55, 1), (244, 236, 214))
    across = np.linspace(1.0, 0.97, columns)
    row, column = round(y * PPM), round(x * PPM)
    texture[row : row + rows, column : column + columns] = (sky[:, None] * across)[..., None] * (0.985, 1.0, 1.0)


def front_wall(room: Room) -> Texture:
    """The wall behind the front of the room: a board, a clock, perhaps a notice."""
    texture = wall(room, room.width, 0.94)
    middle = room.width / 2
    if room.board:
        rectangle(texture, middle - 1.9, room.height - 2.2, 3.8, 1.2, (120, 122, 122))
        rectangle(texture, middle - 1.85, room.height - 2.15, 3.7, 1.1, (66, 82, 78))
        rectangle(texture, middle - 1.9, room.height - 0.99, 3.8, 0.05, (150, 150, 148))
    if room.notice:
        spot = (round((middle - len(room.notice) * 0.15) * PPM), round((room.height - 2.45) * PPM))
        write(texture, room.notice, spot, 24, (150, 62, 56))
    centre = (round((middle + 2.7) * PPM), round((room.height - 2.3) * PPM))
    cv2.circle(texture, centre, 15, (232, 232, 228), cv2.FILLED, cv2.LINE_AA)
    cv2.circle(texture, centre, 15, (70, 70, 72), 2, cv2.LINE_AA)
    cv2.line(texture, centre, (centre[0] - 7, centre[1] - 3), (50, 50, 52), 2, cv2.LINE_AA)
    cv2.line(texture, centre, (centre[0] + 2, centre[1] - 10), (50, 50, 52), 1, cv2.LINE_AA)
    return texture


def back_wall(room: Room) -> Texture:
    """The wall at the back: rules on display and a door."""
    texture = wall(room, room.width, 0.9)
    for index in range(3):
        x = 1.0 + index * 1.3
        rectangle(texture, x, room.height - 2.1, 0.9, 0.62, (206, 206, 200))
        rectangle(texture, x, room.height - 2.1, 0.9, 0.13, (98, 122, 146))
        for line in range(4):
            rectangle(
                texture, x + 0.08, room.height - 1.88 + line * 0.09, 0.72 - 0.11 * (line % 2), 0.025, (160, 160, 158)
            )
    if room.door:
        _door(texture, room.width - 2.0, room.height)
    return texture


def door_wall(room: Room) -> Texture:
    """The wall opposite the windows, with the front door."""
    texture = wall(room, room.depth, 1.04)
    if room.door:
        _door(texture, room.depth - 2.2, room.height)
    rectangle(texture, room.depth * 0.45, room.height - 1.95, 1.5, 0.5, (112, 130, 152))
    rectangle(texture, room.depth * 0.45 + 0.1, room.height - 1.85, 0.9, 0.06, (206, 210, 214))
    rectangle(texture, room.depth * 0.45 + 0.1, room.height - 1.7, 1.2, 0.04, (180, 188, 196))
    return texture


def _door(texture: Texture, x: float, room_height: float) -> None:
    rectangle(texture, x - 0.06, room_height - 2.12, 1.12, 2.12, (104, 98, 92))
    rectangle(texture, x, room_height - 2.06, 1.0, 2.06, (150, 136, 120))
    rectangle(texture, x + 0.3, room_height - 1.85, 0.4, 0.6, (176, 184, 186))
    rectangle(texture, x + 0.86, room_height - 1.05, 0.05, 0.14, (84, 84, 86))


def ceiling(room: Room) -> Texture:
    """Ceiling boards with rows of light panels. Row 0 is above the front wall."""
    texture = blank(room.width, room.depth, room.palette.ceiling)
    texture *= np.linspace(0.86, 0.98, texture.shape[1], dtype=np.float32)[None, :, None]
    for column in range(int(room.width / 1.2) + 1):
        rectangle(texture, column * 1.2, 0, 0.012, room.depth, _tone(room.palette.ceiling, 0.88))
    for row in range(int(room.depth / 1.2) + 1):
        rectangle(texture, 0, row * 1.2, room.width, 0.012, _tone(room.palette.ceiling, 0.88))
    glow = np.zeros(texture.shape[:2], np.float32)
    for y in np.arange(1.1, room.depth - 0.8, 1.9):
        for x in np.arange(0.9, room.width - 1.2, 2.4):
            cv2.rectangle(
                glow, (round(x * PPM), round(y * PPM)), (round((x + 1.2) * PPM), round((y + 0.32) * PPM)), 1, -1
            )
    halo = cv2.GaussianBlur(glow, (0, 0), PPM * 0.4)
    lit = texture * (1 + 0.22 * halo[..., None])
    return np.asarray(np.where(glow[..., None] > 0, (250.0, 250.0, 246.0), lit), dtype=np.float32)


def as_picture(texture: Texture) -> Picture:
    return np.clip(texture, 0, 255).astype(np.uint8)
