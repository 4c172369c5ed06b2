"""What a camera server needs from a picture source, live or prepared."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol

PictureFault = Literal["none", "black", "frozen"]
CLOCK_RATE = 90_000


@dataclass(frozen=True)
class ParameterSets:
    """H.264 SPS and PPS as NAL units without start code."""

    sps: bytes
    pps: bytes


@dataclass(frozen=True)
class Unit:
    """One coded picture: NAL units without start codes. A keyframe carries its parameter sets in front."""

    ticks: int  # media time, 90 kHz, never wrapped
    wall: float  # seconds since 1970 by our clock, when the picture was taken
    keyframe: bool
    nals: tuple[bytes, ...]


class Source(Protocol):
    """A camera's pictures. `units()` starts with whatever is next, in the middle of a GOP more often than not."""

    @property
    def parameter_sets(self) -> ParameterSets: ...

    def units(self) -> AsyncIterator[Unit]:
        """Pictures as they fall due, without end. Several readers may run at once."""
        ...

    def set_fault(self, fault: PictureFault) -> None:
        """Show black or a frozen picture until the next call. Safe from any thread."""
        ...

    def close(self) -> None:
        """Stop working for good."""
        ...


def split_annexb(data: bytes) -> list[bytes]:
    """NAL units of an Annex B byte stream, without start codes."""
    nals: list[bytes] = []
    start = data.find(b"\0\0\1")
    while start >= 0:
        following = data.find(b"\0\0\1", start + 3)
        nal = data[start + 3 :] if following < 0 else data[start + 3 : following].rstrip(b"\0")
        if nal:
            nals.append(nal)
        start = following
    return nals
