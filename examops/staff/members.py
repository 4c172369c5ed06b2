"""People on duty, entered and changed by their body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.organisations.models import Body
from examops.staff.models import StaffMember
from examops.staff.tags import Tag

# A mobile or a line with its area code and extension (U+8F6C says "extension"): notices of an exam day go there.
TELEPHONE = re.compile(r"[+(\uff08]?\d[\d\s()\uff08\uff09\u8f6c-]{5,27}\d")
BAD_TELEPHONE = N_("电话写手机号，或区号和号码，如 0757-83334444")


def is_telephone(text: str) -> bool:
    """Whether somebody can be called there; nothing at all is fine."""
    return not text or bool(TELEPHONE.fullmatch(text))


@dataclass(frozen=True)
class MemberEntry:
    """``employer``: where they work, empty for the body itself; ``teaches``: classes and teams that they taught."""

    name: str
    team: str = ""
    telephone: str = ""
    employer: str = ""
    teaches: tuple[str, ...] = ()
    is_active: bool = True


def member_by_uid(uid: UUID) -> StaffMember:
    found = db.session.execute(select(StaffMember).where(StaffMember.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这位考务人员"), advice=N_("刷新人员页再看"))
    return found


def add_member(body: Body, entry: MemberEntry, *, actor: Actor, clock: Clock) -> StaffMember:
    member = StaffMember(body_id=body.id, district=body.district, name=entry.name)
    _fill(member, entry)
    db.session.add(member)
    db.session.flush()
    record(Tag.STAFF_ADDED, actor, member, words=member.name, at=clock.now())
    return member


def change_member(member: StaffMember, entry: MemberEntry, *, actor: Actor, clock: Clock) -> list[str]:
    """The names of the columns that changed."""
    changed = [
        name
        for name in ("name", "team", "telephone", "employer", "is_active")
        if getattr(member, name) != getattr(entry, name)
    ]
    changed += ["teaches"] if tuple(member.teaches) != entry.teaches else []
    if changed:
        _fill(member, entry)
        db.session.flush()
        record(Tag.STAFF_CHANGED, actor, member, words=member.name, at=clock.now(), columns=changed)
    return changed


def _fill(member: StaffMember, entry: MemberEntry) -> None:
    member.name, member.team, member.telephone = entry.name, entry.team, entry.telephone
    member.employer, member.teaches, member.is_active = entry.employer, list(entry.teaches), entry.is_active
