"""The lines below the header: people, and what stands between and below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from examops.core.garbage import collector_paused
from examops.eligibility.id_number import normalise
from examops.eligibility.roster.columns import Columns, plain_header
from examops.eligibility.roster.rows import ParsedRow, Reader, read_row, readers_for
from examops.eligibility.roster.texts import BLANKS, text_of
from examops.sheets.table import Cells, Table, is_blank

TOTAL = re.compile(
    r"(?:本页|本表|本班|本车间)?(?:合计|总计|小计|共计|累计|总人数|人数合计)(?:人数)?[:：]?\d*人?|共\d+人"
)
SIGNATURE = re.compile(
    r"(?:制表|填表|填报|报送|申报|审核|审批|复核|经办|负责|联系|校对|批准|单位|部门|盖章|公章|签名|签字|日期|时间|备注|说明|注)"
    r"[^:：]{0,12}[:：].*|(?:单位|公司)?[(]?(?:盖章|公章|签章)[)]?.*|填表说明.*",
    re.DOTALL,
)
LONG_NUMBER = re.compile(r"\d{8}")
SHOWN = 40


@dataclass(frozen=True)
class SkippedLine:
    """A line that is no person. ``kind``: hidden, total, signature or header (one that repeats the header)."""

    row_no: int
    kind: str
    text: str


@dataclass(frozen=True)
class SheetRows:
    """The people of a sheet as they were read, and the lines that were passed over."""

    rows: list[ParsedRow]
    skipped: list[SkippedLine]


def read_sheet(table: Table, columns: Columns, *, with_hidden: bool = False) -> SheetRows:
    """Every line below the header that holds anything, with its number in the spreadsheet."""
    readers = readers_for(columns)
    hidden = frozenset() if with_hidden else frozenset(table.hidden_rows)
    id_at = _id_index(columns)
    found = SheetRows([], [])
    with collector_paused():
        for row_no, cells in _lines(table, columns):
            is_plain = row_no not in hidden and _is_plainly_a_person(cells, id_at)
            kind = "" if is_plain else "hidden" if row_no in hidden else kind_of_line(cells, columns)
            if kind:
                found.skipped.append(SkippedLine(row_no, kind, _quoted(cells)))
            else:
                _append(found.rows, row_no, cells, readers)
    return found


def _quoted(cells: Cells) -> str:
    """The beginning of a line as the sheet shows it: 3, not 3.0; letters as they were written."""
    shown = (cell.strip() if isinstance(cell, str) else text_of(cell) for cell in cells if not is_blank(cell))
    return " ".join(shown)[:SHOWN]


def _append(rows: list[ParsedRow], row_no: int, cells: Cells, readers: list[Reader]) -> None:
    row = read_row(row_no, cells, readers)
    if row.values or row.errors:
        rows.append(row)


def _lines(table: Table, columns: Columns) -> Iterator[tuple[int, Cells]]:
    for row_no, cells in enumerate(table.rows[columns.first_row - 1 :], start=columns.first_row):
        if not all(is_blank(cell) for cell in cells):
            yield row_no, cells


def kind_of_line(cells: Cells, columns: Columns) -> str:
    """ "" for a person. A line with anything like an ID number is a person whatever else it says."""
    signed = _is_signed(cells)
    if not signed and (_has_id(cells, columns) or any(_is_long_number(text) for text in _texts(cells))):
        return ""
    if _repeats_header(cells, columns):
        return "header"
    word = next((text for text in _texts(cells) if not text.replace(".", "").isdecimal()), "")
    if TOTAL.fullmatch(word):
        return "total"
    return "signature" if signed and not _has_id(cells, columns) else ""


def _is_plainly_a_person(cells: Cells, id_at: int | None) -> bool:
    """Most lines are told by two cells: an ID number that is one as it stands, and no signature at the beginning."""
    number = cells[id_at] if id_at is not None and id_at < len(cells) else None
    has_number = isinstance(number, str) and number.isascii() and number.isalnum() and LONG_NUMBER.search(number)
    return bool(has_number) and not _is_signed(cells)


def _is_signed(cells: Cells) -> bool:
    """A signature names its telephone or day too, so its digits do not make it a person."""
    first = cells[0] if cells else ""
    if isinstance(first, float) or (isinstance(first, str) and first.isascii() and first.isalnum()):
        return False  # the number of the line; the words of a signature are Chinese
    return SIGNATURE.fullmatch(next(_texts(cells), "")) is not None


def _is_long_number(text: str) -> bool:
    return LONG_NUMBER.search(normalise(text)) is not None


def _has_id(cells: Cells, columns: Columns) -> bool:
    at = _id_index(columns)
    return at is not None and at < len(cells) and _is_long_number(text_of(cells[at]))


def _id_index(columns: Columns) -> int | None:
    return next((column.index for column in columns.columns if column.field == "id_number"), None)


def _repeats_header(cells: Cells, columns: Columns) -> bool:
    there = [
        plain_header(cells[one.index]) == plain_header(one.header)
        for one in columns.columns
        if one.index < len(cells) and not is_blank(cells[one.index]) and plain_header(one.header)
    ]
    return len(there) > 1 and all(there)


def _texts(cells: Cells) -> Iterator[str]:
    """The cells that hold anything, without blanks; read one by one, as most lines are told by their first few."""
    return (BLANKS.sub("", text) for cell in cells if not is_blank(cell) and (text := text_of(cell)))
