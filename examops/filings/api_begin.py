"""``/api/v1/filings``: a body begins a filing and says whom its letters reach."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from examops.accounts import current_actor, done_once, needs
from examops.core.extensions import clock
from examops.core.transaction import transaction
from examops.filings.api import bp
from examops.filings.api_inputs import (
    BeginFilingSchema,
    BegunFilingSchema,
    FilingContactSavedSchema,
    FilingContactSchema,
)
from examops.filings.blueprint import BODY, own_body
from examops.filings.editing import begin
from examops.filings.gathering import filing_by_uid
from examops.filings.telling import save_contact
from examops.web.api import IdempotencySchema


@bp.post("/filings")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(BeginFilingSchema)
@bp.writes(BegunFilingSchema, 404, 409)
@needs(*BODY)
def begin_filing(once: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """Begin a filing. `body` may be left out by who works for one alone; a second open one is 409."""

    def start(body: Any) -> dict[str, Any]:
        filing = begin(body, given["kind"], actor=current_actor(), clock=clock())
        return {"uid": str(filing.uid), "number": filing.number, "state": str(filing.state)}

    return done_once(once["key"], given, lambda: own_body(given["body"]), start)


@bp.put("/filings/<uuid:filing_uid>/contact")
@bp.arguments(FilingContactSchema, example={"name": "陈工", "email": "", "mobile": "13800005678"})
@bp.writes(FilingContactSavedSchema, 404)
@needs(*BODY)
def put_contact(given: dict[str, Any], filing_uid: UUID) -> dict[str, Any]:
    """Whom letters and reminders about this filing reach besides the account."""
    with transaction():
        row = save_contact(filing_by_uid(filing_uid), **given, actor=current_actor(), clock=clock())
        return {name: getattr(row, name) for name in ("name", "email", "mobile")}
