"""RTP packets of H.264 in, units of pictures out. Every missing packet is counted, by the sequence numbers alone."""

from __future__ import annotations

import struct
from collections.abc import Callable

from video.pictures import Picture
from video.rtsp.access_units import LARGEST_PICTURE, OVERHEAD, Assembly
from video.rtsp.nal_units import aggregate, is_bundle, parts
from video.rtsp.packet_order import DROP, FOLLOWS, RESYNC, RETURNED, Order

_header = struct.Struct(">BBHII").unpack_from
_interleaved = struct.Struct(">HHHHIIH").unpack_from  # frame header, RTP header, the two bytes of a fragment
STAP_A, FU_A = 24, 28


class Depacketiser:
    """Feed ``packet``; ``order`` and ``pictures`` count. ``strangers`` are packets of other payload types."""

    def __init__(
        self, payload_type: int, sets: list[bytes], on_picture: Callable[[Picture], None],
        announced: int | None = None, foreign: frozenset[int] = frozenset(),
    ) -> None:  # fmt: skip
        self._type = payload_type
        self.order, self.pictures = Order(announced, foreign), Assembly(sets, on_picture)
        self.strangers = self.unusable = 0
        self._stamp = 0
        self._unit: list[bytes | bytearray] | None = None
        self._unit_stamp = self._unit_size = 0
        self._is_suspect = self._has_bundles = False

    def packet(self, data: bytes | bytearray, start: int, end: int, now: float) -> None:
        """The RTP packet in ``data[start:end]``; the bytes may change afterwards. Never raises."""
        if end - start < 12:
            return
        first, kind, sequence, stamp, sender = _header(data, start)
        if kind & 0x7F != self._type or first & 0xC0 != 0x80:
            self.strangers += 1  # before its sequence number counts: such packets repeat that of the one before
            return
        order = self.order
        if sequence == order.following and sender == order.sender:
            order.following = sequence + 1 & 0xFFFF
            self._is_suspect = False
        elif not self._in_order(sequence, sender, stamp, now):
            return
        self._stamp = stamp
        start += 12
        if first != 0x80:
            start, end = _payload(data, start, end, first)
        if start < end:
            self._unpack(data, start, end, stamp, now)
        if kind & 0x80 and self._unit is None:
            self.pictures.mark(stamp)

    def burst(self, data: bytes | bytearray, at: int, end: int, lead: int) -> int:
        """Take the interleaved frames from ``at`` on that simply go on with the unit in hand; returns where they end.

        ``lead`` are the first two bytes of such a frame. Nine of ten packets are of this kind, so they cost one look
        each; whatever differs in anything is left to :meth:`packet`.
        """
        unit, order = self._unit, self.order
        if unit is None:
            return at
        kind = unit[0][0]
        wanted = (lead, 0x8000 | self._type, self._unit_stamp, order.sender, (kind & 0xE0 | FU_A) << 8 | kind & 31)
        following, size, append = order.following, self._unit_size, unit.append
        while end - at >= 18 and size < LARGEST_PICTURE:
            first, length, head, sequence, stamp, sender, fragment = _interleaved(data, at)
            behind = at + 4 + length
            if (
                (first, head, stamp, sender, fragment) != wanted
                or sequence != following
                or not at + 18 <= behind <= end
            ):
                break
            append(data[at + 18 : behind])
            size += length + OVERHEAD
            following = following + 1 & 0xFFFF
            at = behind
        order.following, self._unit_size = following, size
        return at

    def suspect(self) -> None:
        """Framing was lost right here: if a packet is missing too, the one before it is not what it seems."""
        self._is_suspect = True

    def flush(self) -> None:
        """The stream is over: hand on the last picture if it is whole."""
        self._drop_unit(0.0)
        self.pictures.flush()

    def _in_order(self, sequence: int, sender: int, stamp: int, now: float) -> bool:
        is_older = stamp == self._stamp or bool(stamp - self._stamp & 0x80000000)
        verdict = self.order.judge(sequence, sender, is_older, now)
        if verdict == DROP:
            return False
        if verdict == RETURNED:
            self._unit = None
            self.pictures.discard()
        elif verdict != FOLLOWS:
            self._drop_unit(now)
            self.pictures.gap(0 if verdict == RESYNC else verdict, is_suspect=self._is_suspect)
        self._is_suspect = False
        return True

    def _unpack(self, data: bytes | bytearray, start: int, end: int, stamp: int, now: float) -> None:
        kind = data[start] & 31
        if kind == FU_A:
            self._fragment(data, start, end, stamp, now)
            return
        self._drop_unit(now)
        if kind == STAP_A:
            for nal in aggregate(data, start + 1, end):
                self._add(nal, stamp, now)
        elif kind <= 23:  # 0 where a start code stands before the unit
            self._add(bytes(data[start:end]), stamp, now)
        else:
            self.unusable += 1
            if kind in (
                25,
                26,
                27,
                29,
            ):  # ways of packing that nobody was seen to use: something of the picture is gone
                self.pictures.lose(stamp, now)

    def _fragment(self, data: bytes | bytearray, start: int, end: int, stamp: int, now: float) -> None:
        if end - start < 2:
            return
        flags, unit = data[start + 1], self._unit
        if flags & 0x80:
            self._drop_unit(now)
            self._unit = unit = [bytes((data[start] & 0xE0 | flags & 31,))]
            self._unit_stamp, self._unit_size = stamp, 0
        elif unit is None or stamp != self._unit_stamp:
            self._drop_unit(now)
            if 1 <= flags & 31 <= 5:
                self.pictures.lose(stamp, now)
            return
        self._unit_size += end - start + OVERHEAD
        if self._unit_size > LARGEST_PICTURE:
            self._drop_unit(now)
            return
        unit.append(data[start + 2 : end])
        if flags & 0x40:
            self._unit = None
            self._add(b"".join(unit), stamp, now)

    def _drop_unit(self, now: float) -> None:
        """A fragmented unit whose end did not come."""
        unit, self._unit = self._unit, None
        if unit is not None and 1 <= unit[0][0] & 31 <= 5:
            self.pictures.lose(self._unit_stamp, now)

    def _add(self, nal: bytes, stamp: int, now: float) -> None:
        if is_bundle(nal, self._has_bundles):
            self._has_bundles = True
            for part in parts(nal):
                self._one(part, stamp, now)
        else:
            self._one(nal.rstrip(b"\0"), stamp, now)

    def _one(self, nal: bytes, stamp: int, now: float) -> None:
        if len(nal) > 1:
            self.pictures.add(nal, stamp, now)
        elif nal and 1 <= nal[0] & 31 <= 5:
            self.pictures.lose(stamp, now)


def _payload(data: bytes | bytearray, start: int, end: int, first: int) -> tuple[int, int]:
    """Where the payload lies: behind CSRC list and extension, before the padding."""
    start += 4 * (first & 15)
    if first & 0x10 and start + 4 <= end:
        start += 4 + 4 * (data[start + 2] << 8 | data[start + 3])
    if first & 0x20 and start < end:
        padding = data[end - 1]
        end -= padding if padding <= end - start else 0
    return start, end
