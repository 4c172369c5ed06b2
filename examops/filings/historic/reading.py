"""A spreadsheet of paper filings, read: every fault of every row at once. Pure: no database.

One row is one occupation of one paper; rows of the same body and paper are one filing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from config.rulebook import Rulebook
from examops.core.errors import Invalid
from examops.core.language import N_, Message, join_messages, message
from examops.eligibility.roster import CellFault, Table, column_letter, from_1904, plain_header, words_of
from examops.filings.historic.columns import BY_TITLE, COLUMNS, DAYS, Column
from examops.sheets.table import is_blank

CLAUSE = "系统规则 上线前的备案"
WORDS = {
    "missing": N_("没有填"),
    "too_long": N_("超过 {most} 个字"),
    "credit_code.length": N_("统一社会信用代码应为 18 位"),
    "credit_code.characters": N_("统一社会信用代码里有不用的字母或符号"),
    "kind": N_("写企业、社会培训评价组织或技工院校"),
    "district": N_("不是本市的区"),
    "occupation": N_("职业目录里没有这个职业（工种）"),
    "level.unknown": N_("等级认不出来，写五级、四级，或五级至三级"),
    "level.contradicts": N_("等级的数字和名称不是同一级，只留对的一个"),
    "future": N_("日期在今天之后"),
    "another_name": N_("同一信用代码，第 {row} 行是另一个名称"),
    "another_district": N_("同一机构，第 {row} 行是另一个区"),
    "another_day": N_("同一文号，第 {row} 行是另一个日期"),
    "twice": N_("同一文号里，第 {row} 行已有这个职业"),
    "registered_name": N_("登记的名称是“{name}”；已更名的用现在的名称"),
    "barred": N_("这个单位已取消备案（{number}），{until} 以前不能备案，换名称、换机构类型也一样"),
    "another_last": N_("同一机构，第 {row} 行是另一天"),
    "body_state": N_("这个机构现在是“{state}”，不能录入"),
    "open_filing": N_("这个机构有一份没有办结的申报 {number}"),
    "filed_online": N_("这个机构已在线备案（{number}），不用录入"),
    "entered": N_("这个文号已录入为 {number}"),
}


@dataclass(frozen=True)
class Fault:
    """``code`` of :data:`WORDS`, at a row and column as the spreadsheet has them."""

    row: int
    letter: str
    title: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> Message:
        place = message(
            N_("第 {row} 行 {letter} 列 {title}"), row=self.row, letter=self.letter, title=message(self.title)
        )
        return message(
            N_("{place}：{fault}"),
            place=place,
            fault=message(WORDS.get(self.code) or words_of(self.code), **self.params),
        )


@dataclass(frozen=True)
class Row:
    """``values`` by the fields of :data:`COLUMNS`; a field that could not be read is not there."""

    number: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """One filing: its rows have the same body, number and day."""

    rows: list[Row]

    @property
    def first(self) -> dict[str, Any]:
        return self.rows[0].values


@dataclass(frozen=True)
class Sheet:
    """``letters`` by field. ``rows`` are all rows, also those with faults."""

    letters: dict[str, str]
    rows: list[Row]
    faults: list[Fault]

    def fault(self, row: int, name: str, code: str, /, **params: Any) -> Fault:
        title = next(one.titles[0] for one in COLUMNS if one.field == name)
        return Fault(row, self.letters[name], title, code, params)

    def papers(self) -> list[Paper]:
        """In order of their days. Only for a sheet without faults."""
        found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for row in self.rows:
            found[row.values["code"], row.values["kind"], row.values["paper_number"]].append(row)
        return sorted(map(Paper, found.values()), key=lambda one: (one.first["paper_on"], one.rows[0].number))


def read_sheet(table: Table, day: date, rules: Rulebook) -> Sheet:
    """Raises :class:`Invalid` for a sheet without its columns, or with too many rows. ``day``: today."""
    at, columns = _header(table, rules.value("roster.header_search_rows", day))
    lines = [
        (row, cells) for row, cells in enumerate(table.rows[at + 1 :], start=at + 2) if not all(map(is_blank, cells))
    ]
    most = rules.value("filing.historic_rows_max", day)
    if not lines or len(lines) > most:
        raise Invalid(
            N_("表里有 {count} 行，要有 1 到 {most} 行"),
            advice=N_("分几次录入"),
            clause=CLAUSE,
            count=len(lines),
            most=most,
        )
    letters = {one.field: column_letter(index) for index, one in columns.items()}
    sheet = Sheet(letters, [], [])
    for number, cells in lines:
        sheet.rows.append(Row(number, dict(_values(sheet, number, cells, columns, day, table.from_1904))))
    sheet.faults.extend(_contradictions(sheet))
    sheet.faults.sort(key=lambda one: (one.row, one.letter))
    return sheet


def _header(table: Table, within: int) -> tuple[int, dict[int, Column]]:
    """The first row that has every column that is asked: its index, and column by index."""
    best: dict[int, Column] = {}
    for at, cells in enumerate(table.rows[:within]):
        found = {
            index: BY_TITLE[plain] for index, cell in enumerate(cells) if (plain := plain_header(cell)) in BY_TITLE
        }
        best = max(best, found, key=len)
        if not _lacking(found):
            return at, found
    raise Invalid(
        N_("表里没有这些列：{missing}"),
        advice=N_("第一行写列名，一行一个职业"),
        clause=CLAUSE,
        missing=join_messages(N_("、"), [message(title) for title in _lacking(best)]),
    )


def _lacking(found: dict[int, Column]) -> list[str]:
    there = {one.field for one in found.values()}
    return [one.titles[0] for one in COLUMNS if one.is_asked and one.field not in there]


def _values(
    sheet: Sheet, number: int, cells: list[Any], columns: dict[int, Column], day: date, is_from_1904: bool
) -> Iterator[tuple[str, Any]]:
    for index, column in columns.items():
        raw = cells[index] if index < len(cells) else ""
        if is_blank(raw):
            if column.is_asked:
                sheet.faults.append(sheet.fault(number, column.field, "missing"))
            continue
        try:
            value = column.read(from_1904(raw) if is_from_1904 and column.field in DAYS else raw)
        except CellFault as fault:
            sheet.faults.append(sheet.fault(number, column.field, fault.code, **fault.params))
            continue
        wrong = _wrong_day(column, value, day) if column.field in DAYS else ""
        if wrong:
            sheet.faults.append(sheet.fault(number, column.field, wrong))
        elif value is not None:
            yield column.field, value


def _wrong_day(column: Column, value: date | None, day: date) -> str:
    """A day is not in the future; 无 and the like are None, which only a column that is not asked may say."""
    if value is None:
        return "missing" if column.is_asked else ""
    return "future" if value > day else ""


AGREE = (
    (("code",), "name", "another_name"),
    (("code", "kind"), "district", "another_district"),
    (("code", "kind"), "last_session_on", "another_last"),
    (("code", "kind", "paper_number"), "paper_on", "another_day"),
)


def _contradictions(sheet: Sheet) -> Iterator[Fault]:
    """Rows of one body, or of one paper, that say different things; an occupation twice in one paper."""
    for keys, name, code in AGREE:
        first: dict[tuple[Any, ...], Row] = {}
        for row, key in _keyed(sheet.rows, (*keys, name)):
            seen = first.setdefault(key[:-1], row)
            if seen.values[name] != row.values[name]:
                yield sheet.fault(row.number, name, code, row=seen.number)
    met: dict[tuple[Any, ...], Row] = {}
    for row, key in _keyed(sheet.rows, ("code", "kind", "paper_number", "occupation")):
        if (seen := met.setdefault(key, row)) is not row:
            yield sheet.fault(row.number, "occupation", "twice", row=seen.number)


def _keyed(rows: Iterable[Row], fields: tuple[str, ...]) -> Iterator[tuple[Row, tuple[Any, ...]]]:
    """Rows of which all these fields could be read, with their values."""
    for row in rows:
        if all(name in row.values for name in fields):
            yield row, tuple(row.values[name] for name in fields)
