"""``/api/v1``: people on duty with their cards, by the listing of the page. What may be written hangs on it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from config.rulebook import rulebook
from examops.accounts import REGULATORS, guarded, is_inside, roles_only, shown_name
from examops.core.clock import today
from examops.core.extensions import clock
from examops.staff.api_schemas import MemberWholeSchema, StaffPageSchema, StaffSchema
from examops.staff.availability import standing_availability
from examops.staff.listing import StaffLine, staff_line, staff_lines
from examops.staff.members import member_by_uid
from examops.staff.models import Availability, Qualification, StaffMember
from examops.web.api import JsonBlueprint

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("staff_api", __name__, url_prefix="/api/v1", description="People on duty"),
        roles_only("coordinator", *REGULATORS),
    ),
)
CARD = ("uid", "kind", "card_number", "occupation_code", "levels", "valid_from", "valid_until")


@bp.get("/staff")
@bp.arguments(StaffPageSchema, location="query")
@bp.reads(StaffSchema)
def list_staff(page: dict[str, Any]) -> dict[str, Any]:
    """Who may be on duty, the newest first, with their cards as they stand today."""
    lines, following = staff_lines(page["before"], today(clock()), rulebook())
    return {"staff": [_line(one) for one in lines], "next": following}


@bp.get("/staff/<uuid:staff_uid>")
@bp.reads(MemberWholeSchema, 404)
def one_member(staff_uid: UUID) -> dict[str, Any]:
    """One person, also one who is not active any more, with cards and the times at which they can come or cannot."""
    return whole(member_by_uid(staff_uid))


def whole(member: StaffMember) -> dict[str, Any]:
    times = standing_availability([member.id], clock().now()).get(member.id, [])
    return {
        **_line(staff_line(member, today(clock()), rulebook())),
        "telephone": member.telephone if is_inside(member.body_id) else "",
        "employer": member.employer,
        "teaches": member.teaches,
        "is_active": member.is_active,
        "availability": [_time(one) for one in times],
    }


def _time(row: Availability) -> dict[str, Any]:
    when = {"begins": row.during.lower, "ends": row.during.upper, "how": "free" if row.is_free else "busy"}
    return {"uid": row.uid, "note": row.note, "is_own": row.is_own, **when}


def _line(line: StaffLine) -> dict[str, Any]:
    member = line.member
    return {
        "uid": member.uid,
        "name": shown_name(member),
        "body": line.body,
        "team": member.team,
        "id_masked": member.id_masked or "",
        "is_identified": bool(member.id_masked) or line.registered.is_known,
        "other_bodies": line.registered.others,
        "other_names": line.named,
        "cards": [_card(card, how) for card, how in line.cards],
    }


def _card(card: Qualification, how: str) -> dict[str, Any]:
    return {name: getattr(card, name) for name in CARD} | {"state": how}
