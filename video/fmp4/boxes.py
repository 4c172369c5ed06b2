"""Boxes of ISO/IEC 14496-12: a size, four letters, a payload."""

from __future__ import annotations

import struct

TIMESCALE = 90_000
u32 = struct.Struct(">I").pack
u64 = struct.Struct(">Q").pack


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return u32(8 + len(body)) + kind + body


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return box(kind, bytes([version]) + flags.to_bytes(3, "big"), *parts)
