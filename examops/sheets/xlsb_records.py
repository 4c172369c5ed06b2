"""The date system and the hidden rows of a binary workbook (XLSB): records as [MS-XLSB] describes them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

ROW, BOOK_PROPERTIES, SHEET = 0, 153, 156
IS_1904 = 0x01  # BrtWbProp, 2.4.822
ROW_IS_HIDDEN = 0x10  # BrtRowHdr, 2.4.743: fDyZero in the fourth byte after the height


def marks_of(archive: zipfile.ZipFile, sheet: str) -> tuple[bool, frozenset[int]]:
    """As in ``xls_records``, for the sheet called ``sheet``."""
    from_1904, link = False, ""
    for kind, body in _records(archive.read("xl/workbook.bin")):
        if kind == BOOK_PROPERTIES:
            from_1904 = bool(body[0] & IS_1904)
        elif kind == SHEET:
            identity, name = _texts(body[8:])
            link = identity if name == sheet else link
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.bin.rels"))  # noqa: S314 - in a bounded process
    target = next((one.get("Target", "") for one in relations if one.get("Id") == link), "")
    if not target:
        return from_1904, frozenset()
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    rows = (body for kind, body in _records(archive.read(part)) if kind == ROW)
    hidden = {struct.unpack_from("<I", body)[0] + 1 for body in rows if body[11] & ROW_IS_HIDDEN}
    return from_1904, frozenset(hidden)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and size are written in sevens of bits, low ones first (2.1.4)."""
    at = 0
    while at < len(data):
        kind, at = _sevens(data, at, 2)
        size, at = _sevens(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _sevens(data: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for place in range(most):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            break
    return value, at


def _texts(data: bytes) -> tuple[str, str]:
    found = []
    for _ in range(2):
        (length,) = struct.unpack_from("<I", data)
        found.append(data[4 : 4 + 2 * length].decode("utf-16-le"))
        data = data[4 + 2 * length :]
    return found[0], found[1]
