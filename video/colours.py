"""What the numbers of decoded pictures mean: which matrix and range their colours were made with."""

from __future__ import annotations

import av
from av.video.reformatter import ColorRange, Colorspace

BT709, FULL_RANGE = 1, 2  # numbers of ITU-T H.273 and of FFmpeg
OTHER_MATRICES = (4, 5, 6, 7)


def matrix_of(frame: av.VideoFrame) -> Colorspace:
    """BT.709 or BT.601: where the video does not say, HD has the first."""
    is_709 = frame.colorspace == BT709 or (frame.colorspace not in OTHER_MATRICES and frame.height >= 720)
    return Colorspace.ITU709 if is_709 else Colorspace.ITU601


def range_of(frame: av.VideoFrame) -> ColorRange:
    """``JPEG`` for 0 to 255, ``MPEG`` for 16 to 235."""
    is_full = frame.format.name.startswith("yuvj") or frame.color_range == FULL_RANGE
    return ColorRange.JPEG if is_full else ColorRange.MPEG


def small_size(frame: av.VideoFrame, width: int) -> tuple[int, int]:
    """Columns and rows of the picture at ``width`` pixels: even, and never larger than it was."""
    columns = min(width, frame.width) // 2 * 2
    return columns, max(2, round(frame.height * columns / frame.width / 2) * 2)
