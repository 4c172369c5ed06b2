"""``/api/v1``: to whom a site is lent, and what the districts say to it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from config.rulebook import rulebook
from examops.accounts import current_actor, done_once, needs
from examops.core.clock import today
from examops.core.extensions import clock
from examops.core.transaction import transaction
from examops.sites import api_papers, api_plans, api_writes
from examops.sites.agreeing import OUTCOMES, SIDES, Answer, answer, asked_of, is_over, without_officers
from examops.sites.agreeing_pages import OFFICES, AnswerSchema, is_city, own_districts
from examops.sites.api import bp, lent_of
from examops.sites.api_schemas import LentSchema
from examops.sites.inputs import UseSchema
from examops.sites.lending import end_use, lend
from examops.sites.lending_models import SiteUseApproval
from examops.sites.rooms import site_by_uid
from examops.web.api import IdempotencySchema

__all__ = ["api_papers", "api_plans", "api_writes", "bp"]  # the whole of it: importing adds the routes
WRITERS = ("coordinator",)
USE_EXAMPLE = {
    **{"guest": "91440606MA4W2AJX1P", "from_on": "2026-12-01", "until_on": "2026-12-31"},
    "agreement": "借用协议 7 号",
}
NAMED = ("uid", "side", "district", "first_on", "last_on", "agreement", "outcome", "reason", "decided_at", "by_city")


class NewUseSchema(UseSchema):
    """``guest`` is the credit code of the body that borrows; days of Foshan, both included."""


class SiteLentSchema(Schema):
    uid = fields.UUID(required=True)
    is_waiting = fields.Bool(
        required=True, metadata={"description": "Another district's body: both bureaus agree before it plans there"}
    )


class LendingSchema(Schema):
    """What one district is asked about a site that is lent into another; days of Foshan, both included."""

    uid = fields.UUID(required=True)
    side = fields.Str(required=True, validate=validate.OneOf(list(SIDES)))
    district = fields.Str(required=True, metadata={"description": "That is asked, by its division code"})
    site = fields.Str(required=True)
    host = fields.Str(required=True)
    guest = fields.Str(required=True)
    first_on = fields.Date(required=True)
    last_on = fields.Date(required=True)
    agreement = fields.Str(required=True)
    outcome = fields.Str(required=True, validate=validate.OneOf(list(OUTCOMES)))
    reason = fields.Str(required=True)
    officer = fields.Str(required=True, metadata={"description": "Who answered; empty before"})
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    by_city = fields.Bool(required=True, metadata={"description": "The city bureau answered for an empty district"})
    is_yours = fields.Bool(required=True, metadata={"description": "It waits for an answer of this office"})


class LendingsSchema(Schema):
    lendings = fields.List(fields.Nested(LendingSchema), required=True)


class LendingAnsweredSchema(LendingSchema):
    untold = fields.List(
        fields.Str(), required=True, metadata={"description": "Bodies that no notice reaches: tell them another way"}
    )


@bp.post("/sites/<uuid:site_uid>/uses")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(NewUseSchema, example=USE_EXAMPLE)
@bp.writes(SiteLentSchema, 404, 409)
@needs(*WRITERS)
def lend_site(once: dict[str, str], given: dict[str, Any], site_uid: UUID) -> dict[str, Any]:
    """Lend a site of one's own to another body, from the first day to the last."""

    def enter(site: Any) -> dict[str, Any]:
        told = (given["guest"], given["from_on"], given["until_on"], given["agreement"])
        use = lend(site, *told, actor=current_actor(), clock=clock())
        return {"uid": str(use.uid), "is_waiting": bool(lent_of(site, use.uid)["approvals"])}

    return done_once(once["key"], given, lambda: site_by_uid(site_uid, g.grants, WRITERS), enter)


@bp.post("/sites/<uuid:site_uid>/uses/<uuid:use_uid>/end")
@bp.writes(LentSchema, 404, 409)
@needs(*WRITERS)
def end_one_use(site_uid: UUID, use_uid: UUID) -> dict[str, Any]:
    """The guest plans nothing more from now on; while it has sessions there, and once it has ended, this is 409."""
    with transaction():
        end_use(site_by_uid(site_uid, g.grants, WRITERS), use_uid, actor=current_actor(), clock=clock())
    return lent_of(site_by_uid(site_uid, g.grants, WRITERS), use_uid)


@bp.get("/lendings")
@bp.reads(LendingsSchema)
@needs(*OFFICES)
def list_lendings() -> dict[str, Any]:
    """What districts are asked about sites that are lent across them, as far as this office sees: what waits first,
    then the newest; 200 at most."""
    day = today(clock())
    rows = asked_of(own_districts(), day)
    open_to_city = without_officers(rows, rulebook(), day) if is_city() else set()
    return {"lendings": [_lending(row, day, open_to_city) for row in rows]}


@bp.post("/lendings/<uuid:approval_uid>/answer")
@bp.arguments(AnswerSchema, example={"outcome": "refused", "reason": "监控还没有验收"})
@bp.writes(LendingAnsweredSchema, 404, 409)
@needs(*OFFICES)
def answer_lending(given: dict[str, Any], approval_uid: UUID) -> dict[str, Any]:
    """Agree, or refuse with a `reason`, once: what was answered, or has ended, is 409. Both bodies are told."""
    asked = approval_uid, own_districts(), Answer(given["outcome"], given["reason"])
    with transaction():
        answered = answer(*asked, is_city=is_city(), actor=current_actor(), clock=clock())
        return {**_lending(answered.row, today(clock()), set()), "untold": answered.untold}


def _lending(row: SiteUseApproval, day: date, open_to_city: set[str]) -> dict[str, Any]:
    is_open = row.outcome == "waiting" and not is_over(row, day)
    named = {"site": row.site_name, "host": row.host_name, "guest": row.guest_name, "officer": row.officer_name}
    is_yours = is_open and (not is_city() or row.district in open_to_city)
    return {**{name: getattr(row, name) for name in NAMED}, **named, "is_yours": is_yours}
