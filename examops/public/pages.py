"""认定机构目录: the list with its search, and the page of one body. For everybody, without scripts, to be printed."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import guarded, open_to_public
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.extensions import settings, store
from examops.core.language import N_
from examops.core.paging import page_and_next
from examops.public.caching import count_view, kept_answer
from examops.public.editions import Edition
from examops.public.filed import filed_occupations
from examops.public.inputs import SearchSchema
from examops.public.labels import area_choices, district_choices, level_choices, occupation_choices
from examops.public.listing import (
    FILTERS,
    PAGE,
    card_of,
    history_of,
    page_query,
    published_rule,
    published_specification,
    tally,
)
from examops.public.widening import unfiled_occupation, wider_searches
from examops.specifications.models import PublishedRule, PublishedSpecification
from examops.specifications.publishing import fees_in_force, published_specifications, rules_in_force
from examops.web.downloads import sealed_attachment
from examops.web.inputs import read_valid

bp = guarded(Blueprint("directory", __name__, url_prefix="/directory"), open_to_public("目录向社会公开"))
FILES_PER_WINDOW = 60


@bp.get("")
def index() -> ResponseReturnValue:
    count_view("directory")
    return kept_answer(_list)


@bp.get("/<uuid:card_uid>")
def show(card_uid: UUID) -> ResponseReturnValue:
    count_view("directory")
    return kept_answer(lambda edition: _entry(card_uid, edition.day))


@bp.get("/<uuid:card_uid>/rules/<uuid:rule_uid>.file")
def rule_file(card_uid: UUID, rule_uid: UUID) -> Response:
    """A published rule that is a document: always a file to save, never shown inside the site."""
    count_view("directory-rule", FILES_PER_WINDOW)
    return kept_answer(lambda _edition: _document(published_rule(card_of(card_uid), rule_uid)))


@bp.get("/<uuid:card_uid>/specifications/<uuid:published_uid>.file")
def specification_file(card_uid: UUID, published_uid: UUID) -> Response:
    """The document of a filed specification: a file to save, as a rule's is."""
    count_view("directory-specification", FILES_PER_WINDOW)
    return kept_answer(lambda _edition: _document(published_specification(card_of(card_uid), published_uid)))


def _document(found: PublishedRule | PublishedSpecification) -> Response:
    data = store().get("documents", found.object_key)
    if hashlib.sha256(data).digest() != found.digest:
        raise Conflict(N_("存储里的文件与公布时不同，不能给出"), advice=N_("请向机构索取，并告诉投诉电话"))
    return sealed_attachment(data, found.document_name, found.document_format)


def _list(edition: Edition) -> ResponseReturnValue:
    asked, day = read_valid(SearchSchema, request.args), edition.day
    rows, last = page_and_next(db.session.execute(page_query(asked, day)).scalars().all(), PAGE)
    filters = {name: asked[name] or None for name in FILTERS}
    return render_template(
        "public/index.html",
        rows=rows,
        tally=tally(asked, edition),
        wider=[] if rows else wider_searches(asked, edition),
        unfiled="" if rows else unfiled_occupation(asked, edition),
        day=day,
        asked=asked,
        following=url_for("directory.index", **filters, after=last.sort_key) if last else "",
        first=url_for("directory.index", **filters),
        districts=district_choices(),
        occupations=occupation_choices(filed_occupations(edition), asked["occupation"]),
        levels=level_choices(),
        areas=area_choices(),
        **_contacts(),
    )


def _entry(card_uid: UUID, day: date) -> ResponseReturnValue:
    card = card_of(card_uid)
    return render_template(
        "public/show.html",
        card=card,
        history=history_of(card),
        wanted=rulebook()["specification.rules_to_publish"].on(day),
        rules=rules_in_force(card.body_id),
        specifications=published_specifications(card.body_id),
        fees=fees_in_force(card.body_id),
        **_contacts(),
    )


def _contacts() -> dict[str, str]:
    """What the regulator publishes beside the directory; "" where it is not set."""
    return {"lookup_url": settings().certificate_lookup_url, "complaints": settings().complaint_contacts}
