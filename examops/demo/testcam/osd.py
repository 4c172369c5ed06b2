"""What a camera writes over its picture: the clock top left, its own name bottom right."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import cv2
import numpy as np
from numpy.typing import NDArray

from examops.demo.testcam.lettering import text_width, write
from examops.demo.testcam.model import Picture

SHANGHAI = ZoneInfo("Asia/Shanghai")
MARGIN = 20


class Overlay:
    """Burns clock and label into pictures. Text is drawn again only when it changes."""

    def __init__(self, label: str, size: tuple[int, int]) -> None:
        self._size = size
        self._text_height = round(size[1] / 24)
        self._label = self._stamp(label, "uni")
        self._clock_text = ""
        self._clock = self._label

    def burn(self, picture: Picture, at: datetime) -> None:
        """Write the time of `at` (any zone; shown as Asia/Shanghai) and the label into the picture."""
        text = at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
        if text != self._clock_text:
            self._clock_text, self._clock = text, self._stamp(text, "sans")
        width, height = self._size
        _lay(picture, self._clock, MARGIN, MARGIN - 6)
        rows, columns = self._label[0].shape[:2]
        _lay(picture, self._label, width - MARGIN - columns, height - MARGIN - rows + 8)

    def _stamp(self, text: str, face: str) -> tuple[Picture, Picture]:
        """White letters with a dark edge: paint and what to keep of the ground."""
        size = self._text_height
        shape = (round(size * 1.5), text_width(text, size, face) + 8, 3)
        letters = np.zeros(shape, np.uint8)
        write(letters, text, (4, round(size * 1.1)), size, (255, 255, 255), face)
        edge = cv2.dilate(letters, np.ones((3, 3), np.uint8))
        edge = cv2.GaussianBlur(edge, (0, 0), 1.0)
        keep: NDArray[np.uint8] = 255 - np.maximum(edge, letters)
        return letters, keep


def _lay(picture: Picture, stamp: tuple[Picture, Picture], x: int, y: int) -> None:
    letters, keep = stamp
    window = picture[y : y + letters.shape[0], x : x + letters.shape[1]]
    cv2.add(cv2.multiply(window, keep, scale=1 / 255), letters, dst=window)
