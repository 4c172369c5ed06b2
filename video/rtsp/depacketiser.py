"""RTP packets of H.264 in, whole pictures out. Lost packets are counted; a torn picture is dropped, never shown."""

from __future__ import annotations

from collections.abc import Callable

from video.pictures import Params, Picture
from video.rtsp.sps import read_params

LARGEST_PICTURE = 8 * 1024 * 1024


class Depacketiser:
    """Feed ``packet`` with RTP packets of one payload type. ``clock_offset_ms`` is set by whoever reads reports."""

    def __init__(self, payload_type: int, sets: list[bytes], on_picture: Callable[[Picture], None]) -> None:
        self._type, self._emit = payload_type, on_picture
        self._sps = next((one for one in sets if one[0] & 31 == 7), b"")
        self._pps = next((one for one in sets if one[0] & 31 == 8), b"")
        self._params: Params | None = None
        self.clock_offset_ms: int | None = None
        self.pictures = self.lost_packets = 0
        self._sequence: int | None = None
        self._ssrc: int | None = None
        self._stamp: int | None = None
        self._ticks = 0
        self._nals: list[bytes] = []
        self._unit: list[bytes] | None = None
        self._size = 0
        self._lost = 0
        self._has_slice = self._is_key = self._is_torn = self._gop_damaged = False

    def packet(self, data: memoryview, now: float) -> None:
        """One RTP packet with its header."""
        if len(data) < 12 or data[0] & 0xC0 != 0x80 or data[1] & 0x7F != self._type:
            return
        start, end = _payload(data)
        if start >= end:
            return
        sequence, stamp = data[2] << 8 | data[3], int.from_bytes(data[4:8], "big")
        if not self._in_order(sequence, int.from_bytes(data[8:12], "big")):
            return
        if self._stamp is not None and stamp != self._stamp and self._has_slice:
            self._finish(now)
        if self._stamp is None or not self._has_slice:
            self._move_to(stamp)
        self._unpack(data, start, end)
        if data[1] & 0x80 and self._has_slice:
            self._finish(now)

    def _in_order(self, sequence: int, ssrc: int) -> bool:
        """Count what is missing. False for a packet that came twice."""
        if self._sequence is not None and ssrc == self._ssrc:
            step = sequence - self._sequence & 0xFFFF
            if step == 0:
                return False
            if step > 0x8000:
                step = 1  # the camera began to count anew
            if step > 1:
                self.lost_packets += step - 1
                self._lost += step - 1
                self._is_torn, self._unit = True, None
        self._sequence, self._ssrc = sequence, ssrc
        return True

    def _move_to(self, stamp: int) -> None:
        """Unwrap the 32-bit time by its signed difference."""
        if self._stamp is not None:
            step = stamp - self._stamp & 0xFFFFFFFF
            self._ticks += step - (1 << 32) if step & 0x80000000 else step
        self._stamp = stamp

    def _unpack(self, data: memoryview, start: int, end: int) -> None:
        kind = data[start] & 31
        if kind == 28:
            self._fragment(data, start, end)
        elif kind == 24:
            self._aggregate(data, start + 1, end)
        elif 1 <= kind <= 23:
            self._add(bytes(data[start:end]))

    def _fragment(self, data: memoryview, start: int, end: int) -> None:
        if end - start < 2:
            return
        head, flags = data[start], data[start + 1]
        if flags & 0x80:
            self._unit = [bytes((head & 0xE0 | flags & 31,))]
        if self._unit is None:
            self._is_torn = True
            return
        self._unit.append(bytes(data[start + 2 : end]))
        if flags & 0x40:
            unit, self._unit = self._unit, None
            self._add(b"".join(unit))

    def _aggregate(self, data: memoryview, at: int, end: int) -> None:
        while at + 2 < end:
            size = data[at] << 8 | data[at + 1]
            if not size or at + 2 + size > end:
                return
            self._add(bytes(data[at + 2 : at + 2 + size]))
            at += 2 + size

    def _add(self, nal: bytes) -> None:
        """One NAL unit. Some cameras send several with start codes between them in one packet."""
        if b"\0\0\1" in nal and nal[0] & 31 in (7, 8):
            for part in nal.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1"):
                self._add(part.rstrip(b"\0"))
            return
        if not nal:
            return
        kind = nal[0] & 31
        if kind == 7:
            self._sps = nal.rstrip(b"\0")
        elif kind == 8:
            self._pps = nal.rstrip(b"\0")
        elif kind in (1, 5):
            self._has_slice = True
            self._is_key = self._is_key or kind == 5
        elif kind == 9:
            return
        self._size += len(nal)
        if self._size > LARGEST_PICTURE:
            self._is_torn, self._nals = True, []
            return
        self._nals.append(nal)

    def _finish(self, now: float) -> None:
        """The picture is whole: hand it on, unless something of it is missing."""
        nals, is_key, is_torn, lost = (
            tuple(self._nals),
            self._is_key,
            self._is_torn or self._unit is not None,
            self._lost,
        )
        self._nals, self._unit, self._size = [], None, 0
        self._has_slice = self._is_key = self._is_torn = False
        if is_torn:
            self._gop_damaged = True
            return
        if is_key:
            self._gop_damaged = False
        self._lost = 0
        self.pictures += 1
        params = self._current_params() if is_key else None
        self._emit(Picture(nals, self._ticks, is_key, self._gop_damaged, params, now, lost, self.clock_offset_ms))

    def _current_params(self) -> Params | None:
        known = self._params
        if known is None or (known.sps, known.pps) != (self._sps, self._pps):
            self._params = read_params(self._sps, self._pps) if self._sps and self._pps else None
        return self._params


def _payload(data: memoryview) -> tuple[int, int]:
    """Where the payload lies: behind CSRC list and extension, before the padding."""
    start, end = 12 + 4 * (data[0] & 15), len(data)
    if data[0] & 0x10 and start + 4 <= end:
        start += 4 + 4 * (data[start + 2] << 8 | data[start + 3])
    if data[0] & 0x20:
        padding = data[end - 1]
        end -= padding if 0 < padding <= end - start else 0
    return start, end


EPOCH = 2_208_988_800  # seconds from 1900 to 1970


def report_time(data: memoryview) -> float | None:
    """The camera's wall clock (seconds since 1970) of an RTCP sender report; None where there is none."""
    if len(data) < 20 or data[1] != 200:
        return None
    seconds, part = int.from_bytes(data[8:12], "big"), int.from_bytes(data[12:16], "big")
    return seconds - EPOCH + part / 2**32 if seconds else None
