"""The first page: every version of specifications and work plans, and how far rules and fees are published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from config.levels import lowest_first
from config.occupations import catalogue
from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.catalogue import occupation_word
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import _
from examops.core.transaction import transaction
from examops.organisations.models import Body
from examops.specifications import plan_pages, version_pages
from examops.specifications.blueprint import BODY, bp, own_bodies, own_body
from examops.specifications.editing import begin_plan, begin_specification
from examops.specifications.inputs import BeginSchema, BodySchema
from examops.specifications.kinds import kinds_for
from examops.specifications.listing import versions_query
from examops.specifications.models import PublishedRule, Specification, WorkPlan
from examops.specifications.words import occupation_name
from examops.web.inputs import InvalidInput, read_form

__all__ = ["bp", "plan_pages", "version_pages"]
MOST = 300


@bp.get("")
def index() -> ResponseReturnValue:
    return overview()


def overview(refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    is_body, day = g.role == "coordinator", today(clock())
    specifications, plans = _rows(Specification, is_body), _rows(WorkPlan, is_body)
    ids = {row.body_id for row in (*specifications, *plans)}
    bodies = own_bodies() if is_body else _bodies(ids)
    return render_template(
        "specifications/index.html",
        bodies=bodies,
        names={body.id: body.name for body in bodies},
        specifications=specifications,
        plans=plans,
        missing=missing_rules([body.id for body in bodies], day),
        publishing=rulebook()["specification.rules_to_publish"].on(day),
        occupations=[(code, f"{code} {occupation_word(one)}") for code, one in sorted(catalogue().by_code.items())],
        occupation_name=occupation_name,
        lowest_first=lowest_first,
        kinds={body.id: kinds_for(body, day) for body in bodies} if is_body else {},
        is_body=is_body,
        refused=refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
        form=request.form,
    ), refused.status if refused else 200


def _rows(table: Any, is_body: bool) -> list[Any]:
    query = versions_query(table, is_body=is_body).order_by(table.body_id, table.id.desc()).limit(MOST)
    return list(db.session.execute(query).scalars())


def _bodies(ids: set[int]) -> list[Body]:
    return list(db.session.execute(select(Body).where(Body.id.in_(ids)).order_by(Body.id)).scalars())


def missing_rules(bodies: Sequence[int], day: Any) -> dict[int, list[str]]:
    """By inner number of the body, kinds of rules that it has to publish and has not."""
    wanted = rulebook().value("specification.rules_to_publish", day)
    query = select(PublishedRule.body_id, PublishedRule.kind).where(PublishedRule.body_id.in_(bodies)).distinct()
    found = {(row.body_id, row.kind) for row in db.session.execute(query)}
    return {body: [kind for kind in wanted if (body, kind) not in found] for body in bodies}


@bp.post("/new")
@needs(*BODY)
def start() -> ResponseReturnValue:
    try:
        given = read_form(BeginSchema)
        occupation = catalogue().by_code[given["occupation"]]
        with transaction():
            row = begin_specification(
                own_body(given["body"]), occupation, given["kind"], given["name"], actor=current_actor(), clock=clock()
            )
    except DomainError as error:
        return overview(error)
    flash(_("第 {version} 版草稿已建好，逐个等级填", version=row.version))
    return redirect(url_for("specifications.show", specification_uid=row.uid))


@bp.post("/plans/new", endpoint="begin_plan")
@needs(*BODY)
def begin_plan_draft() -> ResponseReturnValue:
    try:
        with transaction():
            row = begin_plan(own_body(read_form(BodySchema)["body"]), actor=current_actor(), clock=clock())
    except DomainError as error:
        return overview(error)
    flash(_("工作方案第 {version} 版草稿已建好", version=row.version))
    return redirect(url_for("specifications.plan", plan_uid=row.uid))
