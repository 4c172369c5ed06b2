"""A file or a paste as rows of cells with the numbers of the spreadsheet. Limits are checked before anything else.

Raises :class:`Refused`; its codes are worded in ``examops.eligibility.roster.reading``.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from examops.sheets import text_tables
from examops.sheets.bounded_child import Refused
from examops.sheets.far_cells import Extent, far_cell, parts_by_sheet, pieces
from examops.sheets.kinds import kind_of_archive, kind_of_bytes, kind_of_text, looks_like_big5
from examops.sheets.table import SheetLimits, Table
from examops.sheets.workbooks import SheetHead, Source, heads_of, read_workbook

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DIRECTORY_ENTRY = b"PK\x01\x02"
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
MB = 1 << 20
MAX_SHEETS = 30
__all__ = ["SheetHead", "SheetLimits", "Table", "read_file", "read_heads", "read_text"]


def read_file(data: bytes, sheet: str, limits: SheetLimits) -> Table:
    """XLSX, XLSB, ODS, XLS or CSV by its content, not by its name."""
    if len(data) > limits.bytes:
        raise Refused("file_bytes", size=len(data) / MB, limit=limits.bytes // MB)
    if data.startswith((ZIP, OLE)):
        with _source(data, limits) as source:
            return read_workbook(source, sheet, limits)
    if kind := kind_of_bytes(data):
        raise Refused("other_kind", kind=kind)
    return read_text(_decoded(data), limits)


def read_heads(data: bytes, limits: SheetLimits) -> list[SheetHead]:
    """The first rows of each visible sheet of a workbook; of a text, none."""
    if len(data) > limits.bytes or not data.startswith((ZIP, OLE)):
        return []
    with _source(data, limits) as source:
        return heads_of(source, limits, MAX_SHEETS)


def read_text(text: str, limits: SheetLimits) -> Table:
    """CSV text, or what a spreadsheet puts on the clipboard (tabs between cells)."""
    if kind := kind_of_text(text):
        raise Refused("other_kind", kind=kind)
    return text_tables.read_rows(text, limits)


def _decoded(data: bytes) -> str:
    """Strict UTF-8 almost never accepts another encoding, so it is tried first. GB 18030 contains GBK and GB 2312, and
    accepts most of Big5 as other characters: the words of the header tell the two apart."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _strictly(data, (encoding,))
    return _strictly(data, ("utf-8", "big5hkscs", "gb18030") if looks_like_big5(data) else ("utf-8", "gb18030"))


def _strictly(data: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding, "surrogatepass")  # half a pair is a fault of its cell, not of the file
        except UnicodeDecodeError:
            continue
    raise Refused("encoding")


@contextmanager
def _source(data: bytes, limits: SheetLimits) -> Iterator[Source]:
    """Check the sizes that the archive declares, then unpack within them: calamine trusts the declaration and would
    unpack without a limit."""
    if not data.startswith(ZIP):
        yield Source(data)
        return
    try:
        # Counted before an object is made of each: an archive of 32 MB may list 700,000.
        _check_entries(data.count(DIRECTORY_ENTRY), limits)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(len(entries), limits)
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > limits.unpacked_bytes:
                raise Refused("unpacked_bytes", size=unpacked // MB, limit=limits.unpacked_bytes // MB)
            if kind := kind_of_archive(archive.namelist()):
                raise Refused("other_kind", kind=kind)
            far_parts, hiding_parts = _unpacked(archive, entries, limits)
            names = parts_by_sheet(archive) if far_parts else {}
            far_sheets = {name: Extent(archive, part) for name, part in names.items() if part in far_parts}
            yield Source(data, archive, far_sheets, hiding_parts)
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise Refused("broken") from error


def _check_entries(found: int, limits: SheetLimits) -> None:
    if found > limits.entries:
        raise Refused("entries", parts=found, limit=limits.entries)


def _unpacked(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: SheetLimits
) -> tuple[set[str], set[str]]:
    """Names of the sheets that have a far cell, and of those that mention hidden rows or columns; most have neither.

    Every part is unpacked whole: zipfile raises BadZipFile where the content does not match declared size and CRC.
    """
    far, hiding = set(), set()
    pattern = far_cell(limits.last_row, limits.columns)
    for entry in entries:
        name, is_sheet = entry.filename, entry.filename.startswith("xl/worksheets/")
        with archive.open(entry) as part:
            for piece in pieces(part):
                if is_sheet and name not in far and pattern.search(piece):
                    far.add(name)
                if b"hidden" in piece:
                    hiding.add(name)
    return far, hiding
