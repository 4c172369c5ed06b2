"""Width and height of an H.264 sequence parameter set (ITU-T H.264, 7.3.2.1.1), and whether pictures may be fields."""

from __future__ import annotations

from video.pictures import Params

# profile_idc values whose set names the chroma format (ITU-T H.264, 7.3.2.1.1)
PROFILES_WITH_CHROMA = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}


class _Bits:
    """Reads bits and Exp-Golomb codes (ITU-T H.264, 9.1) without emulation prevention bytes (7.4.1.1).

    Reads zeros past the end.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data.replace(b"\0\0\3", b"\0\0")
        self._at = 0

    def bit(self) -> int:
        byte = self._data[self._at >> 3] if self._at >> 3 < len(self._data) else 0
        value = byte >> (7 - (self._at & 7)) & 1
        self._at += 1
        return value

    def bits(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | self.bit()
        return value

    def unsigned(self) -> int:
        zeros = 0
        while not self.bit() and zeros < 32:
            zeros += 1
        return (1 << zeros) - 1 + self.bits(zeros)

    def signed(self) -> int:
        value = self.unsigned()
        return (value + 1) // 2 if value & 1 else -(value // 2)


def read_params(sps: bytes, pps: bytes) -> Params | None:
    """The parameters that an SPS and a PPS describe; None where the size cannot be right."""
    if len(sps) < 4:
        return None
    width, height, _ = _size(sps)
    if not 16 <= width <= 16384 or not 16 <= height <= 16384:
        return None
    return Params(sps, pps, width, height, "avc1." + sps[1:4].hex())


def is_interlaced(sps: bytes) -> bool:
    """Whether a picture may come as two fields with one time stamp (``frame_mbs_only_flag`` is 0)."""
    return len(sps) >= 4 and not _size(sps)[2]


def _size(sps: bytes) -> tuple[int, int, bool]:
    bits = _Bits(sps[4:])
    bits.unsigned()
    chroma = 1
    if sps[1] in PROFILES_WITH_CHROMA:
        chroma = _high_profile(bits)
    bits.unsigned()
    _picture_order(bits)
    bits.unsigned()
    bits.bit()
    columns, rows = bits.unsigned() + 1, bits.unsigned() + 1
    is_frame_only = bits.bit()
    if not is_frame_only:
        bits.bit()
    bits.bit()
    left, right, top, bottom = (bits.unsigned() for _ in range(4)) if bits.bit() else (0, 0, 0, 0)
    step_x, step_y = (2 if chroma in (1, 2) else 1), (2 if chroma == 1 else 1) * (2 - is_frame_only)
    width = columns * 16 - (left + right) * step_x
    return width, rows * 16 * (2 - is_frame_only) - (top + bottom) * step_y, bool(is_frame_only)


def _high_profile(bits: _Bits) -> int:
    chroma = bits.unsigned()
    if chroma == 3:
        bits.bit()
    bits.unsigned()
    bits.unsigned()
    bits.bit()
    if bits.bit():
        for index in range(12 if chroma == 3 else 8):
            if bits.bit():
                _scaling_list(bits, 16 if index < 6 else 64)
    return chroma


def _scaling_list(bits: _Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _picture_order(bits: _Bits) -> None:
    kind = bits.unsigned()
    if kind == 0:
        bits.unsigned()
    elif kind == 1:
        bits.bit()
        bits.signed()
        bits.signed()
        for _ in range(min(bits.unsigned(), 255)):
            bits.signed()
