"""RTP packets of H.264 (RFC 6184) and RTCP sender reports (RFC 3550), ready for interleaving in RTSP."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator

from examops.demo.testcam.source import Unit

MTU = 1400
FU_A = 28
NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970
PAYLOAD_TYPE = 96


class RtpStream:
    """Numbers of one session: sequence, timestamp offset and what the sender report counts."""

    def __init__(self) -> None:
        self._ssrc, self._sequence = secrets.randbits(32), secrets.randbits(16)
        self._offset = secrets.randbits(32)
        self._packets = self._octets = 0

    def interleaved(self, unit: Unit) -> bytes:
        """All packets of a picture for channel 0; the last one carries the marker."""
        payloads = [payload for nal in unit.nals for payload in payloads_of(nal)]
        last = len(payloads) - 1
        return b"".join(self._packet(payload, unit.ticks, index == last) for index, payload in enumerate(payloads))

    def sender_report(self, unit: Unit, skew_s: float) -> bytes:
        """A report for channel 1 that ties the picture's timestamp to the camera's clock (ours plus the skew)."""
        ntp = unit.wall + skew_s + NTP_EPOCH
        seconds, fraction = int(ntp) & 0xFFFFFFFF, int((ntp % 1) * 2**32)
        timestamp = (unit.ticks + self._offset) & 0xFFFFFFFF
        counts = (self._packets & 0xFFFFFFFF, self._octets & 0xFFFFFFFF)
        report = struct.pack(">BBHIIIIII", 0x80, 200, 6, self._ssrc, seconds, fraction, timestamp, *counts)
        return b"$\x01" + struct.pack(">H", len(report)) + report

    def _packet(self, payload: bytes, ticks: int, marker: bool) -> bytes:
        timestamp = (ticks + self._offset) & 0xFFFFFFFF
        kind = PAYLOAD_TYPE | (0x80 if marker else 0)
        header = struct.pack(">BBHBBHII", 0x24, 0, 12 + len(payload), 0x80, kind, self._sequence, timestamp, self._ssrc)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._packets += 1
        self._octets += len(payload)
        return header + payload


def payloads_of(nal: bytes) -> Iterator[bytes]:
    """One payload for a small NAL unit, fragments (FU-A) for a large one."""
    if len(nal) <= MTU:
        yield nal
        return
    indicator, kind = nal[0] & 0xE0 | FU_A, nal[0] & 0x1F
    for start in range(1, len(nal), MTU):
        first, last = start == 1, start + MTU >= len(nal)
        yield bytes((indicator, first << 7 | last << 6 | kind)) + nal[start : start + MTU]
