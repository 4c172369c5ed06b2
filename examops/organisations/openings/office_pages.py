"""开户申请 as offices read them: the queue, one request beside what the register knows, and the answer to it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import REGISTRARS, current_actor, guarded, needs, roles_only
from examops.audit import record_access
from examops.catalogue import district_name
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import Conflict, DomainError
from examops.core.extensions import clock, store
from examops.core.idempotency import OtherRequest
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.organisations.entities import entity_by_uid
from examops.organisations.entity_page import entity_page
from examops.organisations.inputs import OnceSchema, read_registration
from examops.organisations.labels import BODY_KINDS
from examops.organisations.opening import objections_of
from examops.organisations.openings.asking import as_form
from examops.organisations.openings.certificates import bytes_of
from examops.organisations.openings.deciding import answer, register_asked, request_by_uid, requests_query
from examops.organisations.openings.inputs import DecisionSchema, PartSchema
from examops.organisations.openings.known import known_entities, other_requests
from examops.organisations.openings.labels import PARTS
from examops.organisations.openings.states import OPENING_STATES, RETURNED, WAITING
from examops.organisations.openings.tags import Tag
from examops.organisations.register_pages import admin, choices, link_of
from examops.web.downloads import sealed_attachment
from examops.web.inputs import InvalidInput, read_form, read_valid
from examops.web.workbooks import MOST_ROWS, export

bp = guarded(Blueprint("opening_queue", __name__, url_prefix="/openings"), roles_only(*REGISTRARS))
MOST = 200
COLUMNS = (
    (N_("编号"), 16),
    (N_("收到"), 18),
    (N_("名称"), 36),
    (N_("统一社会信用代码"), 22),
    (N_("类别"), 18),
    (N_("区"), 10),
    (N_("状态"), 20),
    (N_("办理人"), 12),
    (N_("办结"), 18),
    (N_("理由"), 40),
)


@bp.get("")
def index() -> ResponseReturnValue:
    part = read_valid(PartSchema, request.args)["part"]
    rows = db.session.execute(requests_query(part).limit(MOST)).scalars().all()
    return render_template(
        "openings/index.html", rows=rows, part=part, parts=[(key, _(word)) for key, word in PARTS.items()], most=MOST
    )


@bp.get("/export.xlsx")
def export_list() -> ResponseReturnValue:
    """Nobody's telephone: whoever is asked stands on the page of the request."""
    query = requests_query(read_valid(PartSchema, request.args)["part"])
    return export(_("开户申请"), COLUMNS, _cells(query))


def _cells(query: Any) -> Iterator[tuple[Any, ...]]:
    for row in db.session.execute(query.limit(MOST_ROWS + 1)).scalars():
        place, state = _(district_name(row.district)), _(OPENING_STATES[row.state][1])
        told = row.number, row.proven_at, row.name, row.credit_code, _(BODY_KINDS[row.kind]), place, state
        yield (*told, row.decided_by_name, row.decided_at, row.reason)


@bp.get("/<uuid:opening_uid>")
def show(opening_uid: UUID) -> ResponseReturnValue:
    return _page(opening_uid)


@bp.get("/<uuid:opening_uid>/certificate.file")
def certificate(opening_uid: UUID) -> Response:
    """Always a file to save, never shown inside the site; every look is written down."""
    with transaction():
        row = request_by_uid(opening_uid)
        found = row.document
        words = f"{row.number} {found.name}"
        record_access(Tag.OPENING_DOCUMENT_OPENED, current_actor(), row, clock=clock(), words=words)
        file = sealed_attachment(bytes_of(found, store()), found.name, found.format)
    return file


@bp.post("/<uuid:opening_uid>/answer")
@needs(*REGISTRARS)
def settle(opening_uid: UUID) -> ResponseReturnValue:
    """Returned or refused, with reasons."""
    try:
        given = read_form(DecisionSchema)
        address = url_for("openings.state", _external=True)
        with transaction():
            answer(opening_uid, given["act"], given["why"], address, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(opening_uid, error, request.form)
    flash(_("已退回，理由发给了申请人") if given["act"] == RETURNED else _("不予登记，理由发给了申请人"))
    return redirect(url_for("opening_queue.show", opening_uid=opening_uid))


@bp.post("/<uuid:opening_uid>/registration")
@needs(*REGISTRARS)
def register(opening_uid: UUID) -> ResponseReturnValue:
    """As an office registers any body; answers with the entity's page, which shows the link of the invitation."""
    request_by_uid(opening_uid)
    try:
        once = str(read_form(OnceSchema)["once"])
        told = read_registration(request.form, lambda read: objections_of(read, clock()))
        made = register_asked(opening_uid, told, once, link_of, admin=admin(), clock=clock())
    except OtherRequest:
        words, advice = N_("这张表已经登记过一家机构，改过的没有保存"), N_("看下面的结果")
        return _page(opening_uid, Conflict(words, advice=advice), request.form)
    except DomainError as error:
        return _page(opening_uid, error, request.form)
    return entity_page(entity_by_uid(UUID(made["entity"])), made=made)


def _page(uid: UUID, refused: DomainError | None = None, typed: Mapping[str, Any] | None = None) -> ResponseReturnValue:
    db.session.rollback()
    row = request_by_uid(uid)
    faults = refused.faults if isinstance(refused, InvalidInput) else {}
    beside = getattr(refused, "refusal", None) if faults else refused
    fresh = {**as_form(row), "short_name": "", "login": "", "once": str(uuid.uuid4())}
    return render_template(
        "openings/show.html",
        row=row,
        is_waiting=row.state == WAITING,
        known=known_entities(row, today(clock())),
        others=other_requests(row),
        form={**fresh, **(typed or {}), "once": fresh["once"]},
        faults=faults,
        refused=beside,
        kept_days=rulebook().value("opening.kept_days", today(clock())),
        **choices(),
    ), refused.status if refused else 200
