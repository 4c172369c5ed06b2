"""Boxes of ISO/IEC 14496-12, 4.2: a 32-bit size, a type of four letters, a payload."""

from __future__ import annotations

import struct

TIMESCALE = 90_000  # ticks per second, as RTP counts video (RFC 6184, section 5.1)
u32 = struct.Struct(">I").pack
u64 = struct.Struct(">Q").pack


def box(kind: bytes, *parts: bytes) -> bytes:
    """A Box with the parts one after the other as its payload."""
    body = b"".join(parts)
    return u32(8 + len(body)) + kind + body


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A FullBox: a Box that begins with a version and 24 bits of flags."""
    return box(kind, bytes([version]) + flags.to_bytes(3, "big"), *parts)
