"""The list of cases as a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from examops.catalogue import district_name
from examops.core.clock import local_day
from examops.core.language import N_, _
from examops.exits.labels import CASE_STATES, GROUND_WORDS, decision_word
from examops.offices import signed_by
from examops.web.workbooks import list_workbook

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
    """One line for each case."""
    return list_workbook(_("退出事项"), COLUMNS, (_cells(row.ExitCase, row.Body) for row in rows), frozen=2)


def _cells(case: Any, body: Any) -> tuple[Any, ...]:
    return (
        case.number,
        body.name,
        district_name(case.district),
        _(GROUND_WORDS[case.ground]),
        _(CASE_STATES[case.state][1]),
        local_day(case.opened_at),
        _(case.opened_by_name) if case.opened_by is None else case.opened_by_name,
        case.hearing_until,
        case.due_on,
        decision_word(case.decision, case.ground) if case.decision else "",
        local_day(case.decided_at) if case.decided_at else "",
        str(signed_by(case.decided_by_name, case.decided_for_name)) if case.decided_by else "",
        case.reason,
        case.bar_until,
    )
