"""What calamine does not give: the date system of a workbook, and the rows that it hides. By kind of file.

Nothing is raised for a file that deviates from its standard: what cannot be found is taken as not there.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from examops.sheets import xls_records, xlsb_records
from examops.sheets.far_cells import OVERLAP, PIECE, parts_by_sheet

BOOK_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904=[\"'](?:1|true|on)[\"']")
ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]{0,2000})>")
ROW_NUMBER = re.compile(rb"(?<![\w:])r=[\"'](\d{1,7})[\"']")
HIDDEN = re.compile(rb"(?<![\w:])hidden=[\"'](?:1|true|on)[\"']")
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
MAX_ODS_ROWS = 1 << 20
ODS_CONTENT, XLSB_BOOK, XLSX_BOOK = "content.xml", "xl/workbook.bin", "xl/workbook.xml"
FAULTS = (KeyError, IndexError, ValueError, UnicodeError, struct.error, ElementTree.ParseError, zipfile.BadZipFile)
Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Marks:
    """``hidden_rows`` from 1; ``merges`` as ((row, column), (last row, last column)) from 0, of ODS only."""

    from_1904: bool = False
    hidden_rows: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = ()


def marks_of(
    data: bytes, archive: zipfile.ZipFile | None, sheet: str, index: int, hiding_parts: Collection[str]
) -> Marks:
    """The marks of the sheet called ``sheet``, the one at ``index`` from 0 of all. Of XLSX, rows are looked at in
    ``hiding_parts`` alone, which have the word: most sheets hide nothing."""
    try:
        if archive is None:
            return Marks(*xls_records.marks_of(data, index))
        names = set(archive.namelist())
        if XLSX_BOOK in names:
            return _xlsx(archive, sheet, hiding_parts)
        if XLSB_BOOK in names:
            return Marks(*xlsb_records.marks_of(archive, sheet))
        return _ods(archive, sheet) if ODS_CONTENT in names else Marks()
    except FAULTS:
        return Marks()


def _xlsx(archive: zipfile.ZipFile, sheet: str, hiding_parts: Collection[str]) -> Marks:
    from_1904 = BOOK_1904.search(archive.read(XLSX_BOOK)) is not None
    part = parts_by_sheet(archive).get(sheet)
    if part is None or part not in hiding_parts:
        return Marks(from_1904)
    hidden, row = set(), 0
    for attributes in _rows_of(archive, part):
        number = ROW_NUMBER.search(attributes)
        row = int(number[1]) if number else row + 1
        if HIDDEN.search(attributes):
            hidden.add(row)
    return Marks(from_1904, frozenset(hidden))


def _rows_of(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The attributes of every row, each once though the pieces overlap."""
    with archive.open(part) as stream:
        tail, start, done = b"", 0, -1
        while piece := stream.read(PIECE):
            text = tail + piece
            for found in ROW.finditer(text):
                if start + found.start() > done:
                    done = start + found.start()
                    yield found[1]
            tail = text[-OVERLAP:]
            start += len(text) - len(tail)


def _ods(archive: zipfile.ZipFile, sheet: str) -> Marks:
    """OpenDocument 1.3 part 3, 9.1.3 (rows), 9.1.4 (cells that span others)."""
    hidden: set[int] = set()
    merges: list[Merge] = []
    with archive.open(ODS_CONTENT) as stream:
        inside, row = False, 0
        for event, element in ElementTree.iterparse(stream, ("start", "end")):  # noqa: S314 - in a bounded process
            if element.tag == f"{TABLE}table" and event == "start":
                inside, row = element.get(f"{TABLE}name") == sheet, 0
            elif event == "end" and element.tag == f"{TABLE}table-row":
                if inside:
                    count = min(int(element.get(f"{TABLE}number-rows-repeated", "1")), MAX_ODS_ROWS - row)
                    if element.get(f"{TABLE}visibility") in ("collapse", "filter"):
                        hidden.update(range(row + 1, row + count + 1))
                    merges += _ods_merges(element, row)
                    row += count
                element.clear()
    return Marks(False, frozenset(hidden), tuple(merges))


def _ods_merges(row: ElementTree.Element, at: int) -> Iterator[Merge]:
    column = 0
    for cell in row:
        deep = int(cell.get(f"{TABLE}number-rows-spanned", "1"))
        wide = int(cell.get(f"{TABLE}number-columns-spanned", "1"))
        if deep > 1:
            yield (at, column), (at + deep - 1, column + wide - 1)
        column += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
