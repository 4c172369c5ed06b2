"""``/api/v1``: work plans begun and their lines written, by the same functions as the forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from examops.accounts import current_actor, done_once, needs
from examops.catalogue import PARTS, chosen_occupation
from examops.core.extensions import clock
from examops.core.language import N_, message
from examops.core.transaction import transaction
from examops.specifications.api import (
    WorkPlanWholeSchema,
    bp,
    whole_plan,
)
from examops.specifications.api_drafts import begun
from examops.specifications.api_inputs import (
    ApiLineSchema,
    BeginPlanSchema,
    BegunSchema,
    level_of,
)
from examops.specifications.blueprint import BODY, own_body
from examops.specifications.editing import (
    begin_plan,
    plan_by_uid,
    save_line,
    sites_of,
)
from examops.specifications.inputs import SeenSchema
from examops.specifications.models import WorkPlan
from examops.web.api import IdempotencySchema
from examops.web.inputs import InvalidInput

LINE_EXAMPLE = {
    **{"seen": 0, "parts": ["theory", "skill"], "pass_mark": 60, "carry_over_months": 12},
    **{"site": "0a7c6f0e-7e34-4a6e-8a39-0d6d5b1f7b20", "examiners": 3, "proctors": 2},
}


@bp.post("/work-plans")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(BeginPlanSchema)
@bp.writes(BegunSchema, 404, 409)
@needs(*BODY)
def begin_one_plan(once: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """Begin the next version of the work plan, with the lines of the one before; one that is open is 409."""

    def begin(body: Any) -> dict[str, Any]:
        return begun(begin_plan(body, actor=current_actor(), clock=clock()))

    return done_once(once["key"], given, lambda: own_body(given["body"]), begin)


@bp.put("/work-plans/<uuid:plan_uid>/lines/<string:occupation_code>/<string:level>")
@bp.arguments(ApiLineSchema, example=LINE_EXAMPLE)
@bp.writes(WorkPlanWholeSchema, 404, 409)
@needs(*BODY)
def put_line(given: dict[str, Any], plan_uid: UUID, occupation_code: str, level: str) -> dict[str, Any]:
    """Write the line of an occupation and level of a draft whole."""
    with transaction():
        row = plan_by_uid(plan_uid)
        line, code = _line(row, given), chosen_occupation(occupation_code).code
        save_line(row, given["seen"], code, level_of(level), line, actor=current_actor(), clock=clock())
    return whole_plan(plan_by_uid(plan_uid))


def _line(row: WorkPlan, given: dict[str, Any]) -> dict[str, Any]:
    site = next((one for one in sites_of(row.body_id) if one.uid == given["site"]), None)
    if given["site"] and site is None:
        raise InvalidInput({"site": message(N_("没有这个考点，或不是本机构的"))}, labels={"site": ""})
    names = ("pass_mark", "carry_over_months", "examiners", "proctors")
    own = {"parts": [part for part in PARTS if part in given["parts"]], **{name: given[name] for name in names}}
    return own | {"site": str(site.uid) if site else "", "site_name": site.name if site else ""}


@bp.delete("/work-plans/<uuid:plan_uid>/lines/<string:occupation_code>/<string:level>")
@bp.arguments(SeenSchema, location="query")
@bp.writes(WorkPlanWholeSchema, 404, 409)
@needs(*BODY)
def drop_line(given: dict[str, Any], plan_uid: UUID, occupation_code: str, level: str) -> dict[str, Any]:
    """Take the line of an occupation and level out of a draft."""
    with transaction():
        row, code = plan_by_uid(plan_uid), chosen_occupation(occupation_code).code
        save_line(row, given["seen"], code, level_of(level), None, actor=current_actor(), clock=clock())
    return whole_plan(plan_by_uid(plan_uid))
