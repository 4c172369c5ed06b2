"""Cells beyond the limits of a sheet, found before a reader makes a rectangle that holds them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import IO
from xml.etree import ElementTree

from examops.sheets.bounded_child import Refused

PIECE, OVERLAP = 1 << 20, 4096
DIGITS, LETTERS = "0-9", "A-Z"
# A cell with a value, as every usual program writes it. What is written otherwise is measured after it was read.
CELL = rb' r="(%s)"[^<>/]*>\s*<(?!/)'
ANY_CELL = re.compile(CELL % rb"[A-Z]{1,3}\d{1,7}")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def letters(column: int) -> str:
    """The letters of column ``column``, from 1."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def position(address: str) -> tuple[int, int]:
    """Row and column of "B7", both from 1: ``(7, 2)``."""
    name = address.rstrip("0123456789")
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - 64
    return int(address[len(name) :]), column


def later_than(last: str, alphabet: str) -> str:
    """A pattern for row numbers or column letters after ``last``: longer ones, and later ones of the same length."""
    end = alphabet[-1]
    same_length = [
        f"{last[:at]}[{chr(ord(mark) + 1)}-{end}][{alphabet}]{{{len(last) - at - 1}}}"
        for at, mark in enumerate(last)
        if mark != end
    ]
    return "|".join([*same_length, f"[{alphabet}]{{{len(last) + 1},7}}"])


@cache
def far_cell(rows: int, columns: int) -> re.Pattern[bytes]:
    """A cell with a value below row ``rows`` or right of column ``columns``."""
    wide, deep = later_than(letters(columns), LETTERS), later_than(str(rows), DIGITS)
    return re.compile(CELL % rf"(?:{wide})\d{{1,7}}|[A-Z]{{1,3}}(?:{deep})".encode())


def pieces(part: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that overlap, so that a cell cut in two is whole in the next one."""
    tail = b""
    while piece := part.read(PIECE):
        yield tail + piece
        tail = piece[-OVERLAP:]


@dataclass(frozen=True)
class Extent:
    """How far an XLSX sheet reaches in which a pattern of :func:`far_cell` was found."""

    archive: zipfile.ZipFile
    part: str

    def refuse(self, rows: int, columns: int, opened_cells: int) -> None:
        """As :func:`refuse_beyond`, unless its rectangle has at most ``opened_cells`` cells: it can be opened to see
        whether there is more than blanks."""
        last_row = last_column = 0
        for row, column in self._cells():
            last_row, last_column = max(last_row, row), max(last_column, column)
        if last_row * last_column > opened_cells:
            refuse_beyond(self._cells(), rows, columns)

    def _cells(self) -> Iterator[tuple[int, int]]:
        with self.archive.open(self.part) as sheet:
            for piece in pieces(sheet):
                yield from (position(match[1].decode()) for match in ANY_CELL.finditer(piece))


def refuse_beyond(cells: Iterable[tuple[int, int]], rows: int, columns: int) -> None:
    """Raise :class:`Refused` for cells (row, column from 1) beyond the limits: a sheet of too many rows or columns, or
    one that is small but for a few cells far away. Nothing is raised when all lie within."""
    used_rows, used_columns, far = set(), set(), set()
    for row, column in cells:
        used_rows.add(row)
        used_columns.add(column)
        if row > rows or column > columns:
            far.add((row, column))
    if len(used_rows) > rows:
        raise Refused("rows", rows=len(used_rows))
    if len(used_columns) > columns:
        raise Refused("columns", columns=len(used_columns), limit=columns)
    if far:
        row, column = min(far)
        raise Refused("far_cell", cell=f"{letters(column)}{row}", count=len(far))


def parts_by_sheet(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → name of its part in an XLSX; empty for other kinds of workbooks."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - in a bounded process
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (KeyError, ElementTree.ParseError):
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = {sheet.get("name", ""): targets.get(sheet.get(RELATION), "") for sheet in book.iterfind(".//{*}sheet")}
    return {name: t.lstrip("/") if t.startswith("/") else f"xl/{t}" for name, t in sheets.items() if t}
