"""``/api/v1``: levels of a draft of a specification, by the same functions as the forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from examops.accounts import current_actor, needs
from examops.catalogue import PARTS
from examops.core.extensions import clock
from examops.core.transaction import transaction
from examops.specifications.api import (
    SpecificationWholeSchema,
    bp,
    whole_specification,
)
from examops.specifications.api_inputs import (
    ApiLevelSchema,
    level_of,
    minutes_by_part,
    stored_conditions,
)
from examops.specifications.blueprint import BODY
from examops.specifications.editing import (
    save_level,
    specification_by_uid,
)
from examops.specifications.inputs import SeenSchema
from examops.specifications.models import OWN_KINDS, Specification

LEVEL_EXAMPLE = {
    "seen": 0,
    "parts": ["theory", "skill"],
    "minutes": {"theory": 90, "skill": 120},
    "pass_mark": 60,
    "text": "取得五级证书后从事本职业满两年",
    "conditions": [
        {"needs": [{"need": "certificate", "level": "5"}, {"need": "work", "years": 2, "after": "certificate"}]}
    ],
}


@bp.put("/specifications/<uuid:specification_uid>/levels/<string:level>")
@bp.arguments(ApiLevelSchema, example=LEVEL_EXAMPLE)
@bp.writes(SpecificationWholeSchema, 404, 409)
@needs(*BODY)
def put_level(given: dict[str, Any], specification_uid: UUID, level: str) -> dict[str, Any]:
    """Write one level of a draft whole: conditions as lines of which one must hold, parts, minutes, pass mark."""
    with transaction():
        row = specification_by_uid(specification_uid)
        content = _content(row, given)
        save_level(row, given["seen"], level_of(level), content, actor=current_actor(), clock=clock())
    return whole_specification(specification_by_uid(specification_uid))


def _content(row: Specification, given: dict[str, Any]) -> dict[str, Any]:
    is_own = row.kind in OWN_KINDS
    return {
        "text": given["text"] if is_own else "",
        "conditions": stored_conditions(given) if is_own else [],
        "parts": [part for part in PARTS if part in given["parts"]],
        "minutes": minutes_by_part(given),
        "pass_mark": given["pass_mark"],
    }


@bp.delete("/specifications/<uuid:specification_uid>/levels/<string:level>")
@bp.arguments(SeenSchema, location="query")
@bp.writes(SpecificationWholeSchema, 404, 409)
@needs(*BODY)
def drop_level(given: dict[str, Any], specification_uid: UUID, level: str) -> dict[str, Any]:
    """Leave a level out of a draft."""
    with transaction():
        row = specification_by_uid(specification_uid)
        save_level(row, given["seen"], level_of(level), None, actor=current_actor(), clock=clock())
    return whole_specification(specification_by_uid(specification_uid))
