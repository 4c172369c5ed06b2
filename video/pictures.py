"""What a camera gives, whatever protocol it came by: pictures with their parameters, time and losses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Params:
    """H.264 parameter sets without start codes, and what they say. ``codec`` is like ``avc1.4d4028``."""

    sps: bytes
    pps: bytes
    width: int
    height: int
    codec: str


@dataclass(slots=True)  # frozen, one costs six times as much to make, and 48 cameras make 1,200 a second
class Picture:
    """One whole picture, not to be changed.

    ``nals`` are NAL units without start codes; ``ticks`` is the unwrapped 90 kHz time; ``params`` stand on
    keyframes; ``arrived`` is monotonic seconds; ``lost_packets`` counts those missing since the picture before;
    ``clock_offset_ms`` is the camera's wall clock minus ours by its latest sender report, or None.
    """

    nals: tuple[bytes, ...]
    ticks: int
    is_key: bool
    is_damaged: bool
    params: Params | None
    arrived: float
    lost_packets: int
    clock_offset_ms: int | None
