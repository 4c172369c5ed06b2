"""``/api/v1/opening-requests``: an office answers a request to be registered, by the functions of the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for

from examops.accounts import REGISTRARS, current_actor, needs
from examops.core.extensions import clock
from examops.core.transaction import transaction
from examops.organisations.api import bp
from examops.organisations.api_writes import RegisteredSchema
from examops.organisations.inputs import RegisterSchema
from examops.organisations.openings.api import OpeningSchema, opening_line
from examops.organisations.openings.asking import as_form
from examops.organisations.openings.deciding import answer, register_asked, request_by_uid
from examops.organisations.openings.inputs import ASKED, DecisionSchema, RegisterAskedSchema
from examops.organisations.register_pages import admin, link_of
from examops.web.api import IdempotencySchema
from examops.web.inputs import read

__all__ = ["bp"]
ANSWER_EXAMPLE = {"act": "returned", "why": "执照看不清，重新拍"}
REGISTRATION_EXAMPLE = {"short_name": "智造培训", "login": "zhizao"}


@bp.post("/opening-requests/<uuid:opening_uid>/answer")
@bp.arguments(DecisionSchema, example=ANSWER_EXAMPLE)
@bp.writes(OpeningSchema, 404, 409)
@needs(*REGISTRARS)
def answer_opening(given: dict[str, Any], opening_uid: UUID) -> dict[str, Any]:
    """Return a request or refuse it, with the reasons that whoever asked is sent.

    Once: what another officer has answered is 409 `opening.decided_already`. The same officer may say the same again:
    nothing changes, nothing is sent."""
    address = url_for("openings.state", _external=True)
    with transaction():
        row = answer(opening_uid, given["act"], given["why"], address, actor=current_actor(), clock=clock())
        return opening_line(row)


@bp.post("/opening-requests/<uuid:opening_uid>/registration")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(RegisterAskedSchema(partial=ASKED), example=REGISTRATION_EXAMPLE)
@bp.writes(RegisteredSchema, 403, 404, 409)
@needs(*REGISTRARS)
def register_opening(once: dict[str, str], given: dict[str, Any], opening_uid: UUID) -> dict[str, Any]:
    """Register the body that asked and invite its first coordinator, as `POST /bodies` does, and end the request.

    What is left out is as the request says; `short_name` and `login` it does not say. `opening.decided_already`,
    `body.already_registered` and `body.barred` are 409; 422 names every field that does not fit."""
    told = read(RegisterSchema, {**as_form(request_by_uid(opening_uid)), **given})
    return register_asked(opening_uid, told, once["key"], link_of, admin=admin(), clock=clock())
