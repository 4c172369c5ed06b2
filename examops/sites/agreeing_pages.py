"""Sites lent into another district: what waits for the district bureau of either side, or for the city's."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.divisions import divisions
from config.rulebook import rulebook
from examops.accounts import current_actor, guarded, roles_only
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.sites.agreeing import (
    CITY_RULE,
    OUTCOMES,
    RULE,
    SIDES,
    Answer,
    answer,
    asked_of,
    is_over,
    without_officers,
)
from examops.web.api import LenientSchema
from examops.web.inputs import OneOf, ShortText, read_form

OFFICES = ("district_bureau", "city_bureau")
bp = guarded(Blueprint("lending", __name__, url_prefix="/lending"), roles_only(*OFFICES))


class AnswerSchema(LenientSchema):
    outcome = OneOf(("agreed", "refused"), required=True, fault=N_("选同意或不同意"))
    reason = ShortText(200, label=N_("理由"))


@bp.get("/")
def index() -> ResponseReturnValue:
    return _page()


@bp.post("/<uuid:approval_uid>")
def save(approval_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(AnswerSchema)
        asked = approval_uid, own_districts(), Answer(given["outcome"], given["reason"])
        with transaction():
            untold = answer(*asked, is_city=is_city(), actor=current_actor(), clock=clock()).untold
    except DomainError as error:
        return _page(error)
    flash(
        _("已记下，没有能收通知的邮箱或手机，要另外告诉：{names}", names=_("、").join(untold))
        if untold
        else _("已记下，两家机构都会收到通知")
    )
    return redirect(url_for("lending.index"))


def is_city() -> bool:
    """The city's bureau, which answers for a district that has nobody."""
    return bool(g.role == "city_bureau")


def own_districts() -> list[str] | None:
    """The officer's own; None where the assignment is for the whole city."""
    own = [grant.district for grant in g.grants if grant.district]
    return own or None


def _page(refused: DomainError | None = None) -> ResponseReturnValue:
    if refused is not None:
        db.session.rollback()
    day = today(clock())
    rows = asked_of(own_districts(), day)
    return render_template(
        "sites/lending.html",
        rows=rows,
        over={row.uid for row in rows if is_over(row, day)},
        is_city=is_city(),
        open_to_city=without_officers(rows, rulebook(), day) if is_city() else set(),
        names=divisions().districts,
        sides=SIDES,
        outcomes=OUTCOMES,
        rule=rulebook()[CITY_RULE if is_city() else RULE].on(day),
        refused=refused,
        form=request.form,
    ), refused.status if refused else 200
