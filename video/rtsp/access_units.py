"""NAL units become pictures. A picture is whole, or it is dropped and counted; nothing torn is ever handed on.

A picture is held until something shows that it is over: the first slice of the next one, a loss, or the end. Markers
alone prove nothing: cameras set them on parameter sets, on every slice, or never.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from video.pictures import Params, Picture
from video.rtsp.sps import is_interlaced, read_params
from video.rtsp.timeline import Timeline

LARGEST_PICTURE = 8 * 1024 * 1024
MOST_AHEAD = 1024 * 1024  # bytes that wait for a slice
OVERHEAD = 64  # what a unit costs beside its bytes, so that millions of tiny ones are bounded too


@dataclass(slots=True)
class _Open:
    """The picture in hand."""

    stamp: int
    arrived: float
    is_torn: bool
    is_key: bool = False
    is_marked: bool = False
    size: int = 0
    params: Params | None = None
    nals: list[bytes] = field(default_factory=list)


class Assembly:
    """``torn`` counts pictures that were begun and dropped, ``bidirectional`` those that are sent out of their order."""

    def __init__(self, sets: list[bytes], on_picture: Callable[[Picture], None]) -> None:
        self._emit = on_picture
        self._sps = next((one for one in sets if one[0] & 31 == 7), b"")
        self._pps = next((one for one in sets if one[0] & 31 == 8), b"")
        self._params: Params | None = None
        self._is_interlaced = bool(self._sps) and is_interlaced(self._sps)
        self.timeline = Timeline()
        self.clock_offset_ms: int | None = None
        self.pictures = self.torn = self.bidirectional = 0
        self._open: _Open | None = None
        self._ahead: list[bytes] = []
        self._ahead_size = 0
        self._lost = 0
        self._is_after_loss = self._is_gop_damaged = False
        self._trusts_markers: bool | None = None  # until it is seen what they mean here

    def add(self, nal: bytes, stamp: int, now: float) -> None:
        """One unit with the stamp of its packet."""
        kind = nal[0] & 31
        if 1 <= kind <= 5:
            self._slice(nal, kind, stamp, now)
        elif kind in (7, 8):
            self._set(nal, kind)
        elif kind == 6 or 13 <= kind <= 18:
            self._wait(nal)
        elif 19 <= kind <= 21 and self._open is not None:
            self._keep(self._open, nal)

    def _slice(self, nal: bytes, kind: int, stamp: int, now: float) -> None:
        is_first = kind not in (3, 4) and bool(nal[1] & 0x80)  # first_mb_in_slice is 0
        picture = self._open
        if picture is None or not self._continues(picture, is_first, stamp):
            picture = self._begin(stamp, now, is_torn=not is_first)
            self.bidirectional += is_first and (nal[1] & 0x70 == 0x20 or nal[1] & 0x7C == 0x1C)  # slice_type 1 or 6
        elif picture.is_marked:
            picture.is_marked = self._trusts_markers = False
        self._is_after_loss = False
        picture.arrived = now
        if kind == 5 and not picture.is_key:
            picture.is_key, picture.params = True, self._current_params()
        if self._ahead:
            for unit in self._ahead:
                self._keep(picture, unit)
            self._ahead, self._ahead_size = [], 0
        self._keep(picture, nal)

    def _continues(self, picture: _Open, is_first: bool, stamp: int) -> bool:
        """Whether a slice belongs to the picture in hand. The slice's own word counts more than marker and stamp."""
        if is_first:
            return stamp == picture.stamp and self._is_interlaced and not picture.is_marked
        if stamp == picture.stamp:
            return True
        return not picture.is_marked and not self._is_after_loss

    def _set(self, nal: bytes, kind: int) -> None:
        if kind == 8:
            self._pps = nal
        elif nal != self._sps:
            self._sps, self._is_interlaced = nal, is_interlaced(nal)
        self._wait(nal)

    def _wait(self, nal: bytes) -> None:
        """Sets and messages belong to the slice that follows, whatever stamp or marker they carry."""
        self._ahead.append(nal)
        self._ahead_size += len(nal) + OVERHEAD
        if self._ahead_size > MOST_AHEAD:
            self._ahead, self._ahead_size = [], 0

    def _keep(self, picture: _Open, nal: bytes) -> None:
        picture.size += len(nal) + OVERHEAD
        if picture.size > LARGEST_PICTURE:
            picture.is_torn = True
            picture.nals.clear()
        elif not picture.is_torn:
            picture.nals.append(nal)

    def _begin(self, stamp: int, now: float, *, is_torn: bool) -> _Open:
        if self._trusts_markers is None and self._open is not None and self._open.is_marked:
            self._trusts_markers = True
        self._finish()
        self._open = _Open(stamp, now, is_torn)
        return self._open

    # What packets tell

    def mark(self, stamp: int) -> None:
        """A packet with this stamp carried the marker."""
        if self._open is not None and self._open.stamp == stamp:
            self._open.is_marked = True

    def lose(self, stamp: int, now: float) -> None:
        """A slice with this stamp is incomplete."""
        picture = self._open
        if picture is None or picture.stamp != stamp:
            picture = self._begin(stamp, now, is_torn=True)
        picture.is_torn = True

    def gap(self, missing: int, *, is_suspect: bool) -> None:
        """Packets are missing here. The picture in hand is whole only if a marker that can be trusted closed it."""
        picture = self._open
        if picture is not None and picture.is_marked and self._trusts_markers and not is_suspect:
            self._finish()
        elif picture is not None:
            picture.is_torn = True
        self._lost += missing
        self._is_after_loss = self._is_gop_damaged = True

    def discard(self) -> None:
        """What is in hand came from somebody else."""
        self._open, self._ahead, self._ahead_size = None, [], 0
        self._is_gop_damaged = True

    def flush(self) -> None:
        """Nothing more comes: the picture in hand counts if a marker closed it."""
        if self._open is not None and not self._open.is_marked:
            self._open.is_torn = True
        self._finish()

    def _finish(self) -> None:
        picture, self._open = self._open, None
        if picture is None:
            return
        if picture.is_torn:
            self.torn += 1
            self._is_gop_damaged = True
            return
        if picture.is_key:
            self._is_gop_damaged = False
        self.pictures += 1
        lost, self._lost = self._lost, 0
        ticks = self.timeline.place(picture.stamp, picture.arrived)
        self._emit(Picture(tuple(picture.nals), ticks, picture.is_key, self._is_gop_damaged, picture.params,
                           picture.arrived, lost, self.clock_offset_ms))  # fmt: skip

    def _current_params(self) -> Params | None:
        known = self._params
        if known is None or (known.sps, known.pps) != (self._sps, self._pps):
            self._params = read_params(self._sps, self._pps) if self._sps and self._pps else None
        return self._params
