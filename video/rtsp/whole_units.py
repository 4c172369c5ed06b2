"""Fragmented units that lie in the buffer from their first frame to their last, taken in a few calls.

Nearly every packet of a camera is a fragment (FU-A, RFC 6184, section 5.8) of a unit that one read brings whole: a
first, many of the same length, a last. Taken one by one they were half of what recording costs, so here one function
compares them all at once and is longer than others. It takes only what :meth:`Depacketiser.packet` would take in the
same way; whatever is different in any byte of a header is left to that.
"""

from __future__ import annotations

import struct

from video.rtsp.frame_runs import FRAME_HEAD, RTP_AND_FU, pack_head, pack_tail, reader_of

FU_A, FIRST, LAST, MARKER, DOLLAR = 28, 0x80, 0x40, 0x80, 0x24  # RFC 6184, table 1 and section 5.8; RFC 3550, 5.1
MAX_FRAMES = 128  # of one unit
BYTES = tuple(bytes((value,)) for value in range(256))
_header = struct.Struct(">HHHHIIBB").unpack_from  # `$` and channel, length, RTP flags and type, number, stamp, SSRC, FU


def whole_unit(
    data: bytes | bytearray, at: int, end: int, lead: int, flags: int, number: int, ssrc: int | None
) -> tuple[bytes, int, int, int, int, bool] | None:
    """The unit whose first frame begins at ``at``, if it ends before ``end`` and a ``$`` follows, or there.

    Returned are the unit as it was before it was fragmented, where the last of its frames begins and ends, the number
    of the packet that should follow, its time stamp, and whether the marker stood on its last packet. ``lead`` is ``$``
    and channel, ``flags`` the RTP version and payload type in two bytes; the first frame has ``number`` and ``ssrc``.
    """
    if end - at < FRAME_HEAD + RTP_AND_FU or data[at + 17] & 0xE0 != FIRST:
        return None
    length, header = data[at + 2] << 8 | data[at + 3], data[at + 17]
    kind, step = header & 31, length + FRAME_HEAD
    if length < RTP_AND_FU:
        return None
    column = data[at + step + 17 : min(end, at + MAX_FRAMES * step) : step]  # the FU headers behind the first one
    count = 1 + len(column) - len(column.lstrip(BYTES[kind]))
    last = at + count * step
    if last + FRAME_HEAD + RTP_AND_FU > end:
        return None
    mark, rest, marked, following, stamp, sender, indicator, ending = _header(data, last)
    behind = last + FRAME_HEAD + rest
    if mark != lead or marked & ~MARKER != flags or following != number + count or sender != ssrc:
        return None
    if indicator & 31 != FU_A or ending != LAST | kind or rest < RTP_AND_FU or behind > end:
        return None
    if behind < end and data[behind] != DOLLAR:
        return None
    fields = reader_of(length - RTP_AND_FU, count)(data, at)
    tails, tail = fields[2::4], pack_tail(stamp, sender, indicator, header)
    if fields[::4].count(pack_head(lead, length, flags)) != count or fields[1::4] != tuple(range(number, following)):
        return None
    if tails[0] != tail or tails.count(tail[:9] + BYTES[kind]) != count - 1:
        return None
    nal = b"".join((BYTES[indicator & 0xE0 | kind], *fields[3::4], data[last + 18 : behind]))
    return nal, last, behind, following + 1 & 0xFFFF, stamp, marked != flags
