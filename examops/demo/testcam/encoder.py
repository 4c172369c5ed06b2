"""H.264 as a cheap camera makes it: no B-frames, one slice, a keyframe every GOP and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from examops.demo.testcam.source import ParameterSets, split_annexb

SPS, PPS = 7, 8


@dataclass(frozen=True)
class EncoderSettings:
    """`bitrate` in bits a second; 0 leaves the size to a constant quality."""

    width: int
    height: int
    fps: int
    gop: int
    bitrate: int = 0


class Encoder:
    """Turns pictures into NAL units, one call a picture, nothing held back."""

    def __init__(self, settings: EncoderSettings) -> None:
        self.settings = settings
        context = cast(VideoCodecContext, av.CodecContext.create("libx264", "w"))
        context.width, context.height, context.pix_fmt = settings.width, settings.height, "yuv420p"
        context.time_base, context.framerate = Fraction(1, settings.fps), Fraction(settings.fps)
        context.gop_size, context.max_b_frames, context.thread_count = settings.gop, 0, 1
        context.flags |= av.codec.context.Flags.global_header.value
        context.options = {"preset": "veryfast", "tune": "zerolatency", "x264-params": _x264(settings)}
        if settings.bitrate:
            context.bit_rate = settings.bitrate
        else:
            context.options = {**context.options, "crf": "25"}
        context.open()
        self._context, self._count = context, 0
        self.parameter_sets = _parameter_sets(bytes(context.extradata or b""))

    def encode(self, frame: av.VideoFrame, *, keyframe: bool) -> tuple[bytes, ...]:
        """NAL units of the picture (yuv420p, of the settings' size); a keyframe begins with SPS and PPS."""
        frame.pts, frame.time_base = self._count, Fraction(1, self.settings.fps)
        frame.pict_type = PictureType.I if keyframe else PictureType.NONE
        self._count += 1
        data = b"".join(bytes(packet) for packet in self._context.encode(frame))
        nals = tuple(nal for nal in split_annexb(data) if nal[0] & 31 in (1, 5))
        return (self.parameter_sets.sps, self.parameter_sets.pps, *nals) if keyframe else nals


def _x264(settings: EncoderSettings) -> str:
    fixed = f"keyint={settings.gop}:min-keyint={settings.gop}:scenecut=0:bframes=0:sliced-threads=0:slices=1"
    return fixed + ":forced-idr=1:colormatrix=smpte170m:colorprim=smpte170m:transfer=smpte170m"


def _parameter_sets(extradata: bytes) -> ParameterSets:
    nals = {nal[0] & 31: nal for nal in split_annexb(extradata)}
    return ParameterSets(nals[SPS], nals[PPS])
