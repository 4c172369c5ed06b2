"""A prepared source: a short H.264 clip, encoded once and looped. Costs next to nothing to serve."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from examops.demo.testcam.encoder import Encoder, EncoderSettings
from examops.demo.testcam.source import CLOCK_RATE, ParameterSets, PictureFault, Unit


@dataclass(frozen=True)
class ClipPicture:
    keyframe: bool
    nals: tuple[bytes, ...]


@dataclass(frozen=True)
class Clip:
    """Whole GOPs. `black` and `frozen` are one GOP each, made with the same settings, so SPS and PPS stay."""

    settings: EncoderSettings
    parameter_sets: ParameterSets
    pictures: tuple[ClipPicture, ...]
    black: tuple[ClipPicture, ...]
    frozen: tuple[ClipPicture, ...]

    @property
    def seconds(self) -> float:
        return len(self.pictures) / self.settings.fps


def synthetic_clip(
    width: int = 640, height: int = 360, fps: int = 10, gop: int = 20, bitrate: int = 600_000, seconds: int = 4
) -> Clip:
    """A moving test picture with some noise, in whole GOPs of at least `seconds`. Made by FFmpeg's testsrc2."""
    settings = EncoderSettings(width, height, fps, gop, bitrate)
    count = -(-seconds * fps // gop) * gop
    return encode_clip(settings, _test_frames(width, height, fps, count))


def encode_clip(settings: EncoderSettings, frames: Iterable[av.VideoFrame]) -> Clip:
    """Encode yuv420p frames; their number is a multiple of the GOP. Raises ValueError when it is not."""
    encoder, pictures, first = Encoder(settings), [], None
    for index, frame in enumerate(frames):
        if first is None:
            first = av.VideoFrame.from_ndarray(frame.to_ndarray(), format="yuv420p")
        keyframe = index % settings.gop == 0
        pictures.append(ClipPicture(keyframe, encoder.encode(frame, keyframe=keyframe)))
    if first is None or len(pictures) % settings.gop:
        raise ValueError(f"a clip needs whole GOPs of {settings.gop} pictures, got {len(pictures)}")
    return Clip(
        settings,
        encoder.parameter_sets,
        tuple(pictures),
        _still_gop(settings, _black_frame(settings)),
        _still_gop(settings, first),
    )


def write_mp4(clip: Clip, path: Path, seconds: float, options: dict[str, str] | None = None) -> None:
    """Loop the clip into an MP4 file of the given length. `options` go to FFmpeg's mp4 writer."""
    step = CLOCK_RATE // clip.settings.fps
    with av.open(str(path), "w", format="mp4", options=options or {}) as output:
        stream = output.add_stream("libx264", rate=clip.settings.fps)
        stream.width, stream.height, stream.pix_fmt = clip.settings.width, clip.settings.height, "yuv420p"
        context = stream.codec_context
        context.extradata = annexb((clip.parameter_sets.sps, clip.parameter_sets.pps))
        stream.time_base = Fraction(1, CLOCK_RATE)
        for index in range(int(seconds * clip.settings.fps)):
            picture = clip.pictures[index % len(clip.pictures)]
            packet = av.Packet(annexb(picture.nals))
            packet.pts = packet.dts = index * step
            packet.duration, packet.time_base = step, Fraction(1, CLOCK_RATE)
            packet.is_keyframe, packet.stream = picture.keyframe, stream
            output.mux(packet)


def annexb(nals: Iterable[bytes]) -> bytes:
    return b"".join(b"\0\0\0\1" + nal for nal in nals)


class ClipSource:
    """Loops a clip by the clock. `phase` in seconds sets many cameras of one clip apart."""

    def __init__(self, clip: Clip, phase: float = 0.0, clock: Callable[[], float] = time.time) -> None:
        self._clip, self._phase, self._clock = clip, phase, clock
        self._started = clock() - phase
        self._fault: PictureFault = "none"

    @property
    def parameter_sets(self) -> ParameterSets:
        return self._clip.parameter_sets

    def set_fault(self, fault: PictureFault) -> None:
        self._fault = fault

    def close(self) -> None:
        """Nothing to stop: a clip has no thread."""

    async def units(self) -> AsyncIterator[Unit]:
        fps, gop = self._clip.settings.fps, self._clip.settings.gop
        index = int((self._clock() - self._started) * fps)
        pictures = self._clip.pictures
        while True:
            wall = self._started + index / fps
            await asyncio.sleep(max(0.0, wall - self._clock()))
            if index % gop == 0:  # a fault begins and ends with a keyframe, or the decoder would see rubbish
                pictures = self._shown()
            picture = pictures[index % len(pictures)]
            yield Unit(index * CLOCK_RATE // fps, wall, picture.keyframe, picture.nals)
            index += 1

    def _shown(self) -> tuple[ClipPicture, ...]:
        return {"none": self._clip.pictures, "black": self._clip.black, "frozen": self._clip.frozen}[self._fault]


def _test_frames(width: int, height: int, fps: int, count: int) -> Iterator[av.VideoFrame]:
    graph = f"testsrc2=size={width}x{height}:rate={fps},noise=alls=10:allf=t,format=yuv420p"
    with av.open(graph, format="lavfi") as pattern:
        for index, frame in enumerate(pattern.decode(video=0)):
            if index == count:
                return
            yield frame


def _black_frame(settings: EncoderSettings) -> av.VideoFrame:
    planes = np.full((settings.height * 3 // 2, settings.width), 128, np.uint8)
    planes[: settings.height] = 16
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")


def _still_gop(settings: EncoderSettings, frame: av.VideoFrame) -> tuple[ClipPicture, ...]:
    encoder = Encoder(settings)
    return tuple(ClipPicture(index == 0, encoder.encode(frame, keyframe=index == 0)) for index in range(settings.gop))
