"""Text in pictures. OpenCV 5 ships a font with Chinese glyphs, so no system font is needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_ONE_AT_A_TIME = Lock()  # a font keeps a cache of glyphs; nothing says that threads may share it


@cache
def _face(name: str) -> Any:
    return cv2.FontFace(name)


def write(
    picture: NDArray[Any], text: str, spot: tuple[int, int], size: int, colour: Sequence[float], face: str = "uni"
) -> None:
    """Write `text` with its baseline starting at `spot`, in place. Float pictures are allowed."""
    if picture.dtype == np.uint8:
        with _ONE_AT_A_TIME:
            cv2.putText(picture, text, spot, tuple(colour), _face(face), size)
        return
    stencil = np.zeros((*picture.shape[:2], 3), np.uint8)
    write(stencil, text, spot, size, (255, 255, 255), face)
    weight = stencil[..., :1].astype(np.float32) / 255
    picture[:] = picture * (1 - weight) + np.asarray(colour, np.float32) * weight


def text_width(text: str, size: int, face: str = "uni") -> int:
    """Width of the text in pixels."""
    with _ONE_AT_A_TIME:
        box = cv2.getTextSize((4096, 512), text, (0, 0), _face(face), size)
    return int(box[2])
