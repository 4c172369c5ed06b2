"""The list of cases as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter

from examops.catalogue import district_name
from examops.core.clock import local_day
from examops.core.language import N_, _
from examops.exits.labels import CASE_STATES, GROUND_WORDS, decision_word

COLUMNS = (
    (N_("编号"), 14),
    (N_("机构"), 36),
    (N_("区"), 10),
    (N_("事由"), 24),
    (N_("状态"), 20),
    (N_("立案"), 12),
    (N_("由谁"), 16),
    (N_("陈述到"), 12),
    (N_("期限"), 12),
    (N_("决定"), 14),
    (N_("决定日"), 12),
    (N_("决定人"), 16),
    (N_("理由"), 48),
    (N_("限制申请到"), 14),
)


def workbook(rows: Iterable[Any]) -> bytes:
    """One line for each case. Texts stay texts; rows are written out as they come."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet(_("退出事项")), book.add_format({"bold": True})
        for place, (title, width) in enumerate(COLUMNS):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, _(title), bold)
        sheet.freeze_panes(1, 2)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(_cells(row.ExitCase, row.Body)):
                sheet.write_string(number, place, cell)
    return out.getvalue()


def _cells(case: Any, body: Any) -> tuple[str, ...]:
    return (
        case.number,
        body.name,
        district_name(case.district),
        _(GROUND_WORDS[case.ground]),
        _(CASE_STATES[case.state][1]),
        local_day(case.opened_at).isoformat(),
        _(case.opened_by_name) if case.opened_by is None else case.opened_by_name,
        case.hearing_until.isoformat() if case.hearing_until else "",
        case.due_on.isoformat() if case.due_on else "",
        decision_word(case.decision, case.ground) if case.decision else "",
        local_day(case.decided_at).isoformat() if case.decided_at else "",
        case.decided_by_name,
        case.reason,
        case.bar_until.isoformat() if case.bar_until else "",
    )
