"""A sheet of people or of relations: chosen, shown with every fault, saved whole or not at all."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import count_attempt, current_actor, needs
from examops.catalogue import find_occupation
from examops.core.clock import today
from examops.core.errors import DomainError, Invalid
from examops.core.extensions import clock, keyring
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.eligibility.roster import read_upload
from examops.organisations.models import Body
from examops.sheets.table import Table
from examops.staff.blueprint import bp, chosen_body, own_bodies
from examops.staff.importing import (
    PeopleSheet,
    RelationsSheet,
    from_json,
    read_people,
    read_relations,
    save_people,
    save_relations,
    to_json,
)
from examops.staff.inputs import MAX_TEXT, ImportSchema, SaveSheetSchema
from examops.web.inputs import InvalidInput, read_form

SHEETS_PER_HOUR = 60


@bp.get("/import")
@needs("coordinator")
def choose() -> ResponseReturnValue:
    return _page()


@bp.post("/import")
@needs("coordinator")
def preview() -> ResponseReturnValue:
    """What the sheet would do, and what is wrong with it. Nothing is kept: the form carries the sheet on as text."""
    try:
        given = read_form(ImportSchema)
        body, table = chosen_body(given["body"]), _table(given["pasted"])
        text = to_json(table)
        if len(text) > MAX_TEXT:
            raise Invalid(N_("表太长"), advice=N_("分成几份，每份一千行以内"))
        found = _read(given["what"], table, body)
    except DomainError as error:
        return _page(error)
    return _page(found=found, what=given["what"], body=body, text=text)


@bp.post("/import/save")
@needs("coordinator")
def save_sheet() -> ResponseReturnValue:
    try:
        given = read_form(SaveSheetSchema)
        table = from_json(given["sheet"])
        with transaction():
            body = chosen_body(given["body"])
            words = _save(_read(given["what"], table, body), body)
    except DomainError as error:
        return _page(error)
    flash(words)
    return redirect(url_for("staff.index"))


def _read(what: str, table: Table, body: Body) -> PeopleSheet | RelationsSheet:
    if what == "people":
        return read_people(table, body, rulebook())
    return read_relations(table, body, keyring(), today(clock()))


def _save(found: PeopleSheet | RelationsSheet, body: Body) -> str:
    if isinstance(found, PeopleSheet):
        counts: dict[str, Any] = save_people(found, body, actor=current_actor(), clock=clock())
        return _(
            "已导入：新登记 {new_people} 人、{new_cards} 张证，改了 {changed_people} 人、{changed_cards} 张证", **counts
        )
    added = save_relations(found, body, actor=current_actor(), clock=clock())
    return _("已导入 {count} 条回避关系", count=added)


def _table(pasted: str) -> Table:
    """The uploaded file, or what was pasted; read in a bounded child."""
    file = request.files.get("file")
    is_file = bool(file and file.filename)
    content = file.read() if file and is_file else pasted.encode()
    if not content:
        raise Invalid(N_("没有选文件，也没有粘贴内容"), advice=N_("选一个表格文件，或从表格里复制后粘贴"))
    with transaction():
        count_attempt(f"staff-sheet:{current_actor().uid}", limit=SHEETS_PER_HOUR, minutes=60, clock=clock())
    return read_upload(content, is_paste=not is_file)


def _page(
    refused: DomainError | None = None,
    *,
    found: PeopleSheet | RelationsSheet | None = None,
    what: str = "",
    body: Body | None = None,
    text: str = "",
) -> ResponseReturnValue:
    status = refused.status if refused else 422 if found and found.faults else 200
    return render_template(
        "staff/import.html",
        bodies=own_bodies(),
        found=found,
        what=what or request.form.get("what", "people"),
        chosen=body.uid if body else None,
        text=text,
        pasted=request.form.get("pasted", "") if refused or (found and found.faults) else "",
        refused=None if isinstance(refused, InvalidInput) else refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
        find_occupation=find_occupation,
    ), status
