"""Paper filings of before go-live: uploaded, previewed with every fault, entered in one act. By city offices."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError, Invalid, NotFound
from examops.core.extensions import clock, store
from examops.core.language import N_, _
from examops.core.store import Missing
from examops.core.transaction import transaction
from examops.eligibility.roster import read_upload
from examops.filings.blueprint import bp
from examops.filings.historic.columns import COLUMNS
from examops.filings.historic.importing import doubtful_codes, faults_on_record, import_papers
from examops.filings.historic.reading import CLAUSE, Sheet, read_sheet
from examops.filings.inputs import LONGEST
from examops.organisations import doubtful_words
from examops.web.api import LenientSchema
from examops.web.inputs import ShortText, read_form

CITY = ("city_bureau", "city_centre")
GONE = N_("这份表已经录入，或已经取消")


class EnterSchema(LenientSchema):
    code_reason = ShortText(LONGEST, lines=True)


@bp.get("/historic")
@needs(*CITY)
def historic() -> ResponseReturnValue:
    return _page()


@bp.post("/historic")
@needs(*CITY)
def upload_historic() -> ResponseReturnValue:
    """A sheet with faults is shown with all of them and not kept."""
    file = request.files.get("file")
    content = file.read() if file else b""
    try:
        if not content:
            raise Invalid(N_("没有选文件，或文件是空的"), advice=N_("选 XLSX 或 CSV 文件"), clause=CLAUSE)
        sheet = _read(content)
    except DomainError as error:
        return _page(refused=error)
    if sheet.faults:
        return _page(sheet)
    key = uuid.uuid4()
    store().put("documents", _key(key), content)
    return redirect(url_for("filings.preview_historic", upload=key))


@bp.get("/historic/<uuid:upload>")
@needs(*CITY)
def preview_historic(upload: UUID) -> ResponseReturnValue:
    return _page(_read(_kept(upload)), upload)


@bp.post("/historic/<uuid:upload>")
@needs(*CITY)
def enter_historic(upload: UUID) -> ResponseReturnValue:
    """Read and compared with the record once more, in the transaction that writes."""
    content = _kept(upload)
    try:
        reason = read_form(EnterSchema)["code_reason"]
        with transaction():
            sheet = _read(content)
            if not sheet.faults:
                options: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "rules": rulebook()}
                filings = import_papers(sheet, **options, code_reason=reason)
    except DomainError as error:
        return _page(_read(content), upload, error)
    if sheet.faults:
        return _page(sheet, upload)
    with suppress(Missing):
        store().delete("documents", _key(upload))
    bodies = len({filing.body_id for filing in filings})
    flash(_("已录入 {bodies} 个机构的 {count} 份备案，目录同时更新", bodies=bodies, count=len(filings)))
    return redirect(url_for("filings.historic"))


def _key(upload: UUID) -> str:
    return f"historic/{upload}"


def _kept(upload: UUID) -> bytes:
    try:
        return store().get("documents", _key(upload))
    except Missing as error:
        raise NotFound(GONE, advice=N_("到“录入上线前的备案”重新上传")) from error


def _read(content: bytes) -> Sheet:
    sheet = read_sheet(read_upload(content, is_paste=False), today(clock()), rulebook())
    sheet.faults.extend(faults_on_record(sheet, today(clock())))
    sheet.faults.sort(key=lambda one: (one.row, one.letter))
    return sheet


def _page(
    sheet: Sheet | None = None, upload: UUID | None = None, refused: DomainError | None = None
) -> ResponseReturnValue:
    db.session.rollback()
    shown: dict[str, Any] = {"faults": sheet.faults, "rows": len(sheet.rows)} if sheet else {"faults": [], "rows": 0}
    papers = sheet.papers() if sheet and not sheet.faults else []
    status = refused.status if refused else 422 if shown["faults"] else 200
    return render_template(
        "filings/historic.html",
        **shown,
        papers=papers,
        doubtful=list(map(doubtful_words, doubtful_codes(sheet))) if sheet and papers else [],
        bodies=len({(one.first["code"], one.first["kind"]) for one in papers}),
        columns=COLUMNS,
        upload=upload,
        most=rulebook().value("filing.historic_rows_max", today(clock())),
        refused=refused,
    ), status
