"""A sheet with a header, as rows of named cells; every fault with its row and column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from examops.core.errors import Invalid
from examops.core.language import N_, Message, message
from examops.sheets.characters import visible_cells
from examops.sheets.table import Cells, Table, is_blank

HEAD_ROWS = 20
LETTERS = 26
DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?")
EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
EPOCH, SERIALS = date(1899, 12, 30), range(10_000, 73_416)  # days as a spreadsheet counts them, 1927 to 2100
IGNORED = ("序号", "备注")
EXAMPLE = "（例）"  # how the example in the blank sheet begins


@dataclass(frozen=True)
class SheetFault:
    """``row`` from 1, ``column`` its letters; empty for the row as a whole."""

    row: int
    column: str
    words: Message

    @property
    def sentence(self) -> Message:
        if not self.column:
            return message(N_("第 {row} 行：{words}"), row=self.row, words=self.words)
        return message(N_("第 {row} 行 {column} 列：{words}"), row=self.row, column=self.column, words=self.words)


@dataclass(frozen=True)
class SheetRow:
    """``cells`` by field; ``columns``: the letters of each field's column."""

    number: int
    cells: Mapping[str, Any]
    columns: Mapping[str, str]

    def text(self, field: str) -> str:
        value = self.cells.get(field)
        if is_blank(value):
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return " ".join(str(value).split())

    def fault(self, field: str, text: str, **values: Any) -> SheetFault:
        return SheetFault(self.number, self.columns.get(field, ""), message(text, **values))

    def day(self, field: str) -> date | None:
        """Raises ValueError for what is no day."""
        value = self.cells.get(field)
        if is_blank(value):
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in SERIALS:
            return EPOCH + timedelta(days=int(value))
        found = DAY.fullmatch(self.text(field)) or EIGHT.fullmatch(self.text(field))
        if found is None:
            raise ValueError(field)
        return date(*(int(part) for part in found.groups()))


def named_rows(table: Table, titles: Mapping[str, Sequence[str]], needed: Sequence[str]) -> list[SheetRow]:
    """The rows below the header. ``titles``: field → what its column may be called. Raises :class:`Invalid` where the
    header lacks a needed column, or has one that nobody reads: it would be dropped in silence."""
    field_of = {title: field for field, names in titles.items() for title in names}
    for place, row in enumerate(table.rows[:HEAD_ROWS]):
        columns = {at: field_of[title] for at, cell in enumerate(row) if (title := _title(cell)) in field_of}
        if set(needed) <= set(columns.values()):
            _refuse_unknown(row, place, field_of)
            return list(_below(table.rows, place, columns))
    wanted = "、".join(titles[field][0] for field in needed)
    raise Invalid(N_("没有找到表头：要有“{columns}”"), advice=N_("下载空白表，照它的第一行写"), columns=wanted)


def _title(cell: Any) -> str:
    return re.sub(r"\s|（.*）|\(.*\)", "", str(cell)) if not is_blank(cell) else ""


def _refuse_unknown(row: Cells, place: int, field_of: Mapping[str, str]) -> None:
    unknown = [
        f"{column_name(at)} {title}"
        for at, cell in enumerate(row)
        if (title := _title(cell)) and title not in field_of and title not in IGNORED
    ]
    if unknown:
        raise Invalid(
            N_("第 {row} 行有不认识的列：{columns}"),
            advice=N_("改成空白表里的列名，或删去这一列"),
            row=place + 1,
            columns="、".join(unknown),
        )


def _below(rows: Sequence[Cells], place: int, columns: Mapping[int, str]) -> Iterator[SheetRow]:
    letters = {field: column_name(at) for at, field in columns.items()}
    for number, row in enumerate(rows[place + 1 :], start=place + 2):
        cells = {field: row[at] for at, field in columns.items() if at < len(row)}
        is_example = any(str(cell).startswith(EXAMPLE) for cell in cells.values())
        if not is_example and any(not is_blank(cell) for cell in cells.values()):
            yield SheetRow(number, cells, letters)


def column_name(at: int) -> str:
    """The letters of a column, from 0."""
    name, at = "", at + 1
    while at:
        at, rest = divmod(at - 1, LETTERS)
        name = chr(ord("A") + rest) + name
    return name


def to_json(table: Table) -> str:
    """The table as the preview's form carries it to the save."""
    return json.dumps([[_plain(cell) for cell in row] for row in table.rows], ensure_ascii=False)


def from_json(text: str) -> Table:
    """Raises :class:`Invalid` for what :func:`to_json` did not write."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not all(
        isinstance(row, list) and all(isinstance(cell, str) for cell in row) for row in rows
    ):
        raise Invalid(N_("预览已失效"), advice=N_("重新选文件再导入"))
    return Table([visible_cells(row) for row in rows])


def _plain(cell: Any) -> str:
    if is_blank(cell):
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())
