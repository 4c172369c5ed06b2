"""``/api/v1/staff``: what a body's own system enters of its people, by the same functions as the forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from config.rulebook import rulebook
from examops.accounts import current_actor, done_once, needs
from examops.core.extensions import clock, keyring
from examops.core.transaction import transaction
from examops.staff.api import bp, whole
from examops.staff.api_inputs import (
    ApiCardSchema,
    ApiMemberSchema,
    ApiNewMemberSchema,
    ApiTimeSchema,
    EnteredSchema,
    TimeEnteredSchema,
)
from examops.staff.api_schemas import MemberWholeSchema
from examops.staff.availability import is_planned_then, state_availability, withdraw_availability
from examops.staff.blueprint import chosen_body
from examops.staff.cards import add_card, card_by_uid, change_card, end_card
from examops.staff.inputs import EndSchema, NumberSchema, card_entry, member_entry, stated
from examops.staff.members import add_member, change_member, member_by_uid
from examops.staff.persons import enter_number
from examops.web.api import IdempotencySchema

__all__ = ["bp"]
WRITER = "coordinator"


@bp.post("/staff")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(ApiNewMemberSchema)
@bp.writes(EnteredSchema, 404, 409)
@needs(WRITER)
def enter_member(once: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """Enter a person; cards, ID number and times follow. `body` may be left out by who works for one alone."""

    def enter(body: Any) -> dict[str, Any]:
        entry = member_entry(given, is_active=True)
        return {"uid": str(add_member(body, entry, actor=current_actor(), clock=clock()).uid)}

    return done_once(once["key"], given, lambda: chosen_body(given["body"]), enter)


@bp.put("/staff/<uuid:staff_uid>")
@bp.arguments(ApiMemberSchema)
@bp.writes(MemberWholeSchema, 404)
@needs(WRITER)
def replace_member(given: dict[str, Any], staff_uid: UUID) -> dict[str, Any]:
    """Change a person: what is left out is emptied, but for name and `is_active`, which are needed."""
    with transaction():
        entry = member_entry(given, is_active=given["is_active"])
        change_member(member_by_uid(staff_uid), entry, actor=current_actor(), clock=clock())
    return whole(member_by_uid(staff_uid))


@bp.post("/staff/<uuid:staff_uid>/cards")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(ApiCardSchema)
@bp.writes(EnteredSchema, 404, 409)
@needs(WRITER)
def enter_card(once: dict[str, str], given: dict[str, Any], staff_uid: UUID) -> dict[str, Any]:
    """Enter a card or an appointment; without `valid_until` the rule's term counts."""
    entry = card_entry(given, rulebook(), {})

    def enter(member: Any) -> dict[str, Any]:
        return {"uid": str(add_card(member, entry, actor=current_actor(), clock=clock()).uid)}

    return done_once(once["key"], given, lambda: member_by_uid(staff_uid), enter)


@bp.put("/staff/<uuid:staff_uid>/cards/<uuid:qualification_uid>")
@bp.arguments(ApiCardSchema)
@bp.writes(MemberWholeSchema, 404, 409)
@needs(WRITER)
def replace_card(given: dict[str, Any], staff_uid: UUID, qualification_uid: UUID) -> dict[str, Any]:
    """Put a card right: it says what is given from now on. What has ended is 409."""
    entry = card_entry(given, rulebook(), {})
    with transaction():
        member = member_by_uid(staff_uid)
        change_card(member, card_by_uid(member, qualification_uid), entry, actor=current_actor(), clock=clock())
    return whole(member_by_uid(staff_uid))


@bp.put("/staff/<uuid:staff_uid>/id-number")
@bp.arguments(NumberSchema)
@bp.writes(MemberWholeSchema, 404, 409, 429)
@needs(WRITER)
def put_id_number(given: dict[str, Any], staff_uid: UUID) -> dict[str, Any]:
    """Enter somebody's ID number, or put it right; no answer shows it. 120 times in an hour by one account."""
    enter_number(staff_uid, given["number"], ring=keyring(), actor=current_actor(), clock=clock())
    return whole(member_by_uid(staff_uid))


@bp.post("/staff/<uuid:staff_uid>/cards/<uuid:qualification_uid>/end")
@bp.arguments(EndSchema)
@bp.writes(MemberWholeSchema, 404, 409)
@needs(WRITER)
def end_member_card(given: dict[str, Any], staff_uid: UUID, qualification_uid: UUID) -> dict[str, Any]:
    """Let a card end before its day; `last` is the last day on which it counts. What has ended is 409."""
    with transaction():
        member = member_by_uid(staff_uid)
        card = card_by_uid(member, qualification_uid)
        end_card(member, card, given["last"], given["reason"], actor=current_actor(), clock=clock())
    return whole(member_by_uid(staff_uid))


@bp.post("/staff/<uuid:staff_uid>/availability")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(ApiTimeSchema)
@bp.writes(TimeEnteredSchema, 404, 409)
@needs(WRITER)
def enter_time(once: dict[str, str], given: dict[str, Any], staff_uid: UUID) -> dict[str, Any]:
    """Enter when somebody can come or cannot; `is_planned`: on duty then, so somebody must step in."""
    what = stated(given)

    def enter(member: Any) -> dict[str, Any]:
        row = state_availability(member, what, actor=current_actor(), clock=clock(), is_own=False)
        return {"uid": str(row.uid), "is_planned": is_planned_then(member, what)}

    return done_once(once["key"], given, lambda: member_by_uid(staff_uid), enter)


@bp.delete("/staff/<uuid:staff_uid>/availability/<uuid:availability_uid>")
@bp.writes(MemberWholeSchema, 404)
@needs(WRITER)
def withdraw_time(staff_uid: UUID, availability_uid: UUID) -> dict[str, Any]:
    """Take such a time back. Asking again changes nothing."""
    with transaction():
        withdraw_availability(member_by_uid(staff_uid), availability_uid, actor=current_actor(), clock=clock())
    return whole(member_by_uid(staff_uid))
