"""The second step of the wizard: which column is what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import current_actor
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock, store
from examops.core.language import _
from examops.core.transaction import transaction
from examops.eligibility.roster import FIELDS, Columns, Table, id_columns, masked_cells, title_in
from examops.registration.models import Roster
from examops.registration.rosters.context import columns_from_json
from examops.registration.rosters.inputs import columns_schema
from examops.registration.rosters.intake import choose_columns, choose_sheet, roster_by_uid, table_of
from examops.registration.rosters.viewing import record_view
from examops.web.inputs import read_form


def add_columns(bp: Blueprint) -> None:
    """The second step, on the blueprint of rosters, behind its guard."""
    bp.route("/<uuid:roster_uid>/columns", methods=["GET", "POST"])(columns)


def columns(roster_uid: UUID) -> ResponseReturnValue:
    roster = roster_by_uid(roster_uid)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return redirect(_take(roster))
        except DomainError as fault:
            db.session.rollback()
            roster, errors = roster_by_uid(roster_uid), {"columns": str(fault.sentence)}
    with transaction():
        record_view(roster)
        page = render_template("registration/roster_columns.html", **_context(roster, errors))
    return page, 422 if errors else 200


def _take(roster: Roster) -> str:
    """Take what the form says; the address to go on to: another sheet is shown first."""
    layout = columns_from_json(roster.sheet["layout"])
    sheets = [name for name, _lines, _has_header in roster.sheet.get("sheets", ())]
    given = read_form(columns_schema((column.letter for column in layout.columns), sheets))
    with transaction():
        roster = roster_by_uid(roster.uid)
        if given["sheet"] not in ("", roster.sheet.get("sheet", "")):
            choose_sheet(roster, given["sheet"], store=store())
            return url_for("rosters.columns", roster_uid=roster.uid)
        named = {column: given[f"column-{column.letter}"] for column in layout.columns}
        changed = {column.index: field for column, field in named.items() if field not in (None, column.field)}
        choose_columns(roster, changed, with_hidden=given["with_hidden"], actor=current_actor(), clock=clock())
    return url_for("rosters.show", roster_uid=roster.uid)


def _context(roster: Roster, errors: dict[str, str]) -> dict[str, Any]:
    layout, sheet = columns_from_json(roster.sheet["layout"]), roster.sheet
    table = table_of(store().get("documents", roster.document_key), sheet["is_paste"], sheet.get("sheet", ""))
    return {
        "roster": {
            "name": roster.name,
            "rows": len(table.rows) - layout.first_row + 1,
            "sheet": table.sheet,
            "sheets": _sheet_options(sheet.get("sheets", ())),
            "hidden_rows": sheet.get("hidden_rows", 0),
            "with_hidden": sheet.get("with_hidden", False),
        },
        "samples": _samples(table, layout),
        "errors": errors,
        "columns": [{"letter": c.letter, "header": c.header, "field": c.field, "how": c.how} for c in layout.columns],
        "field_options": [("", _("不用这一列")), *((field.name, _(field.title)) for field in FIELDS)],
        "missing": [title_in(name) for name in layout.missing],
        "doubles": [(title_in(f), letters) for f, letters in layout.doubles],
        "recognised": sum(bool(c.field) for c in layout.columns),
        "save_url": request.path,
        "back_url": url_for("rosters.index"),
    }


def _sheet_options(sheets: Iterable[Sequence[Any]]) -> list[tuple[str, str]]:
    """Every visible sheet, and whether it looks like a list of people."""
    return [
        (
            name,
            _("{sheet}（{lines} 行）", sheet=name, lines=lines or 0)
            if has_header
            else _("{sheet}（没有表头）", sheet=name),
        )
        for name, lines, has_header in sheets
    ]


def _samples(table: Table, layout: Columns) -> dict[str, list[str]]:
    """The first values of each column, ID numbers masked."""
    first = table.rows[layout.first_row - 1 : layout.first_row + 2]
    rows = [masked_cells(row, id_columns(layout)) for row in first]
    return {c.letter: [row[c.index] for row in rows if c.index < len(row) and row[c.index]] for c in layout.columns}
