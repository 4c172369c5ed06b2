"""``/api/v1``: specifications begun and named, by the same functions as the forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from examops.accounts import current_actor, done_once, needs
from examops.catalogue import chosen_occupation
from examops.core.extensions import clock
from examops.core.transaction import transaction
from examops.specifications.api import (
    SpecificationWholeSchema,
    bp,
    whole_specification,
)
from examops.specifications.api_inputs import (
    BeginSpecificationSchema,
    BegunSchema,
    SpecificationHeadSchema,
)
from examops.specifications.blueprint import BODY, own_body
from examops.specifications.editing import (
    begin_specification,
    save_head,
    specification_by_uid,
)
from examops.specifications.models import Version
from examops.web.api import IdempotencySchema


def begun(row: Version) -> dict[str, Any]:
    """A version that was begun, as it is answered."""
    return {"uid": str(row.uid), "version": row.version, "seen": row.edits}


@bp.post("/specifications")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(BeginSpecificationSchema)
@bp.writes(BegunSchema, 404, 409)
@needs(*BODY)
def begin_one_specification(once: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """Begin the next version for an occupation, with what the version before says; one that is open is 409."""
    occupation = chosen_occupation(given["occupation"])

    def begin(body: Any) -> dict[str, Any]:
        options: dict[str, Any] = {"actor": current_actor(), "clock": clock()}
        return begun(begin_specification(body, occupation, given["kind"], given["name"], **options))

    return done_once(once["key"], given, lambda: own_body(given["body"]), begin)


@bp.put("/specifications/<uuid:specification_uid>")
@bp.arguments(SpecificationHeadSchema)
@bp.writes(SpecificationWholeSchema, 404, 409)
@needs(*BODY)
def name_specification(given: dict[str, Any], specification_uid: UUID) -> dict[str, Any]:
    """Name and kind of a draft; to or from the kind national it begins anew. Not the newest `seen` is 409."""
    with transaction():
        row = specification_by_uid(specification_uid)
        save_head(row, given["seen"], given["name"], given["kind"], actor=current_actor(), clock=clock())
    return whole_specification(specification_by_uid(specification_uid))
