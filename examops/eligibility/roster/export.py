"""Workbook of the rows to correct, with the reasons."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import xlsxwriter

from config.occupations import catalogue
from examops.catalogue import occupation_word
from examops.core.language import N_, Message, _, join_messages, message
from examops.eligibility.facts import Facts
from examops.eligibility.roster.rows import Cell, ParsedRow
from examops.eligibility.roster.wording import word_cell_at
from examops.eligibility.verdicts import Decision, Line
from examops.eligibility.wording import headline, level_word, next_step, word
from examops.eligibility.words import KINDS

HEADERS = (
    N_("原表行"),
    N_("姓名"),
    N_("身份证号"),
    N_("用工形式"),
    N_("班组"),
    N_("报考职业"),
    N_("等级"),
    N_("结论"),
    N_("原因"),
    N_("下一步"),
    N_("依据"),
)
WIDTHS = (8, 12, 22, 12, 16, 18, 8, 10, 70, 26, 40)
OUTCOMES = {Decision.OK: N_("可报名"), Decision.NO: N_("不符合"), Decision.UNCLEAR: N_("待核实")}


def reasons_workbook(rows: Iterable[ParsedRow]) -> bytes:
    """XLSX of the rows given, one line each, every reason in it. ID numbers stand in full: the sender wrote them."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("待处理人员"))
        bold, wrapped = book.add_format({"bold": True, "bg_color": "#EEF1F5"}), book.add_format({"text_wrap": True})
        for index, (header, width) in enumerate(zip(HEADERS, WIDTHS, strict=True)):
            sheet.set_column(index, index, width)
            sheet.write_string(0, index, _(header), bold)
        sheet.freeze_panes(1, 2)
        at = 0
        for at, row in enumerate(rows, start=1):
            sheet.write_number(at, 0, row.row_no)
            for index, text in enumerate(_cells(row), start=1):
                sheet.write_string(at, index, str(text), wrapped)
        sheet.autofilter(0, 0, at, len(HEADERS) - 1)
    return sink.getvalue()


def _cells(row: ParsedRow) -> list[Message | str]:
    occupation = catalogue().by_code.get(row.occupation_code)
    return [
        row.values.get("name", ""),
        row.id_number,
        _kind(row.facts),
        row.values.get("team", ""),
        occupation_word(occupation) if occupation else "",
        level_word(row.level),
        message(OUTCOMES[row.outcome]),
        "\n".join(map(str, reasons(row))),
        next_step(row.verdict) if row.verdict and not row.errors else message(N_("更正后重新导入")),
        "\n".join(dict.fromkeys(line.clause for line in _open_lines(row))),
    ]


def _kind(facts: Facts | None) -> Message | str:
    return message(KINDS.get(facts.kind.value, "")) if facts and facts.kind else ""


def _open_lines(row: ParsedRow) -> tuple[Line, ...]:
    return (*row.verdict.failing, *row.verdict.unclear) if row.verdict else ()


def reasons(row: ParsedRow) -> list[Message]:
    """Every fault of the cells, then every line of the verdict that does not pass, each as one sentence."""
    return [*(word_cell_at(cell) for cell in row.errors), *(sentence(line) for line in _open_lines(row))]


def sentence(line: Line) -> Message:
    """ "✗ 劳务派遣在本企业满一年：11 个月 20 天，限 ≥ 1 年，差 10 天"."""
    words = word(line)
    limit = message(N_("限 {limit}"), limit=words.limit) if words.limit else words.limit
    found = join_messages(PART_MARK, [part for part in (words.found, words.note, limit, words.gap) if part])
    return message(N_("{mark} {clause}：{found}"), mark=words.mark, clause=words.clause, found=found)


PART_MARK = N_("，")


def values_to_json(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a row as JSON keeps them: days as ISO text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def summary(row: ParsedRow, fault_words: Callable[[Cell], Message] = word_cell_at) -> Message:
    """The one line of the list: the first cell fault, else the headline of the verdict."""
    if row.errors:
        first, more = fault_words(row.errors[0]), len(row.errors) - 1
        return message(N_("{first}；另 {more} 处有误"), first=first, more=more) if more else first
    return headline(row.verdict) if row.verdict else Message("")


def next_action(row: ParsedRow) -> Message:
    """The next step as the list shows it: a date from which the person qualifies, or an action."""
    if row.errors:
        return Message(N_("更正后重判"))
    return next_step(row.verdict) if row.verdict else Message("")
