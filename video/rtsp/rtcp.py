"""RTCP sender reports (RFC 3550, section 6.4.1): the camera's own wall clock."""

from __future__ import annotations

EPOCH = 2_208_988_800  # seconds from 1900 (NTP, RFC 3550, section 4) to 1970
ERA = 1 << 32
SENDER_REPORT = 200


def sender_report_time(data: bytes | bytearray, start: int, end: int, near: float) -> float | None:
    """The wall clock (seconds since 1970) in the first sender report of the compound packet ``data[start:end]``.

    None without a report, and for the time 0, which stands for "no wall clock" (RFC 3550, section 6.4.1). The 32-bit
    seconds wrap in 2036; the era nearest to ``near`` (seconds since 1970) is taken.
    """
    while end - start >= 8 and data[start] & 0xC0 == 0x80:
        if data[start + 1] == SENDER_REPORT and end - start >= 20:
            return _time(data, start + 8, near)
        start += 4 + 4 * (data[start + 2] << 8 | data[start + 3])
    return None


def _time(data: bytes | bytearray, at: int, near: float) -> float | None:
    seconds, part = int.from_bytes(data[at : at + 4], "big"), int.from_bytes(data[at + 4 : at + 8], "big")
    if not seconds and not part:
        return None
    found = seconds - EPOCH
    return found + ERA * round((near - found) / ERA) + part / ERA
