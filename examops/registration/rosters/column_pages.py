"""The second step of the wizard: which column is what."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import current_actor
from examops.core.errors import DomainError
from examops.core.extensions import clock, store
from examops.core.language import _
from examops.core.transaction import transaction
from examops.eligibility.roster import FIELDS, Columns, title_in
from examops.registration.rosters.context import columns_from_json
from examops.registration.rosters.inputs import columns_schema
from examops.registration.rosters.intake import choose_columns, roster_by_uid, table_of
from examops.registration.rosters.viewing import record_view
from examops.web.inputs import read_form


def add_columns(bp: Blueprint) -> None:
    """The second step, on the blueprint of rosters, behind its guard."""
    bp.route("/<uuid:roster_uid>/columns", methods=["GET", "POST"])(columns)


def columns(roster_uid: UUID) -> ResponseReturnValue:
    roster = roster_by_uid(roster_uid)
    layout = columns_from_json(roster.sheet["layout"])
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            changed = _chosen_columns(layout)
            with transaction():
                choose_columns(roster_by_uid(roster_uid), changed, actor=current_actor(), clock=clock())
            return redirect(url_for("rosters.show", roster_uid=roster_uid))
        except DomainError as fault:
            errors = {"columns": str(fault.sentence)}
    record_view(roster)
    table = table_of(store().get("documents", roster.document_key), roster.sheet["is_paste"])
    first = table.rows[layout.first_row - 1 : layout.first_row + 2]
    samples = {
        c.letter: [str(row[c.index]) for row in first if c.index < len(row) and row[c.index] not in ("", None)]
        for c in layout.columns
    }
    shown = {
        "name": roster.name,
        "rows": len(table.rows) - layout.first_row + 1,
        "sheet": table.sheet,
        "other_sheets": table.other_sheets,
    }
    return render_template(
        "registration/roster_columns.html",
        roster=shown,
        samples=samples,
        errors=errors,
        columns=[{"letter": c.letter, "header": c.header, "field": c.field, "how": c.how} for c in layout.columns],
        field_options=[("", _("不用这一列")), *((field.name, _(field.title)) for field in FIELDS)],
        missing=[title_in(name) for name in layout.missing],
        doubles=[(title_in(f), letters) for f, letters in layout.doubles],
        recognised=sum(bool(c.field) for c in layout.columns),
        save_url=request.path,
        back_url=url_for("rosters.index"),
    ), 422 if errors else 200


def _chosen_columns(layout: Columns) -> dict[int, str]:
    """By index, the fields that the form names otherwise than the sheet was read."""
    given = read_form(columns_schema(column.letter for column in layout.columns))
    named = {column: given[f"column-{column.letter}"] for column in layout.columns}
    return {column.index: field for column, field in named.items() if field not in (None, column.field)}
