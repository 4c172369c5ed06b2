"""Photos of a roster: upload a zip, see what fits, what does not and who is missing."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import current_actor, guarded, roles_only
from examops.audit import record, record_access
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock, store
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.registration.rosters.inputs import ShownSchema
from examops.registration.rosters.intake import roster_by_uid
from examops.registration.rosters.photos import receive_photos, without_photo, without_photo_count
from examops.registration.tags import Tag
from examops.sheets.characters import file_name
from examops.web.downloads import attachment
from examops.web.inputs import read_valid
from examops.web.workbooks import list_workbook

PAGE = 50
COLUMNS = ((N_("表行"), 8), (N_("姓名"), 22), (N_("身份证号"), 22), (N_("班组"), 22))
UPLOAD_MB = 60  # a request is at most 64 MB, see the factory
bp = guarded(
    Blueprint("roster_photos", __name__, url_prefix="/rosters"),
    roles_only("coordinator"),
)


@bp.get("/<uuid:roster_uid>/photos")
def show(roster_uid: UUID) -> ResponseReturnValue:
    return _page(roster_uid, "")


def _page(roster_uid: UUID, error: str) -> ResponseReturnValue:
    with transaction():
        roster = roster_by_uid(roster_uid)
        record_access(Tag.ROSTER_VIEWED, current_actor(), roster, clock=clock(), words=roster.name)
    law, day = rulebook(), today(clock())
    after = read_valid(ShownSchema, request.args)["after"]
    rows = db.session.execute(without_photo(roster, after).limit(PAGE + 1)).all()
    limits = {name: law.value(f"photo.{name}", day) for name in ("width_min", "height_min", "bytes_max")}
    page = render_template(
        "registration/roster_photos.html",
        roster=roster,
        result=roster.photos,
        error=error,
        limits=limits,
        upload_mb=UPLOAD_MB,
        missing=rows[:PAGE],
        missing_count=without_photo_count(roster),
        more=rows[PAGE - 1].row_number if len(rows) > PAGE else None,
    )
    return page, 422 if error else 200


@bp.post("/<uuid:roster_uid>/photos")
def upload(roster_uid: UUID) -> ResponseReturnValue:
    file = request.files.get("file")
    content = file.read() if file else b""
    if not file or not content:
        return _page(roster_uid, _("没有选文件"))
    if len(content) > UPLOAD_MB * 1048576:
        size, most = f"{len(content) / 1048576:.1f}", UPLOAD_MB
        return _page(
            roster_uid,
            _("这个压缩包有 {size} MB，一次最多 {most} MB：分成几个压缩包，一个一个传", size=size, most=most),
        )
    try:
        with transaction():
            roster = roster_by_uid(roster_uid)
            name = file_name(file.filename or "") or _("照片.zip")
            receive_photos(roster, name, content, actor=current_actor(), clock=clock(), store=store())
    except DomainError as fault:
        return _page(roster_uid, str(fault.sentence))
    return redirect(url_for("roster_photos.show", roster_uid=roster_uid))


@bp.get("/<uuid:roster_uid>/photos/missing.xlsx")
def missing(roster_uid: UUID) -> ResponseReturnValue:
    """Who still lacks a photo, for the person who collects them. ID numbers stay masked."""
    with transaction():
        roster = roster_by_uid(roster_uid)
        record(Tag.ROSTER_EXPORTED, current_actor(), roster, words=roster.name, file="photos-missing", at=clock().now())
    rows = db.session.execute(without_photo(roster))
    cells = ((row.row_number, row.name, row.id_masked, row.team) for row in rows)
    content = list_workbook(_("缺照片"), COLUMNS, cells, frozen=2)
    return attachment(content, _("{roster}-缺照片.xlsx", roster=roster.name))
