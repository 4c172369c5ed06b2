"""Desk tablets: paired once by a code; a tablet taken out of use opens no desk any more, whoever is signed in on it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import (
    BadPairingCode,
    Identity,
    PairingCodeUsed,
    count_pairing,
    guarded,
    identify,
    open_to_all,
    pair,
)
from examops.checkin.schemas import TabletSchema
from examops.core.errors import Invalid, NotSignedIn, TooManyAttempts
from examops.core.extensions import clock
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.web.cookies import is_secure
from examops.web.inputs import read_form

COOKIE, KEPT = "examops_tablet", timedelta(days=365)
DESK_PAGES = ("checkin", "duties")
bp = guarded(Blueprint("tablets", __name__), open_to_all("配对码就是钥匙"))


@bp.before_app_request
def only_tablets_in_use() -> None:
    """A tablet shows its token at every request of a desk; a browser without one is judged by its person's duty.

    Raises UnknownDevice for a tablet that was taken out of use.
    """
    token = request.cookies.get(COOKIE)
    if token and request.blueprint in DESK_PAGES:
        with transaction(SYSTEM):
            g.tablet = identify(token, "desk", clock=clock())


def tablet_in_use(token: str | None) -> Identity | None:
    """The tablet of this token; None for a browser without one and for a tablet that was taken out of use."""
    if not token:
        return None
    try:
        with transaction(SYSTEM):
            return identify(token, "desk", clock=clock())
    except NotSignedIn:
        return None


@bp.route("/tablet", methods=["GET", "POST"])
def pair_tablet() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("checkin/tablet.html", error=None, form={})
    try:
        form = read_form(TabletSchema)
        token = _pair(form["code"], form["name"])
    except (BadPairingCode, Invalid, TooManyAttempts) as error:
        if isinstance(error, PairingCodeUsed) and tablet_in_use(request.cookies.get(COOKIE)):
            return redirect(url_for("checkin.desks"))  # the button was pressed twice
        return render_template("checkin/tablet.html", error=error, form=request.form), error.status
    answer = redirect(url_for("checkin.desks"))
    answer.set_cookie(COOKIE, token, max_age=KEPT, httponly=True, samesite="Lax", secure=is_secure())
    return answer


def _pair(code: str, name: str) -> str:
    with transaction(SYSTEM):
        count_pairing(request.remote_addr or "", clock())
    with transaction(SYSTEM):
        return pair(code, name, "desk", None, clock=clock())[1]
