"""Workbooks of rosters: the rows that wait for a correction, and an empty form."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import xlsxwriter
from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import and_, or_, select

from examops.accounts import current_actor
from examops.audit import record
from examops.core.database import db
from examops.core.extensions import clock
from examops.core.language import N_, _, join_messages
from examops.core.transaction import transaction
from examops.eligibility import OUTCOMES, SENTENCE_MARK
from examops.eligibility.roster import REQUIRED, title_in
from examops.registration.models import RosterRow
from examops.registration.rosters.intake import roster_by_uid
from examops.registration.rosters.standing import standing_at
from examops.registration.tags import Tag
from examops.web.downloads import attachment
from examops.web.workbooks import list_workbook

CORRECTION_COLUMNS = ((N_("表行"), 8), (N_("姓名"), 20), (N_("身份证号"), 20), (N_("结论"), 20), (N_("原因"), 80))
EXAMPLE = (
    "name",
    "id_number",
    "kind",
    "team",
    "occupation",
    "level",
    "agency",
    "started_on",
    "insured_in",
    "works_in",
    "certificate_level",
    "certificate_number",
    "certificate_on",
    "telephone",
)


def add_workbooks(bp: Blueprint) -> None:
    """The two downloads on the blueprint of rosters, behind its guard."""
    bp.get("/<uuid:roster_uid>/to-mend.xlsx")(corrections_workbook)
    bp.get("/blank.xlsx")(blank_form)


def corrections_workbook(roster_uid: UUID) -> ResponseReturnValue:
    """The rows that cannot apply yet, each with every reason. ID numbers stay masked."""
    with transaction():
        roster = roster_by_uid(roster_uid)
        record(Tag.ROSTER_EXPORTED, current_actor(), roster, words=roster.name, file="to-mend", at=clock().now())
    query = (
        select(RosterRow)
        .where(or_(*(and_(*standing_at(roster.id, tab)) for tab in ("no", "unclear"))))
        .order_by(RosterRow.row_number)
    )
    rows = db.session.execute(query).scalars()
    content = list_workbook(_("待改"), CORRECTION_COLUMNS, map(_corrections, rows), frozen=2)
    return attachment(content, _("{roster}-待改.xlsx", roster=roster.name))


def _corrections(row: RosterRow) -> tuple[Any, ...]:
    why = join_messages(SENTENCE_MARK, [*row.problems, *(line for line in row.lines if line)])
    return (row.row_number, row.name, row.id_masked, _(OUTCOMES[row.outcome][1]), str(why))


def blank_form() -> ResponseReturnValue:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("名单"))
        sheet.write_row(0, 0, [_head(name) for name in EXAMPLE], book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(EXAMPLE), 16, book.add_format({"num_format": "@"}))
    return attachment(out.getvalue(), _("空白名单.xlsx"))


def _head(name: str) -> str:
    title = title_in(name)
    return _("{title}（必填）", title=title) if name in REQUIRED else title
