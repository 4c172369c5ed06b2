"""RTP packets of H.264 (RFC 6184) to NAL units. Missing packets are counted by their sequence numbers alone."""

from __future__ import annotations

import struct
from collections.abc import Callable

from video.pictures import Picture
from video.rtsp.access_units import MAX_PICTURE_BYTES, UNIT_OVERHEAD_BYTES, AccessUnitAssembler
from video.rtsp.codec_check import CodecCheck
from video.rtsp.frame_runs import equal_frames, pack_head, pack_tail
from video.rtsp.nal_units import aggregate, is_bundle, parts
from video.rtsp.pace import TICKS
from video.rtsp.packet_order import DROP, IN_ORDER, RESYNC, STREAM_RETURNED, PacketOrder
from video.rtsp.whole_units import whole_unit

_header = struct.Struct(">BBHII").unpack_from
STAP_A, FU_A = 24, 28  # RFC 6184, table 1
UNUSED_PACKINGS = (25, 26, 27, 29)  # STAP-B, MTAP16, MTAP24, FU-B: of the interleaved mode, which no camera uses


class Depacketiser:
    """Feed RTP packets to ``packet``; complete pictures go to ``on_picture``.

    ``sets`` are parameter sets from the description; ``announced`` is the SSRC of the Transport header and ``foreign``
    holds SSRCs of packets that came before anything was set up. ``sets_of`` gives the sets of another payload type,
    None for one that is something else: it is followed while no packet of the agreed type came. ``order`` and
    ``pictures`` hold the counters of packets and pictures; ``other_types`` counts packets of other payload types,
    ``unusable`` those of reserved packings.
    """

    def __init__(
        self,
        payload_type: int,
        sets: list[bytes],
        on_picture: Callable[[Picture], None],
        announced: int | None = None,
        foreign: frozenset[int] = frozenset(),
        sets_of: Callable[[int], list[bytes] | None] = lambda payload_type: None,
        clock_rate: int = TICKS,
    ) -> None:
        self.type = self._agreed_type = payload_type
        self._sets_of = sets_of
        self._codec = CodecCheck()
        self.order = PacketOrder(announced, foreign)
        self.pictures = AccessUnitAssembler(sets, on_picture, clock_rate)
        self.other_types = self.unusable = 0
        self._timestamp = 0
        self._unit: list[bytes | bytearray] | None = None
        self._unit_timestamp = self._unit_size = 0
        self._is_suspect = self._has_bundles = False

    def packet(self, data: bytes | bytearray, start: int, end: int, now: float) -> None:
        """Take the RTP packet ``data[start:end]`` (RFC 3550, section 5.1). The bytes may change afterwards.

        Raises :class:`Refused` where it is H.265.
        """
        if end - start < 12:
            return
        first, kind, sequence, timestamp, ssrc = _header(data, start)
        if first & 0xC0 != 0x80 or (kind & 0x7F != self.type and not self._follows_type(kind & 0x7F)):
            self.other_types += 1  # its sequence number must not count: such packets repeat the one before
            return
        order = self.order
        if sequence == order.expected and ssrc == order.ssrc:
            order.expected = sequence + 1 & 0xFFFF
            self._is_suspect = False
        elif not self._in_order(sequence, ssrc, timestamp, now):
            return
        self._timestamp = timestamp
        start += 12
        if first != 0x80:
            start, end = _payload(data, start, end, first)
        if start < end:
            self._unpack(data, start, end, timestamp, now)
        if kind & 0x80 and self._unit is None:
            self.pictures.note_marker(timestamp)

    def burst(self, data: bytes | bytearray, at: int, end: int, lead: int, now: float) -> tuple[int, int]:
        """Take the interleaved frames from ``at`` on that are a whole FU-A unit, or continue the open one; returns
        where they end, and where the newest of them begins.

        ``lead`` is the first two bytes of such a frame (``$`` and channel). Nine of ten packets are of this kind, so
        looking at many at once keeps them cheap; any difference is left to :meth:`packet`.
        """
        if self._unit is not None:
            return self._continue(data, at, end, lead, self._unit)
        order = self.order
        unit = whole_unit(data, at, end, lead, 0x8000 | self.type, order.expected, order.ssrc)
        if unit is None or not self._codec.is_h264:
            return at, at
        nal, newest, behind, order.expected, timestamp, is_marked = unit
        self._timestamp, self._is_suspect = timestamp, False
        self._add(nal, timestamp, now)
        if is_marked:
            self.pictures.note_marker(timestamp)
        return behind, newest

    def _continue(
        self, data: bytes | bytearray, at: int, end: int, lead: int, unit: list[bytes | bytearray]
    ) -> tuple[int, int]:
        """Take the frames that continue the open unit and that others follow; returned is what ``burst`` returns."""
        order = self.order
        kind = unit[0][0]
        tail = pack_tail(self._unit_timestamp, order.ssrc, kind & 0xE0 | FU_A, kind & 31)
        while end - at >= 18:
            length = data[at + 2] << 8 | data[at + 3]
            size = length + UNIT_OVERHEAD_BYTES
            head, room = pack_head(lead, length, 0x8000 | self.type), (MAX_PICTURE_BYTES - self._unit_size) // size
            payloads = equal_frames(data, at, end, head, order.expected, tail, room)
            if not payloads:
                break
            unit += payloads
            count = len(payloads)
            self._unit_size += count * size
            order.expected = order.expected + count & 0xFFFF
            at += count * (4 + length)
        return at, at

    def suspect(self) -> None:
        """Framing was lost here: if a packet is missing as well, the marker of the last picture proves nothing."""
        self._is_suspect = True

    def mark_corrupt(self, now: float) -> None:
        """The packet before holds bytes that do not belong to it."""
        self._unit = None
        self.pictures.mark_incomplete(self._timestamp, now)

    def flush(self) -> None:
        """The stream is over: hand on the last picture if it is complete."""
        self._drop_unit(0.0)
        self.pictures.flush()

    def _follows_type(self, payload_type: int) -> bool:
        """Whether to take up this payload type: the agreed one always, another one while that has not come."""
        sets = [] if payload_type == self._agreed_type else self._sets_of(payload_type)
        if sets is None or (self.type == self._agreed_type and self.order.ssrc is not None):
            return False
        self.type = payload_type
        self.pictures.use_sets(sets)
        return True

    def _in_order(self, sequence: int, ssrc: int, timestamp: int, now: float) -> bool:
        is_older = timestamp == self._timestamp or bool(timestamp - self._timestamp & 0x80000000)
        outcome = self.order.classify(sequence, ssrc, is_older, now)
        if outcome == DROP:
            return False
        if outcome == STREAM_RETURNED:
            self._unit = None
            self.pictures.discard()
        elif outcome != IN_ORDER:
            self._drop_unit(now)
            self.pictures.packets_lost(0 if outcome == RESYNC else outcome, is_suspect=self._is_suspect)
        self._is_suspect = False
        return True

    def _unpack(self, data: bytes | bytearray, start: int, end: int, timestamp: int, now: float) -> None:
        kind = data[start] & 31
        if not self._codec.is_h264 and not self._codec.accepts(data, start, end):
            return
        if kind == FU_A:
            self._fragment(data, start, end, timestamp, now)
            return
        self._drop_unit(now)
        if kind == STAP_A:
            for nal in aggregate(data, start + 1, end):
                self._add(nal, timestamp, now)
        elif kind <= 23:  # section 5.6: a single NAL unit; type 0 where a start code precedes it
            self._add(bytes(data[start:end]), timestamp, now)
        else:
            self.unusable += 1
            if kind in UNUSED_PACKINGS:  # a part of the picture is gone
                self.pictures.mark_incomplete(timestamp, now)

    def _fragment(self, data: bytes | bytearray, start: int, end: int, timestamp: int, now: float) -> None:
        """FU-A (RFC 6184, section 5.8): S bit 0x80, E bit 0x40, the type of the unit in the lower five bits."""
        if end - start < 2:
            return
        flags, unit = data[start + 1], self._unit
        if flags & 0x80:
            self._drop_unit(now)
            self._unit = unit = [bytes((data[start] & 0xE0 | flags & 31,))]
            self._unit_timestamp, self._unit_size = timestamp, 0
        elif unit is None or timestamp != self._unit_timestamp:
            self._drop_unit(now)
            if 1 <= flags & 31 <= 5:
                self.pictures.mark_incomplete(timestamp, now)
            return
        self._unit_size += end - start + UNIT_OVERHEAD_BYTES
        if self._unit_size > MAX_PICTURE_BYTES:
            self._drop_unit(now)
            return
        unit.append(data[start + 2 : end])
        if flags & 0x40:
            self._unit = None
            self._add(b"".join(unit), timestamp, now)

    def _drop_unit(self, now: float) -> None:
        """Give up a fragmented unit whose last fragment did not come."""
        unit, self._unit = self._unit, None
        if unit is not None and 1 <= unit[0][0] & 31 <= 5:
            self.pictures.mark_incomplete(self._unit_timestamp, now)

    def _add(self, nal: bytes, timestamp: int, now: float) -> None:
        if is_bundle(nal, self._has_bundles):
            self._has_bundles = True
            for part in parts(nal):
                self._add_nal(part, timestamp, now)
        elif nal[-1] and len(nal) > 1:
            self.pictures.add(nal, timestamp, now)
        else:
            self._add_nal(nal.rstrip(b"\0"), timestamp, now)

    def _add_nal(self, nal: bytes, timestamp: int, now: float) -> None:
        if len(nal) > 1:
            self.pictures.add(nal, timestamp, now)
        elif nal and 1 <= nal[0] & 31 <= 5:
            self.pictures.mark_incomplete(timestamp, now)


def _payload(data: bytes | bytearray, start: int, end: int, first: int) -> tuple[int, int]:
    """Bounds of the payload between CSRC list, header extension and padding (RFC 3550, sections 5.1 and 5.3.1)."""
    start += 4 * (first & 15)
    if first & 0x10 and start + 4 <= end:
        start += 4 + 4 * (data[start + 2] << 8 | data[start + 3])
    if first & 0x20 and start < end:
        padding = data[end - 1]
        end -= padding if padding <= end - start else 0
    return start, end
