"""The date system and the hidden rows of an old workbook: BIFF records ([MS-XLS]) in a compound file ([MS-CFB])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

DATE_MODE, BOUND_SHEET, ROW, END_OF_PART, START = 0x0022, 0x0085, 0x0208, 0x000A, 0x0809
ROW_IS_HIDDEN = 0x20  # fDyZero, [MS-XLS] 2.4.221
STREAMS = ("Workbook", "Book")
MINI_FROM, ENTRY = 4096, 128
LAST_SECTOR = 0xFFFFFFFA


def marks_of(data: bytes, index: int) -> tuple[bool, frozenset[int]]:
    """Whether days are counted from 1904, and the hidden rows (from 1) of the sheet at ``index`` from 0.

    Raises struct.error, IndexError, KeyError or ValueError for a file that is not as the standards say.
    """
    stream = CompoundFile(data).stream(STREAMS)
    from_1904, places = False, []
    for kind, body in _records(stream, 0):
        if kind == DATE_MODE:
            from_1904 = struct.unpack_from("<H", body)[0] == 1
        elif kind == BOUND_SHEET:
            places.append(struct.unpack_from("<I", body)[0])
    rows = (body for kind, body in _records(stream, places[index]) if kind == ROW)
    hidden = {struct.unpack_from("<H", body)[0] + 1 for body in rows if body[12] & ROW_IS_HIDDEN}
    return from_1904, frozenset(hidden)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream up to its EOF; those of embedded charts are passed over."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + size]
        at += 4 + size
        depth += (kind == START) - (kind == END_OF_PART)
        if depth <= 1 and len(body) == size:
            yield kind, body
        if depth <= 0:
            return


class CompoundFile:
    """Streams by name. Chains of sectors are followed at most as far as the file is long."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = 1 << min(struct.unpack_from("<H", data, 30)[0], 16)
        first_folder, first_mini, first_difat = (struct.unpack_from("<I", data, at)[0] for at in (48, 60, 68))
        self.table = self._allocation(first_difat)
        self.folder = self._chain(first_folder)
        root = self._entry(0)
        self.mini_table = _numbers(self._chain(first_mini))
        self.mini = self._chain(root[1])

    def stream(self, names: tuple[str, ...]) -> bytes:
        entries = {name: (start, size) for name, start, size in map(self._entry, range(len(self.folder) // ENTRY))}
        start, size = next(entries[name] for name in names if name in entries)
        return (self._mini_chain(start) if size < MINI_FROM else self._chain(start))[:size]

    def _entry(self, index: int) -> tuple[str, int, int]:
        entry = self.folder[index * ENTRY : (index + 1) * ENTRY]
        length = struct.unpack_from("<H", entry, 64)[0]
        start, size = struct.unpack_from("<II", entry, 116)
        return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"), start, size

    def _sector(self, number: int) -> bytes:
        return self.data[(number + 1) * self.size : (number + 2) * self.size]

    def _allocation(self, difat: int) -> tuple[int, ...]:
        sectors = list(struct.unpack_from("<109I", self.data, 76))
        for _ in range(len(self.data) // self.size):
            if difat >= LAST_SECTOR:
                break
            *more, difat = _numbers(self._sector(difat))
            sectors += more
        return _numbers(b"".join(self._sector(number) for number in sectors if number < LAST_SECTOR))

    def _chain(self, number: int) -> bytes:
        found: list[bytes] = []
        while number < LAST_SECTOR and len(found) * self.size <= len(self.data):
            found.append(self._sector(number))
            number = self.table[number]
        return b"".join(found)

    def _mini_chain(self, number: int) -> bytes:
        found: list[bytes] = []
        while number < LAST_SECTOR and len(found) <= len(self.mini_table):
            found.append(self.mini[number * 64 : number * 64 + 64])
            number = self.mini_table[number]
        return b"".join(found)


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
