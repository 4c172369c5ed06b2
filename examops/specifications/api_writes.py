"""``/api/v1``: drafts of specifications and work plans begun and written, by the same functions as the forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from config.levels import LETTERS
from examops.accounts import current_actor, done_once, needs
from examops.catalogue import PARTS, Occupation, find_occupation
from examops.core.errors import Invalid
from examops.core.extensions import clock
from examops.core.language import N_, message
from examops.core.transaction import transaction
from examops.specifications.api import (
    SpecificationWholeSchema,
    WorkPlanWholeSchema,
    bp,
    whole_plan,
    whole_specification,
)
from examops.specifications.api_inputs import (
    ApiLevelSchema,
    ApiLineSchema,
    BeginPlanSchema,
    BeginSpecificationSchema,
    BegunSchema,
    SpecificationHeadSchema,
    minutes_by_part,
    stored_conditions,
)
from examops.specifications.blueprint import BODY, own_body
from examops.specifications.editing import (
    begin_plan,
    begin_specification,
    plan_by_uid,
    save_head,
    save_level,
    save_line,
    sites_of,
    specification_by_uid,
)
from examops.specifications.inputs import SeenSchema
from examops.specifications.models import OWN_KINDS, Specification, Version, WorkPlan
from examops.web.api import IdempotencySchema
from examops.web.inputs import InvalidInput

__all__ = ["bp"]
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
LINE_EXAMPLE = {
    **{"seen": 0, "parts": ["theory", "skill"], "pass_mark": 60, "carry_over_months": 12},
    **{"site": "0a7c6f0e-7e34-4a6e-8a39-0d6d5b1f7b20", "examiners": 3, "proctors": 2},
}


def _occupation(code: str) -> Occupation:
    found = find_occupation(code)
    if found is None:
        raise Invalid(N_("目录里没有这个职业"), advice=N_("按名称或编码在列表里选"))
    return found


def _level(code: str) -> str:
    """Of the address."""
    if code not in LETTERS:
        raise Invalid(N_("选一个等级"), advice=N_("等级写成代码，如 5、4"))
    return code


def _begun(row: Version) -> dict[str, Any]:
    return {"uid": str(row.uid), "version": row.version, "seen": row.edits}


@bp.post("/specifications")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(BeginSpecificationSchema)
@bp.writes(BegunSchema, 404, 409)
@needs(*BODY)
def begin_one_specification(once: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """Begin the next version for an occupation, with what the version before says; one that is open is 409."""
    occupation = _occupation(given["occupation"])

    def begin(body: Any) -> dict[str, Any]:
        options: dict[str, Any] = {"actor": current_actor(), "clock": clock()}
        return _begun(begin_specification(body, occupation, given["kind"], given["name"], **options))

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


@bp.put("/specifications/<uuid:specification_uid>/levels/<string:level>")
@bp.arguments(ApiLevelSchema, example=LEVEL_EXAMPLE)
@bp.writes(SpecificationWholeSchema, 404, 409)
@needs(*BODY)
def put_level(given: dict[str, Any], specification_uid: UUID, level: str) -> dict[str, Any]:
    """Write one level of a draft whole: conditions as lines of which one must hold, parts, minutes, pass mark."""
    with transaction():
        row = specification_by_uid(specification_uid)
        content = _content(row, given)
        save_level(row, given["seen"], _level(level), content, actor=current_actor(), clock=clock())
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
        save_level(row, given["seen"], _level(level), None, actor=current_actor(), clock=clock())
    return whole_specification(specification_by_uid(specification_uid))


@bp.post("/work-plans")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(BeginPlanSchema)
@bp.writes(BegunSchema, 404, 409)
@needs(*BODY)
def begin_one_plan(once: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """Begin the next version of the work plan, with the lines of the one before; one that is open is 409."""

    def begin(body: Any) -> dict[str, Any]:
        return _begun(begin_plan(body, actor=current_actor(), clock=clock()))

    return done_once(once["key"], given, lambda: own_body(given["body"]), begin)


@bp.put("/work-plans/<uuid:plan_uid>/lines/<string:occupation_code>/<string:level>")
@bp.arguments(ApiLineSchema, example=LINE_EXAMPLE)
@bp.writes(WorkPlanWholeSchema, 404, 409)
@needs(*BODY)
def put_line(given: dict[str, Any], plan_uid: UUID, occupation_code: str, level: str) -> dict[str, Any]:
    """Write the line of an occupation and level of a draft whole."""
    with transaction():
        row = plan_by_uid(plan_uid)
        line, code = _line(row, given), _occupation(occupation_code).code
        save_line(row, given["seen"], code, _level(level), line, actor=current_actor(), clock=clock())
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
        row, code = plan_by_uid(plan_uid), _occupation(occupation_code).code
        save_line(row, given["seen"], code, _level(level), None, actor=current_actor(), clock=clock())
    return whole_plan(plan_by_uid(plan_uid))
