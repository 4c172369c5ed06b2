"""Keyframes to small pictures: decode, scale the planes first, convert what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import av
import cv2
import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
STSD_HEAD, VISUAL_ENTRY_HEAD = 8, 78  # bytes before the boxes inside stsd and inside a visual sample entry
BT709, FULL_RANGE = 1, 2  # numbers of ITU-T H.273 and of FFmpeg


@dataclass(frozen=True)
class Planes:
    """A small yuv420p picture of limited range, and which matrix its colours were made with."""

    luma: Plane
    blue: Plane
    red: Plane
    is_709: bool


class KeyframeDecoder:
    """Decodes one keyframe at a time; nothing is carried over from one to the next."""

    def __init__(self, extradata: bytes) -> None:
        context = cast(VideoCodecContext, av.CodecContext.create("h264", "r"))
        context.extradata, context.thread_count = extradata, 1
        context.options = {"err_detect": "explode"}  # a torn picture is counted, not patched up with grey
        self._context = context

    def decode(self, sample: bytes) -> av.VideoFrame:
        """The picture of one sample (length-prefixed NAL units). Raises ValueError when none comes out."""
        try:
            frames = self._context.decode(av.Packet(sample)) + self._context.decode(None)
        except av.error.FFmpegError as error:
            raise ValueError(f"keyframe cannot be decoded: {error.strerror}") from error
        finally:
            self._context.flush_buffers()
        if not frames or frames[0].is_corrupt:
            raise ValueError("keyframe gave no whole picture")
        return frames[0]


def extradata_of(init: bytes) -> bytes:
    """Content of the avcC box of an init segment (`ftyp` and `moov`). Raises ValueError when there is none."""
    found = _find(memoryview(init))
    if found is None:
        raise ValueError("no avcC box in the init bytes")
    return bytes(found)


def _find(data: memoryview) -> memoryview | None:
    position = 0
    while position + 8 <= len(data):
        size, kind = int.from_bytes(data[position : position + 4], "big"), bytes(data[position + 4 : position + 8])
        if size < 8 or position + size > len(data):
            return None
        content = data[position + 8 : position + size]
        if kind == b"avcC":
            return content
        inside = _inside(kind, content)
        found = None if inside is None else _find(inside)
        if found is not None:
            return found
        position += size
    return None


def _inside(kind: bytes, content: memoryview) -> memoryview | None:
    """Where the boxes inside a box begin, or None for a box without any that matter."""
    if kind in CONTAINERS:
        return content
    if kind == b"stsd":
        return content[STSD_HEAD:]
    return content[VISUAL_ENTRY_HEAD:] if kind in (b"avc1", b"avc3") else None


def scaled_planes(frame: av.VideoFrame, width: int) -> Planes:
    """The picture at `width` pixels (even height, never larger than it was)."""
    if frame.format.name not in ("yuv420p", "yuvj420p"):
        frame = frame.reformat(format="yuv420p")
    full = frame.format.name == "yuvj420p" or frame.color_range == FULL_RANGE
    width = min(width, frame.width) // 2 * 2
    height = max(2, round(frame.height * width / frame.width / 2) * 2)
    luma, blue, red = (_plane(frame, index) for index in range(3))
    small = cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA)
    half = [cv2.resize(c, (width // 2, height // 2), interpolation=cv2.INTER_AREA) for c in (blue, red)]
    if full:
        small = cv2.convertScaleAbs(small, alpha=219 / 255, beta=16)
        half = [cv2.convertScaleAbs(c, alpha=224 / 255, beta=128 * (1 - 224 / 255)) for c in half]
    unknown_hd = frame.colorspace not in (BT709, 4, 5, 6, 7) and frame.height >= 720
    is_709 = frame.colorspace == BT709 or unknown_hd
    return Planes(np.asarray(small, np.uint8), np.asarray(half[0], np.uint8), np.asarray(half[1], np.uint8), is_709)


def _plane(frame: av.VideoFrame, index: int) -> Plane:
    plane = frame.planes[index]
    lines = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return lines[:, : plane.width]


def to_bgr(planes: Planes) -> Plane:
    """Limited-range planes to (rows, columns, 3) blue, green, red."""
    rows, columns = planes.luma.shape
    stacked = np.concatenate([planes.luma.ravel(), planes.blue.ravel(), planes.red.ravel()])
    frame = av.VideoFrame.from_ndarray(stacked.reshape(rows * 3 // 2, columns), format="yuv420p")
    source = "ITU709" if planes.is_709 else "ITU601"
    return np.asarray(frame.to_ndarray(format="bgr24", src_colorspace=source, src_color_range="MPEG"), np.uint8)


def full_grey(planes: Planes) -> Plane:
    """Brightness from 0 (black) to 255: the luma plane of video has its black at 16 and white at 235."""
    return np.asarray(cv2.convertScaleAbs(np.maximum(planes.luma, 16) - 16, alpha=255 / 219), np.uint8)
