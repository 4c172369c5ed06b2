"""Drawn papers of the demo: one A4 page as PDF with a title, lines and the round red seal of whoever signs.

The text is in the font that every reader of Chinese PDFs brings along (ISO 32000-1, 9.7.5.2: STSong-Light with the
predefined CMap UniGB-UTF16-H), so that a paper has three kilobytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

WIDTH, HEIGHT, MARGIN = 595, 842, 64  # points: A4
TITLE, TEXT, SMALL, LEADING = 20, 12, 9, 24
PER_LINE = (WIDTH - 2 * MARGIN) // TEXT
FOOTER = "演示用的示例材料，人名、单位和数字都是虚构的"
FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [ << /Type /Font"
    " /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4"
    " >> /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [ -25 -254 1000 880 ]"
    " /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >> ] >>"
)


def paper(title: str, lines: Sequence[str], signed_by: str, day: str) -> bytes:
    """A PDF of one page; lines that are too long are broken."""
    stream = "\n".join(_page(title, lines, signed_by, day)).encode("ascii")
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 %d %d ]" % (WIDTH, HEIGHT)
            + b" /Resources << /Font << /F 4 0 R >> >> /Contents 5 0 R >>",
            FONT.encode("ascii"),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    )


def _file(objects: Sequence[bytes]) -> bytes:
    """Objects numbered from 1, with the table that says where each begins (ISO 32000-1, 7.5.4)."""
    out, begins = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        begins.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % begin for begin in begins)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def _page(title: str, lines: Sequence[str], signed_by: str, day: str) -> Iterator[str]:
    yield from _text(title, (WIDTH - TITLE * len(title)) // 2, HEIGHT - 110, TITLE)
    yield f"0.6 w {MARGIN} {HEIGHT - 126} m {WIDTH - MARGIN} {HEIGHT - 126} l S"
    at = HEIGHT - 165
    for line in lines:
        for part in (line[n : n + PER_LINE] for n in range(0, len(line), PER_LINE)):
            yield from _text(part, MARGIN, at, TEXT)
            at -= LEADING
    right = WIDTH - MARGIN - TEXT * len(signed_by)
    yield from _text(signed_by, right, 196, TEXT)
    yield from _text(day, WIDTH - MARGIN - TEXT * 7, 172, TEXT)
    yield from _seal(WIDTH - MARGIN - 70, 190)
    yield from _text(FOOTER, MARGIN, 40, SMALL)


def _text(words: str, x: int, y: int, size: int) -> Iterator[str]:
    yield f"BT /F {size} Tf {x} {y} Td <{words.encode('utf-16-be').hex()}> Tj ET"


def _seal(x: int, y: int) -> Iterator[str]:
    """A ring of four curves and a star of five points."""
    yield "q 0.78 0.1 0.1 RG 0.78 0.1 0.1 rg 2 w"
    radius, bend = 46, 46 * 0.5523
    yield f"{x + radius} {y} m"
    for a, b in (((1, 0), (0, 1)), ((0, 1), (-1, 0)), ((-1, 0), (0, -1)), ((0, -1), (1, 0))):
        ends = [(a[n] * radius + b[n] * bend, b[n] * radius + a[n] * bend, b[n] * radius) for n in (0, 1)]
        yield " ".join(f"{x + ends[0][n]:.1f} {y + ends[1][n]:.1f}" for n in range(3)) + " c"
    yield "S"
    points = [(x + 17 * math.sin(4 * math.pi * n / 5), y + 17 * math.cos(4 * math.pi * n / 5)) for n in range(5)]
    yield " ".join(f"{px:.1f} {py:.1f} {'l' if n else 'm'}" for n, (px, py) in enumerate(points)) + " f Q"
