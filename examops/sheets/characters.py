"""Characters that no cell should hold and PostgreSQL partly refuses: made visible on reading."""

from __future__ import annotations

import re
from typing import Any

# Control characters but tab and line breaks (Excel's Alt+Enter), halves of surrogate pairs, also as a workbook writes
# them (ECMA-376 part 1, 22.9.2.19: _xHHHH_), and the two noncharacters that XML forbids.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x[dD][89a-fA-F][0-9a-fA-F]{2}_")
# Unicode's pictures of them: ␀ for NUL, ␇ for BEL …; ␦ for whatever has no picture.
MARKS = "\u2400-\u2426"
_MARK = re.compile(f"[{MARKS}]")
_MARK_OR_LOST = re.compile(f"[{MARKS}\ufffd]")
DELETE, SUBSTITUTE = "\u2421", "\u2426"
# They turn the text around them about: with U+202E before it, fdp.exe is read as exe.pdf (UAX 9, section 2).
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LONGEST_FILE_NAME, LONGEST_ENDING = 120, 10  # characters


def visible(text: str) -> str:
    """The text with a picture in place of every forbidden character. It can be stored and encoded."""
    return FORBIDDEN.sub(_picture, text)


def without_turning(text: str) -> str:
    """Spreadsheets and Windows' own dialogs put such marks around what is copied; nobody types them."""
    return TURNING.sub("", text)


def file_name(sent: str, most: int = LONGEST_FILE_NAME) -> str:
    """A file's name as pages may show it, its ending kept when it is cut; "" where nothing is left."""
    name = visible(without_turning(sent)).strip()
    _stem, dot, ending = name.rpartition(".")
    if len(name) <= most or not dot or len(ending) > LONGEST_ENDING:
        return name[:most]
    return f"{name[: most - len(ending) - 2]}…{dot}{ending}"


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0][0])
    if len(found[0]) > 1 or code > 0x7F:
        return SUBSTITUTE
    return DELETE if code == 0x7F else chr(0x2400 + code)


def visible_cells(row: list[Any]) -> list[Any]:
    return [visible(cell) if isinstance(cell, str) and FORBIDDEN.search(cell) else cell for cell in row]


def marks_in(cell: Any, *, is_read: bool) -> str:
    """The pictures in a cell, "" for a clean one. In a column that ``is_read``, a character that was lost before the
    file came to us (U+FFFD) counts too."""
    if not isinstance(cell, str) or cell.isascii():
        return ""
    found = (_MARK_OR_LOST if is_read else _MARK).findall(cell)
    return " ".join(dict.fromkeys(found))
