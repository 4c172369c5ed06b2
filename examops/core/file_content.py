"""What an uploaded file is, by its bytes alone: names and declared types are not asked."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

MIME = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
PDF_TAIL = 2048  # bytes at the end of a PDF within which %%EOF stands
PDF_PAGE = re.compile(rb"/Type\s*/Page[^s]")
PNG_HEAD, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
JPEG_HEAD, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
# Start-of-frame markers of JPEG; C4, C8 and CC in that range mean other things.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Content:
    """``format`` is pdf, jpeg or png; ``pages`` is 0 where the file does not say it openly."""

    format: str
    pages: int


def content_of(data: bytes) -> Content | None:
    """By its first and last bytes; None for anything else. A file that begins as one format and ends as nothing is
    cut off, and is none."""
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-PDF_TAIL:]:
        return Content("pdf", len(PDF_PAGE.findall(data)))
    if data.startswith(JPEG_HEAD) and data.rstrip(b"\0").endswith(JPEG_END):
        return Content("jpeg", 1)
    if data.startswith(PNG_HEAD) and data.endswith(PNG_END):
        return Content("png", 1)
    return None


def declared_size(data: bytes) -> tuple[int, int] | None:
    """Width and height by the header of a PNG or JPEG, without decoding it; None for anything else."""
    if data.startswith(PNG_HEAD) and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    return _jpeg_size(data) if data.startswith(JPEG_HEAD[:2]) else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 1 if marker == 0xFF else 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None
