"""A file or a paste as rows of cells with the numbers of the spreadsheet. Limits are checked before anything else.

Raises :class:`Refused`; its codes are worded in ``examops.eligibility.roster.reading``.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import python_calamine as calamine

from examops.sheets.bounded_child import Refused
from examops.sheets.characters import visible_cells
from examops.sheets.far_cells import far_cell, parts_by_sheet, pieces, refuse_beyond, refuse_xlsx

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DIRECTORY_ENTRY = b"PK\x01\x02"
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Strict UTF-8 almost never accepts GBK text, so it is tried first. GB 18030 contains GBK and GB 2312.
GUESSES = ("utf-8", "gb18030")
MB = 1 << 20
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
class SheetLimits:
    """``rows`` of people below at most ``header_rows`` rows of titles and headers."""

    rows: int
    bytes: int
    unpacked_bytes: int
    entries: int
    columns: int
    header_rows: int

    @property
    def last_row(self) -> int:
        return self.rows + self.header_rows

    def check_rows(self, found: int) -> None:
        if found > self.last_row:
            raise Refused("rows", rows=found)


def read_file(data: bytes, sheet: str, limits: SheetLimits) -> Table:
    """XLSX, XLSB, ODS, XLS or CSV by its content, not by its name."""
    if len(data) > limits.bytes:
        raise Refused("file_bytes", size=len(data) / MB, limit=limits.bytes // MB)
    if data.startswith(ZIP):
        return _read_zip(data, sheet, limits)
    if data.startswith(OLE):
        return _read_workbook(data, sheet, limits)
    limits.check_rows(data.count(b"\n"))
    return read_text(_decoded(data), limits)


def read_text(text: str, limits: SheetLimits) -> Table:
    """CSV text, or what a spreadsheet puts on the clipboard (tabs between cells)."""
    head = text.lstrip()[:256].lower()
    if head.startswith(("<html", "<!doctype", "<?xml", "<table", "%pdf")) or _is_binary(text[:4096]):
        raise Refused("not_a_table")
    limits.check_rows(text.count("\n"))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return Table(_bounded(([*row] for row in lines), limits))
    except csv.Error as error:
        raise Refused("csv", line=lines.line_num) from error


def _is_binary(head: str) -> bool:
    return head.count("\0") * BINARY_SHARE > len(head)


def _delimiter(text: str) -> str:
    """The delimiter that is most frequent in the first lines."""
    head = "\n".join(text.splitlines()[:5]) if len(text) < 1_000_000 else text[:4000]
    return max("\t,;", key=head.count)


def _bounded(rows: Iterable[Cells], limits: SheetLimits) -> list[Cells]:
    found: list[Cells] = []
    for row in rows:
        if len(row) > limits.columns:
            raise Refused("row_columns", row=len(found) + 1, columns=len(row), limit=limits.columns)
        found.append(row)
    return _filled(found)


def _filled(rows: list[Cells]) -> list[Cells]:
    while rows and not any(cell not in ("", None) for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise Refused("empty")
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
    raise Refused("encoding")


def _read_zip(data: bytes, sheet: str, limits: SheetLimits) -> Table:
    """Check the sizes that the archive declares, then unpack within them: calamine trusts the declaration and would
    unpack without a limit."""
    try:
        # Counted before an object is made of each: an archive of 32 MB may list 700,000.
        _check_entries(data.count(DIRECTORY_ENTRY), limits)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(len(entries), limits)
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > limits.unpacked_bytes:
                raise Refused("unpacked_bytes", size=unpacked // MB, limit=limits.unpacked_bytes // MB)
            far_parts = {entry.filename for entry in entries if _has_far_cell(archive, entry, limits)}
            names = parts_by_sheet(archive) if far_parts else {}
            far_sheets = {name: part for name, part in names.items() if part in far_parts}
            return _read_workbook(data, sheet, limits, archive, far_sheets)
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise Refused("broken") from error


def _check_entries(found: int, limits: SheetLimits) -> None:
    if found > limits.entries:
        raise Refused("entries", parts=found, limit=limits.entries)


def _has_far_cell(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: SheetLimits) -> bool:
    """Unpack the whole part; zipfile raises BadZipFile where the content does not match declared size and CRC."""
    is_sheet, found = entry.filename.startswith("xl/worksheets/"), False
    pattern = far_cell(limits.last_row, limits.columns)
    with archive.open(entry) as part:
        for piece in pieces(part):
            found = found or (is_sheet and pattern.search(piece) is not None)
    return found


def _read_workbook(
    data: bytes,
    sheet: str,
    limits: SheetLimits,
    archive: zipfile.ZipFile | None = None,
    far_sheets: dict[str, str] | None = None,
) -> Table:
    """``far_sheets`` (name → part of ``archive``) hold a cell beyond the limits: calamine must not open them."""
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            names = _visible(book)
            for name in [sheet] if sheet in names else names:
                if archive and far_sheets and name in far_sheets:
                    refuse_xlsx(archive, far_sheets[name], limits.last_row, limits.columns)
                found = book.get_sheet_by_name(name)
                if found.height:
                    return Table(_rows(found, limits), name, tuple(other for other in names if other != name))
    except calamine.PasswordError as error:
        raise Refused("locked") from error
    except calamine.CalamineError as error:
        raise Refused("not_excel") from error
    raise Refused("empty")


def _rows(found: calamine.CalamineSheet, limits: SheetLimits) -> list[Cells]:
    if found.total_height > limits.last_row or found.total_width > limits.columns:
        row, column = found.start or (0, 0)
        filled = (
            (row + at + 1, column + to + 1)
            for at, cells in enumerate(found.iter_rows())
            for to, cell in enumerate(cells)
            if cell not in ("", None)
        )
        refuse_beyond(filled, limits.last_row, limits.columns)
    return _filled(found.to_python(skip_empty_area=False))


def _visible(book: calamine.CalamineWorkbook) -> list[str]:
    shown = [one.name for one in book.sheets_metadata if one.visible == calamine.SheetVisibleEnum.Visible]
    return shown or list(book.sheet_names)
