"""Who of the body could take a duty: everybody with its card, and what stands against those who could not come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from examops.core.clock import local_day
from examops.core.database import db
from examops.core.language import _
from examops.sessions.checks import Recusal, recusals
from examops.sessions.planning.held import Held, able_now
from examops.sessions.replacing.rules import Place, on_duty_here
from examops.staff import DUTIES
from examops.staff.models import StaffMember


@dataclass(frozen=True)
class Choice:
    """``against`` is empty where the member may come."""

    member: StaffMember
    recusal: Recusal
    against: str


def choices(place: Place) -> list[Choice]:
    """Active members with the duty's card on the day but for whoever has it, those who may come first, by name."""
    session, gone = place.session, place.duty
    able, held = able_now(session.body_id, local_day(session.starts_at), place.wanted({gone.staff_id: gone.person_id}))
    fit = [number for number, (name, cards) in able.items() if not place.lacks_card(name, cards)]
    query = select(StaffMember).where(StaffMember.id.in_(fit)).order_by(StaffMember.name, StaffMember.id)
    members = db.session.execute(query).scalars().all()
    found = recusals(session, members) if members else {}
    here = on_duty_here(session.id)
    listed = [Choice(one, found[one.id], _against(place, one, held, found, here)) for one in members]
    return sorted(listed, key=lambda one: bool(one.against))


def _against(
    place: Place, member: StaffMember, held: Held, found: Mapping[int, Recusal], here: Mapping[int, str]
) -> str:
    words = []
    if member.person_id in here:
        words.append(_("在本场任{role}，先把那项职务换给别人", role=_(DUTIES[here[member.person_id]])))
    if member.id in held.busy:
        words.append(_("那段时间在别处当值"))
    if member.id in held.not_free(place.session.during):
        words.append(_("说过那段时间不能来"))
    if found[member.id].outcome == "fail":
        words.append(_("有须回避的关系，不能来"))
    return _("；").join(words)
