"""Workbooks with what only some programs write: hidden rows, merged cells, the date system of 1904."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    "<office:body><office:spreadsheet>"
)


def xlsx(
    sheets: dict[str, Sequence[Sequence[Any]]],
    *,
    hidden_rows: Iterable[int] = (),
    merged: Iterable[str] = (),
    from_1904: bool = False,
) -> bytes:
    """``hidden_rows`` from 1 and ``merged`` ("A2:A4") of the first sheet; a merged range keeps the value of its top."""
    sink = io.BytesIO()
    options = {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False, "date_1904": from_1904}
    with xlsxwriter.Workbook(sink, options) as book:
        for at, (name, rows) in enumerate(sheets.items()):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if value is not None:
                        sheet.write(row, column, value)
            if at == 0:
                for row in hidden_rows:
                    sheet.set_row(row - 1, None, None, {"hidden": True})
    return _with_merges(sink.getvalue(), merged)


def _with_merges(data: bytes, merged: Iterable[str]) -> bytes:
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    if not ranges:
        return data
    part, sink = "xl/worksheets/sheet1.xml", io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == part:
                text = text.replace(b"</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>".encode())
            new.writestr(name, text)
    return sink.getvalue()


def ods(
    rows: Sequence[Sequence[str]], *, hidden_rows: Iterable[int] = (), deep: dict[tuple[int, int], int] | None = None
) -> bytes:
    """One sheet of texts; ``deep`` gives (row, column from 0) the number of rows that a cell spans."""
    lines = []
    for at, cells in enumerate(rows):
        mark = ' table:visibility="collapse"' if at + 1 in set(hidden_rows) else ""
        texts = "".join(_ods_cell(cell, (deep or {}).get((at, column), 1)) for column, cell in enumerate(cells))
        lines.append(f"<table:table-row{mark}>{texts}</table:table-row>")
    body = f'<table:table table:name="名单">{"".join(lines)}</table:table></office:spreadsheet></office:body>'
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"{ODS_HEAD}{body}</office:document-content>")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return sink.getvalue()


def _ods_cell(text: str, deep: int) -> str:
    if not text:
        return "<table:table-cell/>"
    span = f' table:number-rows-spanned="{deep}" table:number-columns-spanned="1"' if deep > 1 else ""
    return f'<table:table-cell office:value-type="string"{span}><text:p>{text}</text:p></table:table-cell>'


def xlsb(rows: Sequence[Sequence[Any]], *, hidden_rows: Iterable[int] = (), from_1904: bool = False) -> bytes:
    """One sheet of texts and numbers as a binary workbook ([MS-XLSB] 2.1.4: kind and size in sevens of bits)."""
    book = _record(131, b"") + _record(153, struct.pack("<II", int(from_1904), 0) + _wide(""))
    book += (
        _record(143, b"") + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("名单")) + _record(144, b"")
    )
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    sheet = _record(129, b"") + _record(148, size) + _record(145, b"")
    for at, cells in enumerate(rows):
        flags = 0x10 if at + 1 in set(hidden_rows) else 0
        sheet += _record(0, struct.pack("<IIHBBBI", at, 0, 300, 0, flags, 0, 0))
        for column, cell in enumerate(cells):
            place = struct.pack("<II", column, 0)
            if isinstance(cell, str):
                sheet += _record(6, place + _wide(cell))
            elif cell is not None:
                sheet += _record(5, place + struct.pack("<d", cell))
    sheet += _record(146, b"") + _record(130, b"")
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", book + _record(132, b""))
        links = f'<Relationship Id="rId1" Type="{kind}" Target="worksheets/sheet1.bin"/>'
        archive.writestr("xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{relations}">{links}</Relationships>')
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return sink.getvalue()


def _record(kind: int, body: bytes) -> bytes:
    return _sevens(kind) + _sevens(len(body)) + body


def _sevens(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
