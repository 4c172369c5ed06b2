"""The catalogue as a workbook: what `examops catalogue import` reads, with what counts today beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from examops.catalogue.labels import CERTAINTIES, STANDINGS, value_label, value_words
from examops.catalogue.listing import Listed
from examops.core.language import N_, _, message
from examops.web.workbooks import list_workbook

COLUMNS = (
    (N_("职业编码"), 14),
    (N_("职业"), 22),
    (N_("项目"), 22),
    (N_("取值"), 26),
    (N_("状态"), 14),
    (N_("出处"), 48),
    (N_("条款"), 18),
    (N_("看的页面"), 36),
    (N_("把握"), 12),
    (N_("地方决定文号"), 22),
    (N_("生效日期"), 12),
    (N_("最后一天"), 12),
)


def workbook(rows: Sequence[Listed]) -> bytes:
    """One line for each value."""
    return list_workbook(_("职业目录"), COLUMNS, _lines(rows), frozen=2)


def _lines(rows: Sequence[Listed]) -> Iterator[Sequence[Any]]:
    for row in rows:
        for value in row.values.values():
            decision = value.decision
            yield (
                row.occupation.code,
                _(row.occupation.name),
                value_label(value.key),
                value_words(value.what, value.value),
                message(STANDINGS[value.standing][1]),
                value.source,
                value.clause,
                value.read_at,
                message(CERTAINTIES[value.certainty]),
                decision.document_number if decision else "",
                decision.valid_from if decision else "",
                decision.valid_until if decision else "",
            )
