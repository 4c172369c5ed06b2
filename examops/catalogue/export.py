"""The catalogue as a workbook: what `examops catalogue import` reads, with what counts today beside it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter

from examops.catalogue.labels import CERTAINTIES, STANDINGS, value_label, value_words
from examops.catalogue.listing import Listed
from examops.core.language import N_, _, message

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
    """One line for each value. Texts stay texts: nothing becomes a formula or a link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet(_("职业目录")), book.add_format({"bold": True})
        for place, (title, width) in enumerate(COLUMNS):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, _(title), bold)
        for number, cells in enumerate(_lines(rows), start=1):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, str(cell))
        sheet.freeze_panes(1, 2)
    return out.getvalue()


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
                (decision.valid_until or "") if decision else "",
            )
