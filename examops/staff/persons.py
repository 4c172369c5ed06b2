"""The human being behind rows of several bodies: who is who, and whether somebody is on duty anywhere.

Rows of other bodies are not visible here; the database answers one narrow question at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range

from examops.accounts import count_attempt
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
from examops.core.database import db
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.keys import Keyring
from examops.core.language import N_
from examops.core.refusals import constraints_as
from examops.core.transaction import retried, transaction
from examops.eligibility import mask, read_id_number, register_persons
from examops.staff.models import StaffMember
from examops.staff.tags import Tag

IDENTIFIED = text("SELECT staff_identified(:staff, :person)")
NUMBERS_PER_HOUR = 120
ELSEWHERE = text("SELECT staff_id, is_known, others FROM staff_elsewhere(:staff)")
BUSY = text("SELECT staff_busy(:staff, :begins, :ends, :but_session)")


class WrongNumber(Invalid):
    code, message = "staff.id_number", N_("身份证号不对，没有登记")
    advice = N_("按证件上的 18 位重新填写")


class OtherNumber(Conflict):
    code, message = "staff.other_number", N_("这个账号在另一家机构登记的是另一个身份证号")
    advice = N_("先核对证件；号码没有错的，这个账号不是本人的，请运维改正账号")


class OnDutyTwice(Conflict):
    code, message = "staff.on_duty_twice", N_("没有登记：这个人在同一时间还在别处当值，两处是同一个人")
    advice = N_("先在其中一个场次换人，再登记身份证号")


@dataclass(frozen=True)
class Registered:
    """``is_known``: the ID number is on record; ``others`` counts further bodies that registered the same person."""

    is_known: bool
    others: int


def elsewhere(members: Iterable[StaffMember]) -> dict[int, Registered]:
    rows = db.session.execute(ELSEWHERE, {"staff": [member.id for member in members]})
    return {row.staff_id: Registered(row.is_known, row.others) for row in rows}


def busy_staff(members: Iterable[int], during: Range[datetime], *, but_session: int = 0) -> set[int]:
    """Those of these members, by inner number, who are on duty in that time (a Range) at any body."""
    asked = {"staff": list(members), "begins": during.lower, "ends": during.upper, "but_session": but_session}
    return set(db.session.execute(BUSY, asked).scalars())


def enter_number(uid: UUID, number: str, *, ring: Keyring, actor: Actor, clock: Clock) -> StaffMember:
    """As :func:`identify`, in a transaction of its own behind the count of tries, which stands whatever comes of it."""
    with transaction():
        count_attempt(f"staff-id:{actor.uid}", limit=NUMBERS_PER_HOUR, minutes=60, clock=clock)

    def work() -> StaffMember:
        with transaction():
            return identify(uid, number, ring=ring, actor=actor, clock=clock)

    return retried(work)


def identify(uid: UUID, number: str, *, ring: Keyring, actor: Actor, clock: Clock) -> StaffMember:
    """Enter somebody's ID number: from now on every row with that number is one person.

    Raises NotFound outside the scope, :class:`WrongNumber`, :class:`OtherNumber`, :class:`OnDutyTwice`.
    """
    reading = read_id_number(number, on=local_day(clock.now()))
    member = db.session.execute(select(StaffMember).where(StaffMember.uid == uid)).scalar_one_or_none()
    if member is None:
        raise NotFound(N_("没有找到这位考务人员"), advice=N_("刷新人员页再看"))
    if not reading.is_sound or reading.born_on is None:
        raise WrongNumber()
    person = register_persons([reading.number], ring)[reading.number]
    with constraints_as({"no_overlap_duty": OnDutyTwice}):
        answer = db.session.execute(IDENTIFIED, {"staff": member.id, "person": person}).scalar_one()
    if answer == "differs":
        raise OtherNumber()
    member.id_masked = mask(reading.number)
    db.session.flush()
    db.session.expire(member, ["person_id"])
    others = elsewhere([member])[member.id].others
    record(Tag.STAFF_IDENTIFIED, actor, member, words=member.name, at=clock.now(), others=others)
    return member
