"""The page behind the field in the top bar. People are found by coordinators only; that they looked is written down."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import SESSION_READERS, count_attempt, current_actor, guarded, roles_only
from examops.audit import record
from examops.catalogue import named_occupation
from examops.core.extensions import clock, keyring
from examops.core.transaction import transaction
from examops.sessions.overview.search import MAX_RESULTS, SearchResult, is_id_number, plain, search
from examops.sessions.tags import Tag
from examops.web.api import LenientSchema
from examops.web.formats import mask_id
from examops.web.inputs import ShortText, read_valid

bp = guarded(Blueprint("search", __name__, url_prefix="/search"), roles_only(*SESSION_READERS))
NUMBERS_PER_HOUR = 120  # ID numbers: enough for a day at the desk, too few to try numbers out


class SearchSchema(LenientSchema):
    q = ShortText(4000, lines=True)  # pasted, with whatever blanks; cut to what a number or name can be


@bp.get("/")
def results() -> ResponseReturnValue:
    """What an address may ask. An ID number does not belong into one and is not looked up."""
    asked = plain(read_valid(SearchSchema, request.args)["q"])
    return _answer("" if is_id_number(asked) else asked)


@bp.post("/")
def ask() -> ResponseReturnValue:
    """What was typed: an ID number is answered here, anything else gets an address that can be shared."""
    asked = plain(read_valid(SearchSchema, request.form)["q"])
    if not is_id_number(asked):
        return redirect(url_for("search.results", q=asked or None))
    with transaction():
        count_attempt(f"search-id:{g.user.uid}", limit=NUMBERS_PER_HOUR, minutes=60, clock=clock())
    return _answer(asked)


def _answer(asked: str) -> ResponseReturnValue:
    with transaction():
        found = search(asked, with_people=g.role == "coordinator", ring=keyring()) if asked else SearchResult()
        if found.people:
            record(Tag.CANDIDATES_FOUND, current_actor(), at=clock().now(), count=len(found.people))
    return render_template(
        "sessions/search.html",
        asked=mask_id(asked) if is_id_number(asked) else asked,
        found=found,
        most=MAX_RESULTS,
        occupation=named_occupation,
    )
