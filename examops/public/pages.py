"""认定机构目录: the list with its search, and the page of one body. For everybody, without scripts, to be printed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.divisions import divisions
from config.levels import LETTERS
from examops.accounts import guarded, open_to_public
from examops.core.database import db
from examops.core.extensions import settings
from examops.core.paging import page_and_next
from examops.public.caching import count_view, kept_answer
from examops.public.labels import district_word, level_choices, occupation_choices
from examops.public.listing import PAGE, card_of, history_of, page_query, tally
from examops.web.api import LenientSchema
from examops.web.inputs import OneOf, ShortText, WholeNumber, read_valid

bp = guarded(Blueprint("directory", __name__, url_prefix="/directory"), open_to_public("目录向社会公开"))


class SearchSchema(LenientSchema):
    """``after``: the key of the last card of the page before."""

    q = ShortText(60, load_default="")
    district = OneOf(divisions().districts, load_default="")
    occupation = ShortText(20, load_default="")
    level = OneOf(LETTERS, load_default="")
    after = WholeNumber(0, load_default=0)


@bp.get("")
def index() -> ResponseReturnValue:
    count_view("directory")
    return kept_answer(_list)


@bp.get("/<uuid:card_uid>")
def show(card_uid: UUID) -> ResponseReturnValue:
    count_view("directory")
    return kept_answer(lambda day: _entry(card_uid))


def _list(day: date) -> ResponseReturnValue:
    asked = read_valid(SearchSchema, request.args)
    rows, last = page_and_next(db.session.execute(page_query(asked, day)).scalars().all(), PAGE)
    filters = {name: asked[name] or None for name in ("q", "district", "occupation", "level")}
    return render_template(
        "public/index.html",
        rows=rows,
        tally=tally(asked, day),
        day=day,
        asked=asked,
        following=url_for("directory.index", **filters, after=last.sort_key) if last else "",
        districts=[(code, district_word(code)) for code in divisions().districts],
        occupations=occupation_choices(),
        levels=level_choices(),
        **_contacts(),
    )


def _entry(card_uid: UUID) -> ResponseReturnValue:
    card = card_of(card_uid)
    return render_template("public/show.html", card=card, history=history_of(card), **_contacts())


def _contacts() -> dict[str, str]:
    """What the regulator publishes beside the directory; "" where it is not set."""
    return {"lookup_url": settings().certificate_lookup_url, "complaints": settings().complaint_contacts}
