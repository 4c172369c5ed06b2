"""Pictures for the wall: the newest keyframe of a camera, decoded and made small, outside of the recording loop.

With FFmpeg's scaler and encoder alone: a recorder does without the memory of OpenCV and NumPy.
"""

from __future__ import annotations

from fractions import Fraction
from typing import cast

import av
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from video.colours import matrix_of, range_of, small_size
from video.pictures import Picture

SMALL_WIDTH, MAX_WIDTH = 320, 1920
START_CODE = b"\0\0\0\1"
QUANTISER = "3"  # of FFmpeg's JPEGs, 2 (best) to 31


def small_jpeg(picture: Picture, width: int = SMALL_WIDTH) -> bytes | None:
    """A JPEG of a keyframe, ``width`` pixels wide and no wider than it came; None when it cannot be decoded."""
    if picture.params is None:
        return None
    sets = (picture.params.sps, picture.params.pps)
    stream = b"".join(START_CODE + nal for nal in (*sets, *picture.nals))
    context = cast(VideoCodecContext, av.CodecContext.create("h264", "r"))
    context.thread_count = 1
    try:
        frames = [*context.decode(av.Packet(stream)), *context.decode(None)]
        return _jpeg(_scaled(frames[0], width)) if frames else None
    except av.error.FFmpegError:
        return None


def _scaled(frame: av.VideoFrame, width: int) -> av.VideoFrame:
    """In the colours of JPEG files (ITU-T T.871): matrix of BT.601, full range."""
    columns, rows = small_size(frame, width)
    return VideoReformatter().reformat(
        frame,
        width=columns,
        height=rows,
        format="yuvj420p",
        src_colorspace=matrix_of(frame),
        dst_colorspace=Colorspace.ITU601,
        src_color_range=range_of(frame),
        dst_color_range=ColorRange.JPEG,
        interpolation=Interpolation.AREA,
    )


def _jpeg(frame: av.VideoFrame) -> bytes:
    encoder = cast(VideoCodecContext, av.CodecContext.create("mjpeg", "w"))
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuvj420p"
    encoder.time_base, encoder.thread_count = Fraction(1, 25), 1
    encoder.options = {"qmin": QUANTISER, "qmax": QUANTISER, "huffman": "default"}
    frame.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))
