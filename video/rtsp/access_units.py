"""NAL units to pictures (access units, ITU-T H.264, 7.4.1.2). An incomplete picture is dropped and counted.

A picture is held until the first slice of the next one, a loss or the end shows that it is over. The marker bit (RFC
6184, section 5.1) alone proves nothing: cameras set it on parameter sets, on every slice, or never. NAL unit types are
those of ITU-T H.264, table 7-1: 1 to 5 slices, 6 SEI, 7 SPS, 8 PPS, 13 to 18 before and 19 to 21 behind slices.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from video.pictures import Params, Picture
from video.rtsp.pace import TICKS
from video.rtsp.sps import is_interlaced, read_params
from video.rtsp.timeline import Timeline

MAX_PICTURE_BYTES = 8 * 1024 * 1024
MAX_AHEAD_BYTES = 1024 * 1024  # bytes of parameter sets and messages that wait for a slice
UNIT_OVERHEAD_BYTES = 64  # memory of a unit beside its bytes: millions of tiny units are bounded, too


@dataclass(slots=True)
class _OpenPicture:
    """The picture that is being assembled. ``timestamp`` is of RTP, ``arrived`` monotonic seconds.

    It arrived between ``read_before`` and ``arrived``, or at the latter where nothing is known of reads.
    """

    timestamp: int
    arrived: float
    read_before: float
    is_incomplete: bool
    is_key: bool = False
    is_marked: bool = False
    size: int = 0
    params: Params | None = None
    nals: list[bytes] = field(default_factory=list)


class AccessUnitAssembler:
    """Feed NAL units to ``add`` and the signs of packets to ``note_marker``, ``mark_incomplete`` and ``packets_lost``.

    ``pictures`` counts those handed on, ``incomplete`` those dropped, ``bidirectional`` B-pictures.
    ``clock_offset_ms`` stands on every picture (camera's wall clock minus ours, None before the first report).
    ``read_before`` is when everything that had come until then was read.
    """

    def __init__(self, sets: list[bytes], on_picture: Callable[[Picture], None], clock_rate: int = TICKS) -> None:
        self._emit = on_picture
        self._sps = self._pps = b""
        self._params: Params | None = None
        self._is_interlaced = False
        self.use_sets(sets)
        self.timeline = Timeline(clock_rate)
        self.clock_offset_ms: int | None = None
        self.read_before, self._arrived = math.inf, -math.inf
        self.pictures = self.incomplete = self.bidirectional = 0
        self._open: _OpenPicture | None = None
        self._ahead: list[bytes] = []
        self._ahead_size = 0
        self._lost = 0
        self._is_after_loss = self._is_gop_damaged = False
        self._is_marker_reliable: bool | None = None  # until this camera has shown it

    def use_sets(self, sets: list[bytes]) -> None:
        """Take parameter sets of a description, until others come in the stream."""
        self._sps = next((item for item in sets if item[0] & 31 == 7), self._sps)
        self._pps = next((item for item in sets if item[0] & 31 == 8), self._pps)
        self._is_interlaced = bool(self._sps) and is_interlaced(self._sps)

    def add(self, nal: bytes, timestamp: int, now: float) -> None:
        """Take one NAL unit with the RTP time stamp of its packet; ``now`` is monotonic seconds."""
        kind = nal[0] & 31
        if 1 <= kind <= 5:
            self._add_slice(nal, kind, timestamp, now)
        elif kind in (7, 8):
            self._store_parameter_set(nal, kind)
        elif kind == 6 or 13 <= kind <= 18:
            self._hold_for_next(nal)
        elif 19 <= kind <= 21 and self._open is not None:
            self._append(self._open, nal)

    def _add_slice(self, nal: bytes, kind: int, timestamp: int, now: float) -> None:
        is_first = kind not in (3, 4) and bool(nal[1] & 0x80)  # first_mb_in_slice, ue(v) 0 is the bit 1 (7.3.3)
        picture = self._open
        is_next = picture is None or (is_first and timestamp != picture.timestamp)  # nearly always
        if picture is None or is_next or not self._continues(picture, is_first, timestamp):
            picture = self._begin(timestamp, now, is_incomplete=not is_first)
            self.bidirectional += is_first and (
                nal[1] & 0x70 == 0x20 or nal[1] & 0x7C == 0x1C
            )  # slice_type 1 or 6: B (table 7-6)
        elif picture.is_marked:
            picture.is_marked = self._is_marker_reliable = False
        self._is_after_loss = False
        picture.arrived, picture.read_before = now, self.read_before
        if kind == 5 and not picture.is_key:
            picture.is_key, picture.params = True, self._current_params()
        if self._ahead:
            for unit in self._ahead:
                self._append(picture, unit)
            self._ahead, self._ahead_size = [], 0
        self._append(picture, nal)

    def _continues(self, picture: _OpenPicture, is_first: bool, timestamp: int) -> bool:
        """Whether a slice belongs to the open picture. ``first_mb_in_slice`` counts more than marker and time stamp."""
        if is_first:
            return timestamp == picture.timestamp and self._is_interlaced and not picture.is_marked
        if timestamp == picture.timestamp:
            return True
        return not picture.is_marked and not self._is_after_loss

    def _store_parameter_set(self, nal: bytes, kind: int) -> None:
        if kind == 8:
            self._pps = nal
        elif nal != self._sps:
            self._sps, self._is_interlaced = nal, is_interlaced(nal)
        self._hold_for_next(nal)

    def _hold_for_next(self, nal: bytes) -> None:
        """Parameter sets and SEI belong to the next slice (7.4.1.2.3), whatever time stamp or marker they carry."""
        self._ahead.append(nal)
        self._ahead_size += len(nal) + UNIT_OVERHEAD_BYTES
        if self._ahead_size > MAX_AHEAD_BYTES:
            self._ahead, self._ahead_size = [], 0

    def _append(self, picture: _OpenPicture, nal: bytes) -> None:
        picture.size += len(nal) + UNIT_OVERHEAD_BYTES
        if picture.size > MAX_PICTURE_BYTES:
            picture.is_incomplete = True
            picture.nals.clear()
        elif not picture.is_incomplete:
            picture.nals.append(nal)

    def _begin(self, timestamp: int, now: float, *, is_incomplete: bool) -> _OpenPicture:
        if self._is_marker_reliable is None and self._open is not None and self._open.is_marked:
            self._is_marker_reliable = True
        self._finish()
        self._open = _OpenPicture(timestamp, now, self.read_before, is_incomplete)
        return self._open

    # Signs of packets

    def note_marker(self, timestamp: int) -> None:
        """A packet with this time stamp carried the marker bit."""
        if self._open is not None and self._open.timestamp == timestamp:
            self._open.is_marked = True

    def mark_incomplete(self, timestamp: int, now: float) -> None:
        """A slice with this time stamp is incomplete."""
        picture = self._open
        if picture is None or picture.timestamp != timestamp:
            picture = self._begin(timestamp, now, is_incomplete=True)
        picture.is_incomplete = True

    def packets_lost(self, missing: int, *, is_suspect: bool) -> None:
        """``missing`` packets are lost here. The open picture is complete only if a reliable marker closed it."""
        picture = self._open
        if picture is not None and picture.is_marked and self._is_marker_reliable and not is_suspect:
            self._finish()
        elif picture is not None:
            picture.is_incomplete = True
        self._lost += missing
        self._is_after_loss = self._is_gop_damaged = True

    def discard(self) -> None:
        """The open picture came from another sender."""
        self._open, self._ahead, self._ahead_size = None, [], 0
        self._is_gop_damaged = True

    def flush(self) -> None:
        """The stream is over: the open picture counts only if a marker closed it."""
        if self._open is not None and not self._open.is_marked:
            self._open.is_incomplete = True
        self._finish()

    def _finish(self) -> None:
        picture, self._open = self._open, None
        if picture is None:
            return
        if picture.is_incomplete:
            self.incomplete += 1
            self._is_gop_damaged = True
            return
        if picture.is_key:
            self._is_gop_damaged = False
        self.pictures += 1
        lost, self._lost = self._lost, 0
        ticks = self.timeline.ticks_of(picture.timestamp, picture.arrived)
        # By the picture's stamp, between the reads it came in; never before the picture before.
        told = max(picture.read_before, self.timeline.pace.arrival(), self._arrived)
        self._arrived = arrived = min(picture.arrived, told)
        nals, is_damaged = tuple(picture.nals), self._is_gop_damaged
        self._emit(
            Picture(nals, ticks, picture.is_key, is_damaged, picture.params, arrived, lost, self.clock_offset_ms)
        )

    def _current_params(self) -> Params | None:
        known = self._params
        if known is None or (known.sps, known.pps) != (self._sps, self._pps):
            self._params = read_params(self._sps, self._pps) if self._sps and self._pps else None
        return self._params
