"""``/api/v1/sessions/{uid}/duties``: who is on duty and who must step aside, and somebody replaced, as on the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g

from examops.accounts import current_actor, done_once, needs, shown_name
from examops.audit import record_access
from examops.core.extensions import clock
from examops.core.transaction import transaction
from examops.sessions.access import session_by_uid
from examops.sessions.api import bp
from examops.sessions.checks import Recusal
from examops.sessions.overview.replacements import Replacement
from examops.sessions.overview.session_view import DutyRow, session_view
from examops.sessions.planning.forms import ROLES
from examops.sessions.replacing import Choice, choices, is_replaceable, open_place, replace_duty
from examops.sessions.replacing.api_schemas import NewcomersSchema, OnDutyOfSessionSchema, ReplacedSchema
from examops.sessions.replacing.inputs import ReplaceSchema, by_caller
from examops.sessions.tags import Tag
from examops.web.api import IdempotencySchema

__all__ = ["bp"]
EXAMPLE = {"staff": "0a7c6f0e-7e34-4a6e-8a39-0d6d5b1f7b20", "reason": "突发疾病"}


@bp.get("/sessions/<uuid:session_uid>/duties")
@bp.reads(OnDutyOfSessionSchema, 404)
def duties_of_session(session_uid: UUID) -> dict[str, Any]:
    """Who is on duty, with card and recusal as they stand, and who was replaced since the approval."""
    with transaction():
        view = session_view(session_uid)
        record_access(
            Tag.SESSION_PEOPLE_VIEWED, current_actor(), view.session, clock=clock(), words=view.session.number
        )
        can_replace = g.role == "coordinator" and is_replaceable(view.session, clock().now())
        return {
            "duties": [_duty(row, view.recusals[row.StaffMember.id], can_replace) for row in view.duties],
            "replaced": [_replacement(one) for one in view.replaced],
        }


def _duty(row: DutyRow, recusal: Recusal, can_replace: bool) -> dict[str, Any]:
    duty, member = row.SessionDuty, row.StaffMember
    named = {"uid": duty.uid, "staff": member.uid, "name": shown_name(member), "role": duty.role}
    card = {"groups": duty.serves, "card_until": row.valid_until, "is_card_over": row.is_over}
    return named | card | {"recusal": _recusal(recusal), "is_replaceable": can_replace and duty.role in ROLES}


def _recusal(found: Recusal) -> dict[str, Any]:
    relations = [{"kind": kind, "sources": list(found.sources.get(kind, ()))} for kind in found.relations]
    return {"outcome": found.outcome, "relations": relations}


def _replacement(one: Replacement) -> dict[str, Any]:
    names = {"before": shown_name(one.before), "after": shown_name(one.after)}
    reason = "" if g.role == "supervisor" else one.reason
    return {"at": one.at, "by": one.by, "role": one.role, **names, "reason": reason}


@bp.get("/sessions/<uuid:session_uid>/duties/<uuid:duty_uid>/newcomers")
@bp.reads(NewcomersSchema, 404, 409)
@needs("coordinator")
def newcomers_for_duty(session_uid: UUID, duty_uid: UUID) -> dict[str, Any]:
    """Who of the body has the card for this duty, and what stands against those who cannot come."""
    with transaction():
        place, _member = open_place(session_by_uid(session_uid), duty_uid, clock().now())
        return {"people": [_newcomer(one) for one in choices(place)]}


def _newcomer(one: Choice) -> dict[str, Any]:
    named = {"staff": one.member.uid, "name": shown_name(one.member), "team": one.member.team}
    return named | {"recusal": _recusal(one.recusal), "against": one.against}


@bp.post("/sessions/<uuid:session_uid>/duties/<uuid:duty_uid>/replacement")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(ReplaceSchema, example=EXAMPLE)
@bp.writes(ReplacedSchema, 404, 409)
@needs("coordinator")
def replace_on_duty(once: dict[str, str], given: dict[str, Any], session_uid: UUID, duty_uid: UUID) -> dict[str, Any]:
    """Somebody else takes the duty, between approval and start; the office and both people are told.

    409 says with its clause why the session or this person does not allow it. Somebody who was replaced meanwhile has
    no duty any more: 404."""

    def replace(session: Any) -> dict[str, Any]:
        done = replace_duty(session, duty_uid, given["staff"], given["reason"], **by_caller())
        return {"uid": str(done.duty.uid), "untold": done.untold}

    return done_once(once["key"], {**given, "duty": duty_uid}, lambda: session_by_uid(session_uid), replace)
