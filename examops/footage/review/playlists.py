"""HLS lists over the archived files: one byte range per fragment, absolute addresses, a break at every new run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from examops.footage.archive.intervals import NONE, Span
from examops.footage.moments import iso

LONGEST_FRAGMENT = timedelta(hours=1)


class Playable(Protocol):
    """What a list needs of a segment; ``fragments`` as the sidecar has them."""

    run_uid: UUID
    started_at: datetime
    init_length: int
    fragments: list[Any]


@dataclass(frozen=True)
class Piece:
    """A fragment on the wall clock."""

    segment: Any
    offset: int
    length: int
    start: datetime
    duration: timedelta
    is_independent: bool


def pieces_of(segment: Playable) -> list[Piece]:
    """The fragments of a segment; none where its table holds numbers that are no time, as old rows may."""
    try:
        return _pieces_of(segment)
    except (OverflowError, ValueError, TypeError):
        return []


def _pieces_of(segment: Playable) -> list[Piece]:
    pieces = []
    for offset, length, _, _, media_offset_ms, duration_ms, _, independent in (f[:8] for f in segment.fragments):
        duration = timedelta(milliseconds=duration_ms)
        start = segment.started_at + timedelta(milliseconds=media_offset_ms)
        if not NONE <= duration <= LONGEST_FRAGMENT or abs(start - segment.started_at) > LONGEST_FRAGMENT:
            raise ValueError(f"a fragment of {duration} at {media_offset_ms} ms")
        pieces.append(Piece(segment, offset, length, start, duration, bool(independent)))
    return pieces


def select_pieces(window: Span, segments: Iterable[Playable]) -> list[Piece]:
    """The fragments of the window in order, begun at a picture that needs no earlier one."""
    pieces = [piece for segment in segments for piece in pieces_of(segment)]
    inside = [n for n, p in enumerate(pieces) if p.start < window.end and p.start + p.duration > window.start]
    if not inside:
        return []
    first = inside[0]
    while first > 0 and not pieces[first].is_independent and _continues(pieces[first - 1], pieces[first]):
        first -= 1
    return pieces[first : inside[-1] + 1]


def _continues(before: Piece, after: Piece) -> bool:
    return bool(before.segment.run_uid == after.segment.run_uid)


def hls(window: Span, segments: Iterable[Playable], url_of: Callable[[Any], str]) -> str:
    """A finished list for the window, or an empty text when nothing was recorded in it."""
    pieces = select_pieces(window, segments)
    if not pieces:
        return ""
    longest = max(math.ceil(piece.duration.total_seconds()) for piece in pieces)
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{max(1, longest)}", "#EXT-X-PLAYLIST-TYPE:VOD"]
    before: Piece | None = None
    for piece in pieces:
        url = url_of(piece.segment)
        if before is None or not _continues(before, piece):
            lines += [] if before is None else ["#EXT-X-DISCONTINUITY"]
            lines.append(f'#EXT-X-MAP:URI="{url}",BYTERANGE="{piece.segment.init_length}@0"')
        if before is None or before.segment is not piece.segment:
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{iso(piece.start)}")
        lines += [f"#EXTINF:{piece.duration.total_seconds():.3f},", f"#EXT-X-BYTERANGE:{piece.length}@{piece.offset}"]
        lines.append(url)
        before = piece
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])
