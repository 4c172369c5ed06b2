"""``/api/v1``: people on duty with their cards, by the listing of the page."""

from __future__ import annotations

from typing import Any, cast

from config.rulebook import rulebook
from examops.accounts import REGULATORS, guarded, roles_only, shown_name
from examops.core.clock import today
from examops.core.extensions import clock
from examops.staff.api_schemas import StaffPageSchema, StaffSchema
from examops.staff.listing import StaffLine, staff_lines
from examops.staff.models import Qualification
from examops.web.api import PERSON_READS, JsonBlueprint

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("staff_api", __name__, url_prefix="/api/v1", description="People on duty"),
        roles_only("coordinator", *REGULATORS),
    ),
)
CARD = ("kind", "card_number", "occupation_code", "levels", "valid_from", "valid_until")


@bp.get("/staff")
@bp.doc(security=PERSON_READS)
@bp.arguments(StaffPageSchema, location="query")
@bp.response(200, StaffSchema)
def list_staff(page: dict[str, Any]) -> dict[str, Any]:
    """Who may be on duty, the newest first, with their cards as they stand today."""
    lines, following = staff_lines(page["before"], today(clock()), rulebook())
    return {"staff": [_line(one) for one in lines], "next": following}


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
