"""Whether RTP payloads are H.264 or H.265: descriptions of cameras name the wrong one of the two."""

from __future__ import annotations

from video.rtsp.errors import Refused

MIN_H265_PACKETS = 3
# First byte of VPS, SPS, PPS, aggregation packet and fragment (RFC 7798, sections 1.1.4, 4.4.2 and 4.4.3) of layer 0.
# As H.264 they would be types 0, 2 and 4: undefined, or data partitions, which no camera sends.
H265_HEADS = frozenset((0x40, 0x42, 0x44, 0x60, 0x62))
H264_TYPES = frozenset((5, 7, 8))  # ITU-T H.264, table 7-1: keyframe and parameter sets
STAP_A, FU_A = 24, 28


class CodecCheck:
    """Call ``accepts`` for each payload until ``is_h264`` is true."""

    def __init__(self) -> None:
        self.is_h264 = False
        self._h265_packets = 0

    def accepts(self, data: bytes | bytearray, start: int, end: int) -> bool:
        """False for a payload that only H.265 has. Raises :class:`Refused` after ``MIN_H265_PACKETS`` of them."""
        if data[start] in H265_HEADS and end - start > 2 and data[start + 1] == 1:  # layer 0, temporal id 1
            self._h265_packets += 1
            if self._h265_packets >= MIN_H265_PACKETS:
                raise Refused("the camera sends H.265", "not_h264")
            return False
        kind = data[start] & 31
        if kind == STAP_A and end - start > 3:
            kind = data[start + 3] & 31
        elif kind == FU_A and end - start > 1:
            kind = data[start + 1] & 31
        self.is_h264 = kind in H264_TYPES
        return True
