"""The roster wizard: file → columns → verdicts → saved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from examops.accounts import current_actor, guarded, roles_only
from examops.core.database import db
from examops.core.errors import Conflict, DomainError
from examops.core.extensions import clock, keyring
from examops.core.jobs import defer
from examops.core.language import Message
from examops.core.transaction import transaction
from examops.registration.models import Batch, Roster, RosterRow
from examops.registration.rosters.change_routes import add_changes
from examops.registration.rosters.column_pages import add_columns
from examops.registration.rosters.confirming import confirm_originals, take_back_originals
from examops.registration.rosters.correcting import correct_cell
from examops.registration.rosters.inputs import CellSchema, ShownSchema
from examops.registration.rosters.intake import cancel, roster_by_uid
from examops.registration.rosters.judging_again import turned
from examops.registration.rosters.opened_row import Typed
from examops.registration.rosters.photos import without_photo_count
from examops.registration.rosters.preview import Shown, preview, tab_of
from examops.registration.rosters.progress import progress
from examops.registration.rosters.saving import begin_saving
from examops.registration.rosters.standing import APPLIED, CHANGED, standing
from examops.registration.rosters.upload_pages import add_uploads
from examops.registration.rosters.viewing import record_view
from examops.registration.rosters.workbook_routes import add_workbooks
from examops.web.api import json_call
from examops.web.inputs import read_form, read_valid
from examops.web.progress import ProgressSchema

bp = guarded(
    Blueprint("rosters", __name__, url_prefix="/rosters"),
    roles_only("coordinator"),
)


@bp.get("/<uuid:roster_uid>")
def show(roster_uid: UUID) -> ResponseReturnValue:
    roster = roster_by_uid(roster_uid)
    if roster.state in ("uploaded", "cancelled"):
        return redirect(url_for("rosters.columns", roster_uid=roster_uid))
    asked = read_valid(ShownSchema, request.args)
    if roster.state == "saved" and asked["tab"] is None:
        return _saved(roster)
    shown = Shown(asked["tab"] or "", asked["reason"], asked["after"], asked["open"], field=asked["field"] or "")
    return _preview_page(roster, shown, roster.fault)


def _preview_page(roster: Roster, shown: Shown, fault: Message | str) -> str:
    with transaction():  # what the frame of the page asks too is read in the same transaction
        record_view(roster)
        context = preview(roster, shown, ring=keyring())
        if roster.state in ("examining", "saving"):
            context["task"] = progress(roster, clock().now())
        return render_template("registration/roster_preview.html", fault=fault, **context)


def _refused(roster_uid: UUID, fault: DomainError, shown: Shown) -> ResponseReturnValue:
    """The page that the reader was on, with the reason and what was typed. Another tab may have changed the roster."""
    db.session.rollback()
    roster = roster_by_uid(roster_uid)
    if roster.state in ("uploaded", "cancelled"):
        flash(str(fault.sentence))
        return redirect(url_for("rosters.columns", roster_uid=roster_uid))
    return _preview_page(roster, shown, fault.sentence), fault.status


def _saved(roster: Roster) -> ResponseReturnValue:
    saved = select(func.count()).where(RosterRow.roster_id == roster.id, RosterRow.application_id.is_not(None))
    new = saved.where(~RosterRow.reasons.contains([CHANGED]))
    left = int(roster.counts.get("no", 0)) + int(roster.counts.get("unclear", 0))
    left_in = "unclear" if roster.counts.get("unclear") else "no"
    batch = db.session.execute(select(Batch.name).where(Batch.id == roster.batch_id)).scalar_one()
    missing = without_photo_count(roster)
    return render_template(
        "registration/roster_saved.html",
        roster={"name": roster.name, "batch": batch},
        already=sum(int(roster.counts.get(name, 0)) for name in APPLIED),
        turned=turned(roster),
        saved=int(db.session.execute(new).scalar_one()),
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
    try:
        with transaction():
            cancel(roster_by_uid(roster_uid), actor=current_actor())
    except Conflict as fault:
        return _refused(roster_uid, fault, Shown())
    return redirect(url_for("rosters.index"))


@bp.post("/<uuid:roster_uid>/save")
def save(roster_uid: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            roster = roster_by_uid(roster_uid)
            begin_saving(roster, clock=clock())
            lock = f"roster:{roster.id}"
            defer("registration.save_roster", queue_name="default", lock=lock, roster_uid=str(roster.uid))
    except Conflict as fault:
        return _refused(roster_uid, fault, Shown())
    return redirect(url_for("rosters.show", roster_uid=roster_uid))


@bp.post(
    "/<uuid:roster_uid>/rows/<int(max=10000000):row_number>/originals"
    "/<any(employment, certificates, schooling, identity):group>"
)
def confirm(roster_uid: UUID, row_number: int, group: str) -> ResponseReturnValue:
    """The originals of one person were seen, today, by whoever is signed in."""
    try:
        with transaction():
            roster = roster_by_uid(roster_uid)
            row = confirm_originals(roster, row_number, group, actor=current_actor(), clock=clock(), ring=keyring())
    except Conflict as fault:
        return _refused(roster_uid, fault, Shown(tab_of(roster_uid, row_number), opened=row_number))
    return redirect(_opened(roster_uid, row))


@bp.post(
    "/<uuid:roster_uid>/rows/<int(max=10000000):row_number>/originals"
    "/<any(employment, certificates, schooling, identity):group>/take-back"
)
def take_back(roster_uid: UUID, row_number: int, group: str) -> ResponseReturnValue:
    """Somebody had said to have seen the originals by mistake."""
    try:
        with transaction():
            roster = roster_by_uid(roster_uid)
            row = take_back_originals(roster, row_number, group, actor=current_actor(), ring=keyring())
    except Conflict as fault:
        return _refused(roster_uid, fault, Shown(tab_of(roster_uid, row_number), opened=row_number))
    return redirect(_opened(roster_uid, row))


@bp.post("/<uuid:roster_uid>/rows/<int(max=10000000):row_number>/<field>")
def correct(roster_uid: UUID, row_number: int, field: str) -> ResponseReturnValue:
    value = read_form(CellSchema)["value"]
    try:
        with transaction():
            row = correct_cell(
                roster_by_uid(roster_uid), row_number, field, value, actor=current_actor(), ring=keyring()
            )
    except Conflict as fault:
        shown = Shown(tab_of(roster_uid, row_number), opened=row_number, typed=Typed(field, value))
        return _refused(roster_uid, fault, shown)
    return redirect(_opened(roster_uid, row))


def _opened(roster_uid: UUID, row: RosterRow) -> str:
    at = row.row_number
    return url_for("rosters.show", roster_uid=roster_uid, tab=standing(row), open=at, _anchor=f"row-{at}")


add_uploads(bp)
add_changes(bp, _refused)
add_columns(bp)
add_workbooks(bp)
