"""Assigns fields to columns: as remembered from the last import, else by header, else by content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from config.occupations import catalogue
from examops.eligibility.id_number import normalise
from examops.eligibility.roster.fields import REQUIRED, field_of
from examops.eligibility.roster.levels import is_level
from examops.eligibility.roster.reading import Limits, Table
from examops.eligibility.roster.refusals import ROWS, RosterEmpty, RosterTooLong, RosterWithoutHeader
from examops.eligibility.roster.words_read import KIND_WORDS
from examops.sheets.table import is_blank

NOISE = re.compile(
    r"[\s*＊:：]|必填|选填|[(（](?:必填|选填|required|optional|如.*?|格式.*?|yyyy.*?|YYYY.*?|年.?月.?日?)[)）]"
)
SAMPLE = 60
MOSTLY = 0.8
CHINESE_NAME = re.compile(r"[\u4e00-\u9fff·]{2,6}")
ID_NUMBER = re.compile(r"\d{17}[\dX]|\d{15}")
TELEPHONE = re.compile(r"1[3-9]\d{9}(\.0)?")


@dataclass(frozen=True, slots=True)
class Column:
    """``index`` from 0, ``letter`` as in the spreadsheet.

    ``field`` is "" while nobody knows. ``how``: remembered, header, content. ``has_content`` is False where every cell
    below the header is empty.
    """

    index: int
    letter: str
    header: str
    field: str
    how: str
    has_content: bool = True


@dataclass(frozen=True)
class Columns:
    """The columns, the index of the first row of people, fields that two columns claim, missing required fields.

    ``from_1904``: numbers count days from 1904, see :class:`Table`.
    """

    columns: tuple[Column, ...]
    header_row: int
    first_row: int
    doubles: tuple[tuple[str, tuple[str, ...]], ...] = ()
    missing: tuple[str, ...] = ()
    from_1904: bool = False

    def to_remember(self) -> dict[str, str]:
        """Header text → field ("" for an ignored column), to pass to :func:`guess_columns` for the next file."""
        return {plain_header(one.header): one.field for one in self.columns if plain_header(one.header)}

    def with_field(self, index: int, field: str) -> Columns:
        """The same with one column chosen by hand; whichever column had the field loses it."""
        columns = tuple(_chosen(one, index, field) for one in self.columns)
        taken = {one.field for one in columns}
        doubles = tuple(pair for pair in self.doubles if pair[0] != field)
        return replace(self, columns=columns, doubles=doubles, missing=_missing(taken))


def _chosen(column: Column, index: int, field: str) -> Column:
    if column.index == index:
        return replace(column, field=field, how="chosen")
    is_robbed = bool(field) and column.field == field
    return replace(column, field="", how="") if is_robbed else column


def _missing(taken: set[str]) -> tuple[str, ...]:
    return tuple(name for name in REQUIRED if name not in taken)


def column_letter(index: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def plain_header(header: Any) -> str:
    """A header without blanks, stars and remarks about the format; brackets and slashes of one kind."""
    text = NOISE.sub("", str(header or "").replace("（", "(").replace("）", ")").replace("／", "/"))
    return text.replace("()", "")


def guess_columns(
    table: Table, remembered: Mapping[str, str] | None = None, *, limits: Limits | None = None
) -> Columns:
    """Find the header row and name the columns. Raises RosterWithoutHeader, RosterTooLong or RosterEmpty."""
    limits = limits or Limits.of()
    memory = dict(remembered or {})
    at = _header_at(table.rows[: limits.header_rows], memory)
    if len(table.rows) - at - 1 > limits.rows:
        found = len(table.rows) - at - 1
        raise RosterTooLong(ROWS, rows=found, limit=limits.rows)
    if len(table.rows) == at + 1:
        raise RosterEmpty()
    headers = _headers(table.rows, at)
    named = [(index, header, *_by_header(header, memory)) for index, header in enumerate(headers)]
    columns, doubles = _without_doubles(named)
    columns = _by_content(columns, table.rows[at + 1 : at + 1 + SAMPLE])
    columns = tuple(replace(one, has_content=_has_content(table.rows[at + 1 :], one.index)) for one in columns)
    return Columns(columns, at + 1, at + 2, doubles, _missing({one.field for one in columns}), table.from_1904)


def _has_content(rows: Sequence[list[Any]], at: int) -> bool:
    return any(at < len(row) and not is_blank(row[at]) for row in rows)


def _header_at(rows: Sequence[list[Any]], memory: dict[str, str]) -> int:
    """The row with the most headers that we know; at least two, one of them the name or the ID number.

    A header of two rows counts as its lower row, with what stands above its empty cells.
    """
    found = [
        _fields_of(_headers(rows, at), memory) if _fields_of(row, memory) else set() for at, row in enumerate(rows)
    ]
    best = max(range(len(rows)), key=lambda at: len(found[at]), default=0)
    if not rows or len(found[best]) < 2 or not found[best] & set(REQUIRED):
        raise RosterWithoutHeader()
    # A header merged over two rows stands in both.
    while best + 1 < len(rows) and _is_repeated(rows[best], rows[best + 1], memory):
        best += 1
    return best


def has_header(rows: Sequence[list[Any]], memory: Mapping[str, str]) -> bool:
    """Whether these first rows of a sheet hold a header that we know."""
    try:
        _header_at(rows, dict(memory))
    except RosterWithoutHeader:
        return False
    return True


def field_of_header(header: str) -> str:
    """The field that a header names, "" where it names none."""
    return field_of(plain_header(header))


def _is_repeated(row: list[Any], below: list[Any], memory: dict[str, str]) -> bool:
    """Whether every header that we know stands in the row below too."""
    known = [(at, plain_header(cell)) for at, cell in enumerate(row) if _by_header(str(cell or ""), memory)[0]]
    return all(at < len(below) and plain_header(below[at]) == header for at, header in known)


def _fields_of(row: Iterable[Any], memory: dict[str, str]) -> set[str]:
    return {_by_header(str(cell or ""), memory)[0] for cell in row} - {""}


def _headers(rows: Sequence[list[Any]], at: int) -> list[str]:
    """A blank header takes the text above it: the row below a merged cell is empty."""
    above = rows[at - 1] if at else []
    width = max(len(row) for row in rows[at : at + SAMPLE])
    cells = [*rows[at], *[""] * (width - len(rows[at]))]
    has_groups = sum(1 for cell in above if cell not in ("", None)) > 1
    return [
        str(cell or (above[index] if has_groups and index < len(above) else "") or "").strip()
        for index, cell in enumerate(cells)
    ]


def _by_header(header: str, memory: dict[str, str]) -> tuple[str, str]:
    plain = plain_header(header)
    if plain in memory:
        return memory[plain], "remembered"
    field = field_of(plain)
    return field, "header" if field else ""


Doubles = tuple[tuple[str, tuple[str, ...]], ...]


def _without_doubles(named: list[tuple[int, str, str, str]]) -> tuple[tuple[Column, ...], Doubles]:
    """The first column that claims a field keeps it; returns columns, and (field, letters) of fields claimed twice."""
    claims: dict[str, list[str]] = {}
    columns = []
    for index, header, field, how in named:
        letter = column_letter(index)
        is_first = field not in claims
        if field:
            claims.setdefault(field, []).append(letter)
        kept = field if is_first else ""
        columns.append(Column(index, letter, header, kept, how if kept or how == "remembered" else ""))
    return tuple(columns), tuple((field, tuple(letters)) for field, letters in claims.items() if len(letters) > 1)


def _by_content(columns: tuple[Column, ...], rows: list[list[Any]]) -> tuple[Column, ...]:
    taken = {column.field for column in columns}
    found = []
    for column in columns:
        if not column.field and not column.how:
            values = [
                str(row[column.index]).strip()
                for row in rows
                if column.index < len(row) and row[column.index] not in ("", None)
            ]
            field = next((name for name, fits in HINTS.items() if name not in taken and _mostly(values, fits)), "")
            if field:
                taken.add(field)
                column = replace(column, field=field, how="content")
        found.append(column)
    return tuple(found)


def _mostly(values: list[str], fits: Callable[[str], Any]) -> bool:
    return len(values) >= 1 and sum(bool(fits(value)) for value in values) >= MOSTLY * len(values)


# The hundred-odd surnames that cover nine people in ten: enough to tell a column of names from a column of places.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚黎覃欧区关麦霍岑冼"
)
HINTS: dict[str, Callable[[str], Any]] = {
    "id_number": lambda text: ID_NUMBER.fullmatch(normalise(text)),
    "telephone": lambda text: TELEPHONE.fullmatch(text),
    "level": lambda text: is_level(text) and not text.isdigit(),
    "kind": lambda text: text in KIND_WORDS,
    "occupation": lambda text: catalogue().find(text),
    "sex": lambda text: text in ("男", "女"),
    "name": lambda text: CHINESE_NAME.fullmatch(text) and text[0] in SURNAMES,
}
