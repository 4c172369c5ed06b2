"""``/api/v1/staff``: what a body's own system enters of its people, by the same functions as the forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.core.extensions import clock
from examops.core.idempotency import run_idempotent
from examops.core.transaction import retried, transaction
from examops.organisations.models import Body
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
from examops.staff.cards import add_card, card_by_uid, end_card
from examops.staff.inputs import EndSchema, card_entry, member_entry, stated
from examops.staff.members import add_member, change_member, member_by_uid
from examops.web.api import PERSON_WRITES, IdempotencySchema, RefusalSchema

__all__ = ["bp"]
WRITER = "coordinator"


Made = dict[str, Any]


class Owner(NamedTuple):
    """Of an answer that is kept before there is a row of its own."""

    body_id: int
    district: str


def _once(key: str, given: Made, find: Callable[[], Any], do: Callable[[Any], Made]) -> Made:
    """``do`` with the row that ``find`` finds, once for this key; its answer is plain JSON."""

    def work() -> Made:
        with transaction():
            row = find()
            of = Owner(row.id, row.district) if isinstance(row, Body) else row
            request = [do.__qualname__, str(row.uid), {name: str(value) for name, value in given.items()}]
            return run_idempotent(key, request, lambda: do(row), of=of, actor=current_actor(), clock=clock())

    return retried(work)


@bp.post("/staff")
@bp.doc(security=PERSON_WRITES)
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(ApiNewMemberSchema)
@bp.response(200, EnteredSchema)
@bp.alt_response(404, schema=RefusalSchema)
@bp.alt_response(409, schema=RefusalSchema)
@needs(WRITER)
def enter_member(once: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """Enter a person; cards, ID number and times follow. `body` may be left out by who works for one alone."""

    def enter(body: Any) -> dict[str, Any]:
        entry = member_entry(given, is_active=True)
        return {"uid": str(add_member(body, entry, actor=current_actor(), clock=clock()).uid)}

    return _once(once["key"], given, lambda: chosen_body(given["body"]), enter)


@bp.put("/staff/<uuid:staff_uid>")
@bp.doc(security=PERSON_WRITES)
@bp.arguments(ApiMemberSchema)
@bp.response(200, MemberWholeSchema)
@bp.alt_response(404, schema=RefusalSchema)
@needs(WRITER)
def replace_member(given: dict[str, Any], staff_uid: UUID) -> dict[str, Any]:
    """Change a person: what is left out is emptied, but for name and `is_active`, which are needed."""
    with transaction():
        entry = member_entry(given, is_active=given["is_active"])
        change_member(member_by_uid(staff_uid), entry, actor=current_actor(), clock=clock())
    return whole(member_by_uid(staff_uid))


@bp.post("/staff/<uuid:staff_uid>/cards")
@bp.doc(security=PERSON_WRITES)
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(ApiCardSchema)
@bp.response(200, EnteredSchema)
@bp.alt_response(404, schema=RefusalSchema)
@bp.alt_response(409, schema=RefusalSchema)
@needs(WRITER)
def enter_card(once: dict[str, str], given: dict[str, Any], staff_uid: UUID) -> dict[str, Any]:
    """Enter a card or an appointment; without `valid_until` the rule's term counts."""
    entry = card_entry(given, rulebook(), {})

    def enter(member: Any) -> dict[str, Any]:
        return {"uid": str(add_card(member, entry, actor=current_actor(), clock=clock()).uid)}

    return _once(once["key"], given, lambda: member_by_uid(staff_uid), enter)


@bp.post("/staff/<uuid:staff_uid>/cards/<uuid:qualification_uid>/end")
@bp.doc(security=PERSON_WRITES)
@bp.arguments(EndSchema)
@bp.response(200, MemberWholeSchema)
@bp.alt_response(404, schema=RefusalSchema)
@bp.alt_response(409, schema=RefusalSchema)
@needs(WRITER)
def end_member_card(given: dict[str, Any], staff_uid: UUID, qualification_uid: UUID) -> dict[str, Any]:
    """Let a card end before its day; `last` is the last day on which it counts. What has ended is 409."""
    with transaction():
        member = member_by_uid(staff_uid)
        card = card_by_uid(member, qualification_uid)
        end_card(member, card, given["last"], given["reason"], actor=current_actor(), clock=clock())
    return whole(member_by_uid(staff_uid))


@bp.post("/staff/<uuid:staff_uid>/availability")
@bp.doc(security=PERSON_WRITES)
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(ApiTimeSchema)
@bp.response(200, TimeEnteredSchema)
@bp.alt_response(404, schema=RefusalSchema)
@bp.alt_response(409, schema=RefusalSchema)
@needs(WRITER)
def enter_time(once: dict[str, str], given: dict[str, Any], staff_uid: UUID) -> dict[str, Any]:
    """Enter when somebody can come or cannot; `is_planned`: on duty then, so somebody must step in."""
    what = stated(given)

    def enter(member: Any) -> dict[str, Any]:
        row = state_availability(member, what, actor=current_actor(), clock=clock(), is_own=False)
        return {"uid": str(row.uid), "is_planned": is_planned_then(member, what)}

    return _once(once["key"], given, lambda: member_by_uid(staff_uid), enter)


@bp.delete("/staff/<uuid:staff_uid>/availability/<uuid:availability_uid>")
@bp.doc(security=PERSON_WRITES)
@bp.response(200, MemberWholeSchema)
@bp.alt_response(404, schema=RefusalSchema)
@needs(WRITER)
def withdraw_time(staff_uid: UUID, availability_uid: UUID) -> dict[str, Any]:
    """Take such a time back. Asking again changes nothing."""
    with transaction():
        withdraw_availability(member_by_uid(staff_uid), availability_uid, actor=current_actor(), clock=clock())
    return whole(member_by_uid(staff_uid))
