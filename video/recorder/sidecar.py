"""The records a recorder writes about its footage, as they stand in files and in the recorder protocol (JSON).

Times are RFC 3339 in UTC with milliseconds, digests lower-case hex SHA-256, durations ``_ms`` or 90 kHz ``_ticks``.
"""

from __future__ import annotations

from typing import TypedDict

from video.fmp4 import Fragment

TICKS_PER_MS = 90
FragmentRow = tuple[int, int, int, int, int, int, int, bool]


class SidecarContent(TypedDict):
    """A closed segment before it is signed. ``sequence`` counts from 0 within a run (segments without a break).

    ``fragments`` are rows of :func:`fragment_rows`; ``previous_digest`` is that of the sidecar before in the run, ""
    for the first; ``end_reason`` is a gap reason where the run ended with this segment.
    """

    version: int
    segment_uid: str
    camera_uid: str
    arming_uid: str
    run_uid: str
    sequence: int
    start: str
    end: str
    media_start_ticks: int
    media_duration_ms: int
    wall_duration_ms: int
    bytes: int
    sha256: str
    init_length: int
    fragments: list[FragmentRow]
    codec: str
    width: int
    height: int
    frames: int
    lost_packets: int
    damaged_frames: int
    leans_on_previous: bool
    salvaged: bool
    camera_clock_offset_ms: int | None
    previous_digest: str
    end_reason: str | None


class Sidecar(SidecarContent):
    """A signed sidecar. ``signature`` is Ed25519 over the canonical JSON of the content, base64."""

    signature: str


class Gap(TypedDict):
    """Armed time without footage, with one of the protocol's gap reasons."""

    gap_uid: str
    arming_uid: str
    camera_uid: str
    start: str
    end: str
    reason: str
    detail: str


class UploadState(TypedDict):
    """The server's last decision about a closed segment: ``closed`` (none yet), ``verified`` or ``quarantined``."""

    state: str
    at: str
    error: str | None


def fragment_rows(fragments: list[Fragment]) -> list[FragmentRow]:
    """``(offset, length, keyframe_offset, keyframe_length, media_offset_ms, duration_ms, frames, independent)``.

    Offsets and lengths in bytes, absolute in the file; the keyframe is the fragment's first sample.
    """
    rows: list[FragmentRow] = []
    ticks = 0
    for part in fragments:
        at_ms, lasts_ms = ticks // TICKS_PER_MS, part.ticks // TICKS_PER_MS
        first = part.first_offset, part.first_length
        rows.append((part.offset, part.length, *first, at_ms, lasts_ms, part.frames, part.is_independent))
        ticks += part.ticks
    return rows
