"""Frames out of archived footage: one range read and one decoded keyframe for each moment looked at."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from video.colours import small_size
from video.decoding import KeyframeDecoder, PictureScaler, extradata_of
from video.health import GREY_WIDTH, Grey, grey_rows, measure, motion

Fetch = Callable[[int, int], bytes]  # offset, length -> bytes of the stored object


@dataclass(frozen=True)
class Frame:
    """A picture to show, and its grey copy (320 wide) to measure."""

    jpeg: bytes
    grey: Grey


@dataclass(frozen=True)
class Fragment:
    """One row of `fragments` in a sidecar. Offsets and lengths in bytes of the file, absolute."""

    offset: int
    length: int
    keyframe_offset: int
    keyframe_length: int
    media_offset_ms: int
    duration_ms: int
    frames: int
    independent: bool

    @classmethod
    def of(cls, row: Sequence[Any]) -> Fragment:
        """From the sidecar's list; what later versions add behind is ignored."""
        offset, length, key_offset, key_length, media_ms, lasts_ms, frames = (int(value) for value in row[:7])
        return cls(offset, length, key_offset, key_length, media_ms, lasts_ms, frames, bool(row[7]))


@dataclass(frozen=True)
class Strip:
    """The strip of a segment: JPEGs end to end, and the index that says where each one is.

    `undecodable` counts moments whose keyframe gave no picture, `without_keyframe` those no keyframe covers.
    """

    images: bytes
    index: dict[str, Any]
    undecodable: int
    without_keyframe: int

    @property
    def has_no_picture(self) -> bool:
        """Keyframes were there, and none gave a picture."""
        return self.undecodable > 0 and not self.index["frames"]


def keyframe_jpeg(extradata: bytes, sample: bytes, width: int = 640, quality: int = 80) -> Frame:
    """Decode one keyframe. `extradata` is the content of avcC, `sample` its length-prefixed NAL units.

    Raises ValueError when no picture comes out.
    """
    return _Framer(KeyframeDecoder(extradata), width, quality).frame(sample)


def sample_times(duration: Fraction, every: Fraction = Fraction(10)) -> Iterator[Fraction]:
    """Moments to look at, as exact seconds from the start; the end itself belongs to the next segment."""
    step = 0
    while step * every < duration:
        yield step * every
        step += 1


def strip(
    fetch: Fetch,
    sidecar: Mapping[str, Any],
    start_ms: int,
    *,
    every: Fraction = Fraction(10),
    width: int = 640,
    quality: int = 80,
    before: Grey | None = None,
) -> Strip:
    """The strip of one segment, which begins at `start_ms` (milliseconds since 1970).

    One read for the init bytes and one for each sampled keyframe. `before` is the last grey picture of the
    segment before, for the motion of the first frame. Raises what `fetch` raises, ValueError for a bad init.
    """
    fragments = [Fragment.of(row) for row in sidecar["fragments"]]
    duration = Fraction(sidecar["media_duration_ms"], 1000)
    stretch = Fraction(sidecar["wall_duration_ms"], max(1, sidecar["media_duration_ms"]))
    decoder = KeyframeDecoder(extradata_of(fetch(0, sidecar["init_length"])), is_draft=True)
    writer = _StripWriter(_Framer(decoder, width, quality), before)
    chosen, without = _keyframes_to_sample(fragments, duration, every)
    for fragment in chosen:
        sample = fetch(fragment.keyframe_offset, fragment.keyframe_length)
        writer.add(sample, start_ms + round(fragment.media_offset_ms * stretch))
    index = {"every_s": float(every), "frames": writer.rows, "undecodable": writer.undecodable}
    return Strip(b"".join(writer.jpegs), index, writer.undecodable, without)


def _keyframes_to_sample(fragments: list[Fragment], duration: Fraction, every: Fraction) -> tuple[list[Fragment], int]:
    """The fragments whose keyframe is nearest before each moment, each once; how many moments have none."""
    usable = [fragment for fragment in fragments if fragment.independent]  # in the order of their media time
    begins = [fragment.media_offset_ms for fragment in usable]
    found: list[Fragment] = []
    without = 0
    for moment in sample_times(duration, every):
        after = bisect_right(begins, moment * 1000)
        is_late = after < len(usable) and begins[after] < (moment + every) * 1000
        fragment = usable[after - 1] if after else usable[0] if is_late else None
        if fragment is None:
            without += 1
        elif not found or fragment is not found[-1]:
            found.append(fragment)
    return found, without


class _StripWriter:
    """Collects the frames of one strip."""

    def __init__(self, framer: _Framer, before: Grey | None) -> None:
        self._framer = framer
        self.jpegs: list[bytes] = []
        self.rows: list[dict[str, Any]] = []
        self.undecodable = 0
        self._before, self._offset = before, 0

    def add(self, sample: bytes, t_ms: int) -> None:
        try:
            frame = self._framer.frame(sample)
        except ValueError:
            self.undecodable += 1  # counted in the index; the moment has no frame
            return
        self.rows.append({**self._position(frame, t_ms), **self._measures(frame)})
        self.jpegs.append(frame.jpeg)
        self._offset += len(frame.jpeg)
        self._before = frame.grey

    def _position(self, frame: Frame, t_ms: int) -> dict[str, Any]:
        digest = hashlib.sha256(frame.jpeg).hexdigest()
        return {"t_ms": t_ms, "offset": self._offset, "length": len(frame.jpeg), "sha256": digest}

    def _measures(self, frame: Frame) -> dict[str, Any]:
        numbers = measure(frame.grey)
        moved = None if self._before is None else motion(frame.grey, self._before)
        return {
            "mean": round(numbers.mean, 2),
            "std": round(numbers.std, 2),
            "sharpness": round(numbers.sharpness, 2),
            "flat": round(numbers.flat, 4),
            "motion": None if moved is None else round(moved, 5),
        }


class _Framer:
    """Keyframes of one stream to frames of one size."""

    def __init__(self, decoder: KeyframeDecoder, width: int, quality: int) -> None:
        self._decoder, self._width, self._quality = decoder, width, quality
        self._scaler = PictureScaler()

    def frame(self, sample: bytes) -> Frame:
        """Raises ValueError when no picture comes out."""
        picture = self._decoder.decode(sample)
        rows = grey_rows(*small_size(picture, self._width))
        grey = self._scaler.grey(picture, GREY_WIDTH, rows)
        return Frame(_jpeg(self._scaler.bgr(picture, self._width), self._quality), grey)


def _jpeg(picture: NDArray[np.uint8], quality: int) -> bytes:
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("the picture could not be written as JPEG")
    return data.tobytes()
