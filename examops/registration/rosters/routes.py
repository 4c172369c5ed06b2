"""The roster wizard: file → columns → verdicts → saved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select

from config.occupations import catalogue
from config.rulebook import rulebook
from examops.accounts import current_actor, guarded, roles_only
from examops.audit import record_access
from examops.catalogue import LEVELS, occupation_word
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError, NotFound
from examops.core.extensions import clock, keyring, store
from examops.core.jobs import defer
from examops.core.language import N_, _
from examops.core.paging import key_of, newest_first, of_own_body, page_and_next
from examops.core.transaction import transaction
from examops.eligibility import CANDIDATE_KINDS
from examops.eligibility.roster import FIELDS, Columns, title_in
from examops.registration.models import Batch, Roster, RosterRow
from examops.registration.rosters.context import columns_from_json
from examops.registration.rosters.correcting import correct_cell
from examops.registration.rosters.inputs import CellSchema, ShownSchema, UploadSchema, columns_schema
from examops.registration.rosters.intake import cancel, choose_columns, receive_roster, roster_by_uid, table_of
from examops.registration.rosters.photos import without_photo_count
from examops.registration.rosters.preview import ProgressSchema, preview, progress
from examops.registration.rosters.saving import begin_saving
from examops.registration.rosters.workbook_routes import add_workbooks
from examops.registration.tags import Tag
from examops.web.api import json_call
from examops.web.inputs import InvalidInput, read_form, read_valid
from examops.web.pages import BeforeSchema

bp = guarded(
    Blueprint("rosters", __name__, url_prefix="/rosters"),
    roles_only("coordinator"),
)
RECENT = 20
STATES = {
    "uploaded": ("wait", N_("待认列")),
    "examining": ("act", N_("核对中")),
    "examined": ("look", N_("待保存")),
    "saving": ("act", N_("保存中")),
    "saved": ("done", N_("已保存")),
    "cancelled": ("off", N_("已取消")),
    "failed": ("stop", N_("没读成")),
}


@bp.get("/")
def index() -> ResponseReturnValue:
    return _upload_page({}, {})


def _upload_page(errors: dict[str, str], chosen: dict[str, Any]) -> ResponseReturnValue:
    open_batches = of_own_body(select(Batch), Batch.body_id).where(
        Batch.state == "open", Batch.applies_until > clock().now()
    )
    batches = db.session.execute(open_batches.order_by(Batch.id.desc()).limit(50)).scalars()
    recent, last = page_and_next(
        list(db.session.execute(recent_query(read_valid(BeforeSchema, request.args)["before"])).scalars()), RECENT
    )
    occupations = [("", _("以表为准")), *((one.code, occupation_word(one)) for one in catalogue().by_code.values())]
    law, day = rulebook(), today(clock())
    page = render_template(
        "registration/roster_upload.html",
        batches=[(str(b.uid), f"{b.number} {b.name}") for b in batches],
        occupations=occupations,
        levels=[("", _("以表为准")), *((str(number), _(word)) for number, word in LEVELS.items())],
        kinds=[("", _("按机构")), *((kind, _(word)) for kind, word in CANDIDATE_KINDS.items())],
        chosen=chosen,
        errors=errors,
        upload_url=url_for("rosters.upload"),
        form_url=url_for("rosters.blank_form"),
        limits={
            "rows": law.value("roster.rows_max", day),
            "megabytes": law.value("roster.bytes_max", day) // (1024 * 1024),
        },
        recent=[_recent(roster) for roster in recent],
        older=url_for("rosters.index", before=key_of(last.created_at, last.id)) if last else None,
    )
    return page, 422 if errors else 200


def recent_query(before: str | None) -> Select[Any]:
    return newest_first(of_own_body(select(Roster), Roster.body_id), Roster.created_at, Roster.id, before, RECENT)


def _recent(roster: Roster) -> dict[str, Any]:
    url = url_for("rosters.show", roster_uid=roster.uid)
    rows = sum(roster.counts.values()) if roster.counts else roster.row_count
    return {
        "name": roster.name,
        "at": roster.created_at,
        "rows": rows,
        "ok": roster.counts.get("ok", 0),
        "state": STATES[roster.state],
        "url": url,
    }


@bp.post("/")
def upload() -> ResponseReturnValue:
    file, shown = request.files.get("file"), request.form.to_dict()
    try:
        given = read_form(UploadSchema)
        batch = _batch(given["batch"])
    except InvalidInput as refused:
        return _upload_page({name.partition(".")[0]: str(words) for name, words in refused.faults.items()}, shown)
    except NotFound as refused:
        return _upload_page({"batch": refused.words}, shown)
    content = file.read() if file and file.filename else given["pasted"].encode()
    if not content:
        return _upload_page({"file": _("没有选文件，也没有粘贴内容")}, shown)
    name = (file.filename if file and file.filename else "") or _("粘贴的名单")
    try:
        with transaction():
            roster = receive_roster(
                batch,
                name,
                content,
                is_paste=not (file and file.filename),
                vouched=given["vouched"],
                actor=current_actor(),
                clock=clock(),
                store=store(),
            )
            roster.sheet = {**roster.sheet, "defaults": {key: given[key] for key in ("occupation", "level", "kind")}}
    except DomainError as fault:
        return _upload_page({"file": str(fault.sentence)}, shown)
    return redirect(url_for("rosters.columns", roster_uid=roster.uid))


def _batch(uid: UUID) -> Batch:
    found = db.session.execute(select(Batch).where(Batch.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("请选一个批次"))
    return found


@bp.route("/<uuid:roster_uid>/columns", methods=["GET", "POST"])
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
    _note_look(roster)
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


@bp.get("/<uuid:roster_uid>")
def show(roster_uid: UUID) -> ResponseReturnValue:
    roster = roster_by_uid(roster_uid)
    if roster.state in ("uploaded", "cancelled"):
        return redirect(url_for("rosters.columns", roster_uid=roster_uid))
    asked = read_valid(ShownSchema, request.args)
    if roster.state == "saved" and asked["tab"] is None:
        return _saved(roster)
    _note_look(roster)
    context = preview(
        roster,
        tab=asked["tab"] or "",
        reason=asked["reason"],
        after=asked["after"],
        opened=asked["open"],
        ring=keyring(),
    )
    if roster.state in ("examining", "saving"):
        context["task"] = progress(roster, clock().now())
    return render_template("registration/roster_preview.html", fault=roster.fault, **context)


def _note_look(roster: Roster) -> None:
    with transaction():
        record_access(Tag.ROSTER_VIEWED, current_actor(), roster, clock=clock(), words=roster.name)


def _saved(roster: Roster) -> ResponseReturnValue:
    saved = (
        select(func.count())
        .select_from(RosterRow)
        .where(RosterRow.roster_id == roster.id, RosterRow.application_id.is_not(None))
    )
    left = int(roster.counts.get("no", 0)) + int(roster.counts.get("unclear", 0))
    left_in = "unclear" if roster.counts.get("unclear") else "no"
    batch = db.session.execute(select(Batch.name).where(Batch.id == roster.batch_id)).scalar_one()
    missing = without_photo_count(roster)
    return render_template(
        "registration/roster_saved.html",
        roster={"name": roster.name, "batch": batch},
        already=0,
        saved=int(db.session.execute(saved).scalar_one()),
        draft={"count": left, "url": url_for("rosters.show", roster_uid=roster.uid, tab=left_in)},
        photos={"missing": missing, "url": url_for("roster_photos.show", roster_uid=roster.uid)},
        next_url=url_for("sessions.create"),
    )


@bp.get("/<uuid:roster_uid>/progress", endpoint="progress")
@json_call(ProgressSchema)
def progress_of(roster_uid: UUID) -> dict[str, Any]:
    """How far the examination of a roster has come"""
    return progress(roster_by_uid(roster_uid), clock().now())


@bp.post("/<uuid:roster_uid>/cancel", endpoint="stop")
def stop_roster(roster_uid: UUID) -> ResponseReturnValue:
    with transaction():
        cancel(roster_by_uid(roster_uid), actor=current_actor())
    return redirect(url_for("rosters.index"))


@bp.post("/<uuid:roster_uid>/save")
def save(roster_uid: UUID) -> ResponseReturnValue:
    with transaction():
        roster = roster_by_uid(roster_uid)
        begin_saving(roster, clock=clock())
        defer("registration.save_roster", queue_name="default", lock=f"roster:{roster.id}", roster_uid=str(roster.uid))
    return redirect(url_for("rosters.show", roster_uid=roster_uid))


@bp.post("/<uuid:roster_uid>/rows/<int(max=10000000):row_number>/<field>")
def correct(roster_uid: UUID, row_number: int, field: str) -> ResponseReturnValue:
    with transaction():
        row = correct_cell(
            roster_by_uid(roster_uid),
            row_number,
            field,
            read_form(CellSchema)["value"],
            actor=current_actor(),
            ring=keyring(),
        )
    at = row.row_number
    return redirect(url_for("rosters.show", roster_uid=roster_uid, tab=row.outcome, open=at, _anchor=f"row-{at}"))


add_workbooks(bp)
