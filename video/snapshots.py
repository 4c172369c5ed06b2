"""Pictures for the wall: the newest keyframe of a camera, decoded and made small, outside of the recording loop."""

from __future__ import annotations

import av
import cv2
import numpy as np

from video.pictures import Picture

SMALL_WIDTH, MAX_WIDTH = 320, 1920
START_CODE = b"\0\0\0\1"


def small_jpeg(picture: Picture, width: int = SMALL_WIDTH, quality: int = 80) -> bytes | None:
    """A JPEG of a keyframe, ``width`` pixels wide and no wider than it came; None when it cannot be decoded."""
    if picture.params is None:
        return None
    sets = (picture.params.sps, picture.params.pps)
    stream = b"".join(START_CODE + nal for nal in (*sets, *picture.nals))
    context = av.CodecContext.create("h264", "r")
    context.thread_count = 1
    try:
        frames = [*context.decode(av.Packet(stream)), *context.decode(None)]
    except av.error.FFmpegError:
        return None
    if not frames:
        return None
    frame = frames[0].to_ndarray(format="bgr24")
    width = min(width, frame.shape[1])
    height = round(frame.shape[0] * width / frame.shape[1])
    small = cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)
    is_written, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(data).tobytes() if is_written else None
