"""The rows to mend, with their reasons, as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from typing import Any

import xlsxwriter

from config.occupations import catalogue
from examops.eligibility.facts import Facts
from examops.eligibility.roster.rows import ParsedRow
from examops.eligibility.roster.wording import word_cell_at
from examops.eligibility.verdicts import Decision, Line
from examops.eligibility.wording import headline, next_step, word
from examops.eligibility.words import KINDS, LEVELS

HEADERS = ("原表行", "姓名", "身份证号", "用工形式", "班组", "报考职业", "等级", "结论", "原因", "下一步", "依据")
WIDTHS = (8, 12, 22, 12, 16, 18, 8, 10, 70, 26, 40)
OUTCOMES = {Decision.OK: "可报名", Decision.NO: "不符合", Decision.UNCLEAR: "待核实"}


def error_workbook(rows: Iterable[ParsedRow]) -> bytes:
    """XLSX of the rows given, one line each, every reason in it. ID numbers stand in full: the sender wrote them."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("待处理人员")
        bold, wrapped = book.add_format({"bold": True, "bg_color": "#EEF1F5"}), book.add_format({"text_wrap": True})
        for index, (header, width) in enumerate(zip(HEADERS, WIDTHS, strict=True)):
            sheet.set_column(index, index, width)
            sheet.write_string(0, index, header, bold)
        sheet.freeze_panes(1, 2)
        at = 0
        for at, row in enumerate(rows, start=1):
            sheet.write_number(at, 0, row.row_no)
            for index, text in enumerate(_cells(row), start=1):
                sheet.write_string(at, index, text, wrapped)
        sheet.autofilter(0, 0, at, len(HEADERS) - 1)
    return sink.getvalue()


def _cells(row: ParsedRow) -> list[str]:
    occupation = catalogue().by_code.get(row.occupation_code)
    return [
        row.values.get("name", ""),
        row.id_number,
        _kind(row.facts),
        row.values.get("team", ""),
        occupation.name if occupation else "",
        LEVELS.get(row.level or 0, ""),
        OUTCOMES[row.outcome],
        "\n".join(reasons(row)),
        next_step(row.verdict) if row.verdict and not row.errors else "更正后重新导入",
        "\n".join(dict.fromkeys(line.clause for line in _to_mend(row))),
    ]


def _kind(facts: Facts | None) -> str:
    return KINDS.get(facts.kind.value, "") if facts and facts.kind else ""


def _to_mend(row: ParsedRow) -> tuple[Line, ...]:
    return (*row.verdict.failing, *row.verdict.unclear) if row.verdict else ()


def reasons(row: ParsedRow) -> list[str]:
    """Every fault of the cells, then every line of the verdict that does not pass, each as one sentence."""
    return [*(word_cell_at(cell) for cell in row.errors), *(sentence(line) for line in _to_mend(row))]


def sentence(line: Line) -> str:
    """ "✗ 劳务派遣在本企业满一年：11 个月 20 天，限 ≥ 1 年，差 10 天"."""
    words = word(line)
    parts = [words.found, words.note, f"限 {words.limit}" if words.limit else "", words.gap]
    return f"{words.mark} {words.clause}：" + "，".join(part for part in parts if part)


def values_to_json(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a row as JSON keeps them: days as ISO text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def summary(row: ParsedRow) -> str:
    """The one line of the list: the first cell fault, else the headline of the verdict."""
    if row.errors:
        more = f"；另 {len(row.errors) - 1} 处有误" if len(row.errors) > 1 else ""
        return word_cell_at(row.errors[0]) + more
    return headline(row.verdict) if row.verdict else ""
