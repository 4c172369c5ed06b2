"""A workbook as Excel 97–2003 wrote it (.xls): BIFF8 records in a compound file, enough for texts, numbers and days."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date
from typing import Any

SECTOR, END, FREE = 512, 0xFFFFFFFE, 0xFFFFFFFF
GENERAL, DAY = 0, 1  # places in the list of cell formats; number format 14 is a short date
EPOCH = date(1899, 12, 30)


def xls(
    sheets: dict[str, Sequence[Sequence[Any]]],
    hidden: Sequence[str] = (),
    *,
    hidden_rows: Sequence[int] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    from_1904: bool = False,
) -> bytes:
    """Sheets by name; a cell is a text, a number, a day or None. ``hidden_rows`` from 1; ``merged`` are (first
    row, last row, first column, last column) from 0; both of every sheet."""
    texts = list(
        dict.fromkeys(cell for rows in sheets.values() for row in rows for cell in row if isinstance(cell, str))
    )
    bodies = [_sheet(rows, texts, hidden_rows, merged) for rows in sheets.values()]
    places = [0] * len(bodies)
    for _ in range(2):  # the first round tells how long the globals are
        head = _globals(list(sheets), hidden, places, texts, from_1904)
        places = [len(head) + sum(map(len, bodies[:n])) for n in range(len(bodies))]
    return _compound(head + b"".join(bodies))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _bof(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))


def _globals(names: list[str], hidden: Sequence[str], places: list[int], texts: list[str], from_1904: bool) -> bytes:
    formats = b"".join(_record(0x00E0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 14))
    bound = b"".join(
        _record(0x0085, struct.pack("<IBBBB", at, name in hidden, 0, len(name), 1) + name.encode("utf-16-le"))
        for name, at in zip(names, places, strict=True)
    )
    shared = b"".join(struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in texts)
    strings = _record(0x00FC, struct.pack("<II", len(texts), len(texts)) + shared)
    page = _record(0x0042, struct.pack("<H", 1200)) + _record(0x0022, struct.pack("<H", from_1904))
    return _bof(0x0005) + page + formats + bound + strings + _record(0x000A, b"")


def _sheet(
    rows: Sequence[Sequence[Any]],
    texts: list[str],
    hidden_rows: Sequence[int],
    merged: Sequence[tuple[int, int, int, int]],
) -> bytes:
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    cells = b"".join(_cell(at, column, cell, texts) for at, row in enumerate(rows) for column, cell in enumerate(row))
    # ROW with fDyZero, MERGECELLS ([MS-XLS] 2.4.221, 2.4.168)
    heads = b"".join(_record(0x0208, struct.pack("<HHHHIHH", row - 1, 0, 9, 300, 0, 0x0120, 15)) for row in hidden_rows)
    merges = b"".join(struct.pack("<HHHH", *one) for one in merged)
    merges = _record(0x00E5, struct.pack("<H", len(merged)) + merges) if merged else b""
    return _bof(0x0010) + _record(0x0200, size) + heads + cells + merges + _record(0x000A, b"")


def _cell(row: int, column: int, cell: Any, texts: list[str]) -> bytes:
    if cell is None:
        return b""
    if isinstance(cell, str):
        return _record(0x00FD, struct.pack("<HHHI", row, column, GENERAL, texts.index(cell)))
    number, look = ((cell - EPOCH).days, DAY) if isinstance(cell, date) else (cell, GENERAL)
    return _record(0x0203, struct.pack("<HHHd", row, column, look, number))


def _compound(stream: bytes) -> bytes:
    """One stream called Workbook. Below 4096 bytes it would belong into the store of small ones, so it is filled up."""
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % SECTOR)
    count = len(stream) // SECTOR
    chain = [0xFFFFFFFD, END, *range(3, count + 2), END]  # the table itself, the folder, the stream
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(SECTOR, b"\xff")
    assert len(table) == SECTOR, "this little writer has one sector for its table: 126 sectors of content"
    folder = _entry("Root Entry", 5, 1, END, 0) + _entry("Workbook", 2, FREE, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<I", 0).ljust(436, b"\xff")
    return head + table + folder.ljust(SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", FREE, FREE, child)
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
