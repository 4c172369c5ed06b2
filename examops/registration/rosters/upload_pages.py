"""The first step of the wizard: a file or a paste is chosen."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select

from config.occupations import catalogue
from config.rulebook import rulebook
from examops.accounts import current_actor
from examops.catalogue import LEVELS, occupation_word
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError, NotFound
from examops.core.extensions import clock, store
from examops.core.language import N_, _
from examops.core.paging import key_of, newest_first, of_own_body, page_and_next
from examops.core.queries import records_of
from examops.core.reading import read_records
from examops.core.transaction import transaction
from examops.eligibility import CANDIDATE_KINDS
from examops.registration.models import Batch, Roster
from examops.registration.rosters.inputs import UploadSchema
from examops.registration.rosters.intake import receive_roster
from examops.registration.rosters.standing import people_in
from examops.web.inputs import InvalidInput, read_form, read_valid
from examops.web.pages import BeforeSchema

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


def add_uploads(bp: Blueprint) -> None:
    """The first step, on the blueprint of rosters, behind its guard."""
    bp.get("/")(index)
    bp.post("/")(upload)


def index() -> ResponseReturnValue:
    return _upload_page({}, {})


def _upload_page(errors: dict[str, str], chosen: dict[str, Any]) -> ResponseReturnValue:
    batches, before = _open_batches(clock().now()), read_valid(BeforeSchema, request.args)["before"]
    recent, last = page_and_next(read_records(recent_query(before)) if before else _newest(), RECENT)
    occupations = [("", _("以表为准")), *((one.code, occupation_word(one)) for one in catalogue().by_code.values())]
    law, day = rulebook(), today(clock())
    page = render_template(
        "registration/roster_upload.html",
        batches=[(str(b.uid), f"{b.number} {b.name}") for b in batches],
        occupations=occupations,
        levels=[("", _("以表为准")), *((letter, _(word)) for letter, word in LEVELS.items())],
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


@records_of
def _newest() -> Select[Roster]:
    return recent_query(None)


@records_of
def _open_batches(now: datetime) -> Select[Batch]:
    query = of_own_body(select(Batch), Batch.body_id).where(Batch.state == "open", Batch.applies_until > now)
    return query.order_by(Batch.id.desc()).limit(50)


def _recent(roster: Roster) -> dict[str, Any]:
    url = url_for("rosters.show", roster_uid=roster.uid)
    rows = people_in(roster.counts) if roster.counts else roster.row_count
    return {
        "name": roster.name,
        "at": roster.created_at,
        "rows": rows,
        "ok": roster.counts.get("ok", 0),
        "state": STATES[roster.state],
        "url": url,
    }


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
