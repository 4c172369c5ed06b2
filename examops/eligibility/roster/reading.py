"""A file or a paste as rows of cells with the numbers of the spreadsheet. Limits are checked before anything else."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import python_calamine as calamine

from config.rulebook import Rulebook, rulebook
from examops.core.language import N_
from examops.eligibility.roster.characters import visible_cells
from examops.eligibility.roster.refusals import (
    ROWS,
    RosterEmpty,
    RosterLocked,
    RosterNotATable,
    RosterTooBig,
    RosterTooLong,
    RosterUnreadableText,
)

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Strict UTF-8 almost never accepts GBK text, so it is tried first. GB 18030 contains GBK and GB 2312.
GUESSES = ("utf-8", "gb18030")
PIECE = 1 << 20
BINARY_SHARE = 10  # one NUL in so many characters is another kind of file; a single one is a fault of its cell
Cells = list[Any]


@dataclass(frozen=True)
class Table:
    """``rows`` start at row 1 of the sheet, so ``rows[i]`` is row ``i + 1``. ``other_sheets`` were not read.

    Control characters and halves of surrogate pairs stand in the cells as pictures, see ``characters.py``.
    """

    rows: list[Cells]
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limits:
    rows: int
    bytes: int
    unpacked_bytes: int
    entries: int
    columns: int
    header_rows: int

    @classmethod
    def of(cls, book: Rulebook | None = None) -> Limits:
        rules = book or rulebook()
        names = ("rows_max", "bytes_max", "unpacked_bytes_max", "entries_max", "columns_max", "header_search_rows")
        return cls(*(rules[f"roster.{name}"].on_latest().value for name in names))

    def check_rows(self, found: int) -> None:
        """Raise when there are more rows than a header block and the limit allow."""
        if found > self.rows + self.header_rows:
            raise RosterTooLong(ROWS, rows=found, limit=self.rows)


def read_file(data: bytes, *, sheet: str = "", limits: Limits | None = None) -> Table:
    """XLSX, XLS or CSV by its content, not by its name. Raises a :class:`RosterRefused`."""
    limits = limits or Limits.of()
    if len(data) > limits.bytes:
        raise RosterTooBig(
            N_("文件 {size:.1f} MB，上限 {limit} MB"), size=len(data) / 1048576, limit=limits.bytes // 1048576
        )
    if data.startswith(ZIP):
        _check_unpacked(data, limits)
        return _read_workbook(data, sheet, limits)
    if data.startswith(OLE):
        return _read_workbook(data, sheet, limits)
    limits.check_rows(data.count(b"\n"))
    return read_text(_decoded(data), limits=limits)


def read_text(text: str, *, limits: Limits | None = None) -> Table:
    """CSV text, or what a spreadsheet puts on the clipboard (tabs between cells)."""
    limits = limits or Limits.of()
    head = text.lstrip()[:256].lower()
    if head.startswith(("<html", "<!doctype", "<?xml", "<table", "%pdf")) or _is_binary(text[:4096]):
        raise RosterNotATable(N_("文件不是表格（可能是网页或其他格式改了后缀）"))
    limits.check_rows(text.count("\n"))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return Table(_bounded(([*row] for row in lines), limits))
    except csv.Error as error:
        raise RosterNotATable(N_("CSV 第 {line} 行读不下去"), line=lines.line_num) from error


def _is_binary(head: str) -> bool:
    return head.count("\0") * BINARY_SHARE > len(head)


def _delimiter(text: str) -> str:
    """The mark that stands most often in the first lines; a header is enough to tell."""
    head = "\n".join(text.splitlines()[:5]) if len(text) < 1_000_000 else text[:4000]
    return max("\t,;", key=head.count)


def _bounded(rows: Iterable[Cells], limits: Limits) -> list[Cells]:
    found: list[Cells] = []
    for row in rows:
        if len(row) > limits.columns:
            raise RosterNotATable(
                N_("第 {row} 行有 {columns} 列，上限 {limit} 列"),
                row=len(found) + 1,
                columns=len(row),
                limit=limits.columns,
            )
        found.append(row)
    return _filled(found)


def _filled(rows: list[Cells]) -> list[Cells]:
    while rows and not any(cell not in ("", None) for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise RosterEmpty()
    return [visible_cells(row) for row in rows]


def _decoded(data: bytes) -> str:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _strictly(data, (encoding,))
    return _strictly(data, GUESSES)


def _strictly(data: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding, "surrogatepass")  # half a pair is a fault of its cell, not of the file
        except UnicodeDecodeError:
            continue
    raise RosterUnreadableText()


def _check_unpacked(data: bytes, limits: Limits) -> None:
    """What the archive says of itself is judged first, then proven: the reader behind us believes it and would unpack
    whatever comes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > limits.entries:
                raise RosterTooBig(
                    N_("文件里有 {parts} 个部分，上限 {limit} 个"), parts=len(entries), limit=limits.entries
                )
            _check_size(sum(entry.file_size for entry in entries), limits)
            for entry in entries:
                with archive.open(entry) as part:
                    while part.read(PIECE):  # fails when more comes than was said, or other bytes
                        pass
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise RosterNotATable(N_("文件已损坏")) from error


def _check_size(unpacked: int, limits: Limits) -> None:
    if unpacked > limits.unpacked_bytes:
        raise RosterTooBig(
            N_("文件解压后 {size} MB，上限 {limit} MB"),
            size=unpacked // 1048576,
            limit=limits.unpacked_bytes // 1048576,
        )


def _read_workbook(data: bytes, sheet: str, limits: Limits) -> Table:
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            names = _visible(book)
            found = _first_with_cells(book, [sheet] if sheet in names else names)
            limits.check_rows(found.height)
            if found.total_width > limits.columns:
                raise RosterNotATable(
                    N_("工作表有 {columns} 列，上限 {limit} 列"), columns=found.total_width, limit=limits.columns
                )
            rows = _filled(found.to_python(skip_empty_area=False))
    except calamine.PasswordError as error:
        raise RosterLocked() from error
    except calamine.CalamineError as error:
        raise RosterNotATable(N_("文件已损坏，或不是 Excel 表格")) from error
    return Table(rows, found.name, tuple(other for other in names if other != found.name))


def _visible(book: calamine.CalamineWorkbook) -> list[str]:
    shown = [one.name for one in book.sheets_metadata if one.visible == calamine.SheetVisibleEnum.Visible]
    return shown or list(book.sheet_names)


def _first_with_cells(book: calamine.CalamineWorkbook, names: list[str]) -> calamine.CalamineSheet:
    for name in names:
        found = book.get_sheet_by_name(name)
        if found.height:
            return found
    raise RosterEmpty()
