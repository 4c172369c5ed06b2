"""Pages of legal entities: the list, one entity with its bodies and former names. The city renames here."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from config.divisions import OUTSIDE, divisions
from examops.accounts import REGULATORS, current_actor, guarded, needs, roles_only
from examops.catalogue import district_name
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError, Invalid
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.organisations.bars import bar_of
from examops.organisations.entities import Standing, describe, entity_by_uid, former_names, rename
from examops.organisations.labels import BODY_KINDS, INDUSTRIES, RELATIONS
from examops.organisations.listing import SearchSchema, bodies_of, matching, page_of
from examops.organisations.models import LegalEntity
from examops.web.api import LenientSchema
from examops.web.inputs import Day, InvalidInput, OneOf, ShortText, read_form, read_valid
from examops.web.workbooks import MOST_ROWS, export

OF_THE_CITY = tuple(code for code in divisions().districts if code != OUTSIDE)
RENAMERS = ("city_bureau", "city_centre")
COLUMNS = (
    (N_("名称"), 36),
    (N_("统一社会信用代码"), 22),
    (N_("区"), 10),
    (N_("行业"), 16),
    (N_("评价机构"), 24),
)
bp = guarded(Blueprint("entities", __name__, url_prefix="/entities"), roles_only(*REGULATORS))


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
    seen = ShortText(200)


@bp.get("")
def index() -> ResponseReturnValue:
    """Found by the name of today, by a former one, or by the credit code."""
    asked = read_valid(SearchSchema, request.args)
    shown, following = page_of(asked)
    return render_template(
        "organisations/entities.html", rows=shown, bodies=bodies_of(shown), asked=asked, following=following
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
        yield row.name, row.credit_code, _(district_name(row.district)), industry, kinds


@bp.get("/<uuid:entity_uid>")
def show(entity_uid: uuid.UUID) -> ResponseReturnValue:
    return _page(entity_by_uid(entity_uid))


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
        return _page(entity_by_uid(entity_uid), request.form, error)
    flash(_("已更名，原名称留作曾用名"))
    return redirect(url_for("entities.show", entity_uid=entity_uid))


@bp.post("/<uuid:entity_uid>/standing")
@needs(*RENAMERS)
def change_standing(entity_uid: uuid.UUID) -> ResponseReturnValue:
    entity = entity_by_uid(entity_uid)
    try:
        data = read_form(StandingSchema)
        new = Standing(data["district"], data["industry"], _parent(data["parent"]), data["relation"])
        with transaction():
            changed = describe(entity, new, actor=current_actor(), seen=data["seen"])
    except DomainError as error:
        return _page(entity_by_uid(entity_uid), request.form, error)
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


def _page(
    entity: LegalEntity, form: Mapping[str, Any] | None = None, refused: DomainError | None = None
) -> ResponseReturnValue:
    faults = refused.faults if isinstance(refused, InvalidInput) else {}
    now = Standing.of(entity)
    kept = {"district": now.district, "industry": now.industry, "relation": now.relation, "seen": now.mark}
    kept |= {"parent": now.parent.credit_code if now.parent else ""}
    day = (today(clock()) - timedelta(days=1)).isoformat()
    return render_template(
        "organisations/entity.html",
        entity=entity,
        bar=bar_of(entity.id, today(clock())),
        parent=now.parent,
        districts=[(code, _(district_name(code))) for code in OF_THE_CITY],
        industries=[("", _("没有填"))] + [(key, _(word)) for key, word in INDUSTRIES.items()],
        relations=[("", _("没有上级"))] + [(key, _(word)) for key, word in RELATIONS.items()],
        bodies=bodies_of([entity])[entity.id],
        former=former_names(entity.id),
        form={"last_day": day, **kept, **(form or {})},
        faults=faults,
        refused=None if faults else refused,
        may_rename=g.role in RENAMERS,
    ), refused.status if refused else 200
