"""Real H.264 pictures made on the spot, as the RTSP client would hand them over."""

from __future__ import annotations

import io
from functools import cache

import av

from video.pictures import Params, Picture

FPS = 10


@cache
def encoded(
    seconds: int = 12, size: tuple[int, int] = (320, 180), gop: int = 20
) -> tuple[Params, tuple[tuple[int, bool, tuple[bytes, ...]], ...]]:
    """Parameters, and of each picture: ticks, keyframe, NAL units."""
    out = io.BytesIO()
    source = av.open(f"testsrc2=size={size[0]}x{size[1]}:rate={FPS}:duration={seconds}", format="lavfi")
    with av.open(out, "w", format="h264") as target:
        stream = target.add_stream(
            "libx264", rate=FPS, options={"g": str(gop), "bf": "0", "preset": "ultrafast", "sc_threshold": "0"}
        )
        stream.width, stream.height, stream.pix_fmt = size[0], size[1], "yuv420p"
        packets = []
        for frame in source.decode(video=0):
            frame.pict_type = 0
            packets += stream.encode(frame)
        packets += stream.encode(None)
    source.close()
    sps = pps = b""
    pictures = []
    for number, packet in enumerate(packets):
        nals = tuple(nal for nal in split(bytes(packet)))
        sps = next((nal for nal in nals if nal[0] & 31 == 7), sps)
        pps = next((nal for nal in nals if nal[0] & 31 == 8), pps)
        slices = tuple(nal for nal in nals if nal[0] & 31 in (1, 5))
        pictures.append((number * 90_000 // FPS, any(nal[0] & 31 == 5 for nal in slices), slices))
    params = Params(sps, pps, size[0], size[1], "avc1." + sps[1:4].hex())
    return params, tuple(pictures)


def split(data: bytes) -> list[bytes]:
    """NAL units of an Annex B stream."""
    parts = data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    return [part for part in parts if part]


def pictures(arrived: float = 1000.0, seconds: int = 12, **options: object) -> list[Picture]:
    """Pictures that arrive exactly when their time says."""
    params, found = encoded(seconds, **options)  # type: ignore[arg-type]
    return [
        Picture(nals, ticks, is_key, False, params if is_key else None, arrived + ticks / 90_000, 0, 7)
        for ticks, is_key, nals in found
    ]


class TestClocks:
    """A pair of clocks that tests move together or apart."""

    def __init__(self, mono: float = 1000.0, wall: float = 1_795_395_600.0) -> None:
        self.mono, self.step, self._base = mono, 0.0, wall - mono

    def monotonic(self) -> float:
        return self.mono

    def wall(self) -> float:
        return self._base + self.mono + self.step

    __test__ = False
