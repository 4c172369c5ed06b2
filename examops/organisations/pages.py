"""Pages of legal entities: the list, one entity with its bodies and former names. The city renames here; pages by
which an office registers and corrects hang on the same blueprint."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from examops.accounts import REGISTRARS, current_actor, needs
from examops.catalogue import district_name
from examops.core.database import db
from examops.core.errors import DomainError, Invalid
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.organisations import register_pages
from examops.organisations.blueprint import RENAMERS, bp
from examops.organisations.entities import Standing, describe, entity_by_uid, rename
from examops.organisations.entity_page import entity_page
from examops.organisations.inputs import OF_THE_CITY
from examops.organisations.labels import BODY_KINDS, BODY_STATES, INDUSTRIES, RELATIONS
from examops.organisations.listing import SearchSchema, bodies_of, matching, page_of
from examops.organisations.models import LegalEntity
from examops.web.api import LenientSchema
from examops.web.inputs import Day, OneOf, ShortText, read_form, read_valid
from examops.web.workbooks import MOST_ROWS, export

__all__ = ["bp", "register_pages"]
COLUMNS = (
    (N_("名称"), 36),
    (N_("统一社会信用代码"), 22),
    (N_("区"), 10),
    (N_("行业"), 16),
    (N_("评价机构"), 24),
    (N_("状态"), 16),
    (N_("法定代表人"), 14),
)


class RenameSchema(LenientSchema):
    name = ShortText(120, required=True, fault=N_("写新的全称，120 字以内"))
    last_day = Day(required=True, fault=N_("选原名称的最后一天"))
    document_number = ShortText(60, required=True, fault=N_("写变更登记通知书的文号，60 字以内"))


class StandingSchema(LenientSchema):
    """``parent`` is a credit code, ``seen`` the mark of what stood on the page."""

    district = OneOf(OF_THE_CITY, required=True, fault=N_("选一个区"))
    industry = OneOf(("", *INDUSTRIES), load_default="")
    parent = ShortText(18)
    relation = OneOf(("", *RELATIONS), load_default="")
    representative = ShortText(40)
    seen = ShortText(200)


@bp.get("")
def index() -> ResponseReturnValue:
    """Found by the name of today, by a former one, or by the credit code."""
    asked = read_valid(SearchSchema, request.args)
    shown, following = page_of(asked)
    return render_template(
        "organisations/entities.html",
        rows=shown,
        bodies=bodies_of(shown),
        asked=asked,
        following=following,
        may_register=g.role in REGISTRARS,
    )


@bp.get("/export.xlsx")
def export_list() -> ResponseReturnValue:
    """Searched as the page is."""
    query = matching({**read_valid(SearchSchema, request.args), "after": ""})
    rows = db.session.execute(query.limit(MOST_ROWS + 1)).scalars().all()
    return export(_("单位"), COLUMNS, _cells(rows))


def _cells(rows: Sequence[LegalEntity]) -> Iterator[tuple[str, ...]]:
    bodies = bodies_of(rows)
    for row in rows:
        kinds = "、".join(_(BODY_KINDS[body.kind]) for body in bodies[row.id])
        industry = _(INDUSTRIES.get(row.industry, row.industry))
        states = "、".join(_(BODY_STATES[body.state]) for body in bodies[row.id])
        place = _(district_name(row.district))
        yield row.name, row.credit_code, place, industry, kinds, states, row.representative


@bp.get("/<uuid:entity_uid>")
def show(entity_uid: uuid.UUID) -> ResponseReturnValue:
    return entity_page(entity_by_uid(entity_uid))


@bp.post("/<uuid:entity_uid>/name")
@needs(*RENAMERS)
def change_name(entity_uid: uuid.UUID) -> ResponseReturnValue:
    entity = entity_by_uid(entity_uid)
    try:
        data = read_form(RenameSchema)
        with transaction():
            rename(
                entity, data["name"], data["last_day"], data["document_number"], actor=current_actor(), clock=clock()
            )
    except DomainError as error:
        return entity_page(entity_by_uid(entity_uid), request.form, error)
    flash(_("已更名，原名称留作曾用名"))
    return redirect(url_for("entities.show", entity_uid=entity_uid))


@bp.post("/<uuid:entity_uid>/standing")
@needs(*RENAMERS)
def change_standing(entity_uid: uuid.UUID) -> ResponseReturnValue:
    entity = entity_by_uid(entity_uid)
    try:
        data = read_form(StandingSchema)
        told = data["district"], data["industry"], _parent(data["parent"]), data["relation"], data["representative"]
        new = Standing(*told)
        with transaction():
            changed = describe(entity, new, actor=current_actor(), seen=data["seen"])
    except DomainError as error:
        return entity_page(entity_by_uid(entity_uid), request.form, error)
    flash(_("已保存") if changed else _("没有改动"))
    return redirect(url_for("entities.show", entity_uid=entity_uid))


def _parent(code: str) -> LegalEntity | None:
    if not code:
        return None
    query = select(LegalEntity).where(LegalEntity.credit_code == code.strip().upper())
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        words, advice = N_("系统里没有信用代码为 {code} 的单位"), N_("上级也是评价机构所属单位的，先建它")
        raise Invalid(words, advice=advice, code=code)
    return found
