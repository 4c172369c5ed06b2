"""When people can come: said by themselves or entered by the body, and who cannot at a time that is asked.

Silence is no refusal: who has said nothing may be planned. "Cannot" always holds; "can" narrows the days it touches:
who said from when to when they can come on a day is not planned outside of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day, midnight
from examops.core.database import db, owner_of
from examops.core.errors import Invalid, NotFound
from examops.core.language import N_
from examops.staff.models import Availability, CityAvailability, StaffMember
from examops.staff.persons import busy_staff
from examops.staff.tags import Tag

LONGEST_DAYS = 366


@dataclass(frozen=True)
class Stated:
    """From when until when somebody can come or cannot."""

    begins: datetime
    ends: datetime
    is_free: bool
    note: str = ""


def state_availability(member: StaffMember, what: Stated, *, actor: Actor, clock: Clock, is_own: bool) -> Availability:
    check_times(what, clock)
    row = Availability(
        **owner_of(member),
        staff_id=member.id,
        during=Range(what.begins, what.ends),
        is_free=what.is_free,
        note=what.note,
        is_own=is_own,
        written_by=actor.name,
        written_by_uid=actor.uid,
    )
    db.session.add(row)
    db.session.flush()
    record(
        Tag.AVAILABILITY_STATED,
        actor,
        member,
        words=member.name,
        at=clock.now(),
        is_free=what.is_free,
        is_own=is_own,
        begins=what.begins.isoformat(),
        ends=what.ends.isoformat(),
    )
    return row


def check_times(what: Stated, clock: Clock) -> None:
    """Raises :class:`Invalid` for times that are over, turned round or too long."""
    if what.ends <= what.begins:
        raise Invalid(N_("结束须晚于开始"), advice=N_("改其中一个时间"))
    if what.ends <= clock.now():
        raise Invalid(N_("这段时间已经过去"), advice=N_("写以后的时间"))
    if what.ends - what.begins > timedelta(days=LONGEST_DAYS):
        raise Invalid(N_("一次最多写 {days} 天"), advice=N_("分几次写"), days=LONGEST_DAYS)


def is_planned_then(member: StaffMember, what: Stated) -> bool:
    """Whether somebody who says that they cannot come is on duty somewhere at that time, planned before."""
    return not what.is_free and bool(busy_staff([member.id], Range(what.begins, what.ends)))


def is_planned_after(member: StaffMember, last: date) -> bool:
    """Whether somebody is on duty somewhere after that day, planned before."""
    return bool(busy_staff([member.id], Range(midnight(last + timedelta(days=1)), None)))


def withdraw_availability(member: StaffMember, uid: UUID, *, actor: Actor, clock: Clock) -> Availability:
    query = select(Availability).where(Availability.uid == uid, Availability.staff_id == member.id)
    row = db.session.execute(query.with_for_update()).scalar_one_or_none()
    if row is None:
        raise NotFound(N_("没有这段时间"), advice=N_("刷新页面再看"))
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        db.session.flush()
        record(Tag.AVAILABILITY_WITHDRAWN, actor, member, words=member.name, at=clock.now(), is_free=row.is_free)
    return row


def standing_availability(staff: Collection[int], since: datetime) -> dict[int, list[Availability]]:
    """By inner number of the member, what holds and is not over, the earliest first."""
    query = select(Availability).where(
        Availability.staff_id.in_(staff),
        Availability.withdrawn_at.is_(None),
        Availability.during.overlaps(Range(since, None)),
    )
    found: dict[int, list[Availability]] = {}
    for row in db.session.execute(query.order_by(Availability.during, Availability.id)).scalars():
        found.setdefault(row.staff_id, []).append(row)
    return found


class Saying(NamedTuple):
    """What somebody said about some time: whether they can come then."""

    is_free: bool
    during: Range[datetime]


Said = TypeVar("Said", Saying, CityAvailability)


def days_around(during: Range[datetime]) -> tuple[datetime, datetime]:
    """The whole days that this time touches: what people said about them counts."""
    assert during.lower
    assert during.upper
    return midnight(local_day(during.lower)), midnight(local_day(during.upper) + timedelta(days=1))


def said_around(staff: Collection[int], during: Range[datetime]) -> dict[int, list[Saying]]:
    """By inner number of the member, what they said about the days of that time."""
    query = select(Availability.staff_id, Availability.is_free, Availability.during).where(
        Availability.staff_id.in_(staff),
        Availability.withdrawn_at.is_(None),
        Availability.during.overlaps(Range(*days_around(during))),
    )
    said: dict[int, list[Saying]] = {}
    for row in db.session.execute(query.order_by(Availability.id)):
        said.setdefault(row.staff_id, []).append(Saying(row.is_free, row.during))
    return said


def in_the_way(rows: Sequence[Said], during: Range[datetime]) -> Said | None:
    """What says, of :func:`said_around`, that somebody cannot come in that time; None where nothing does."""
    for row in rows:
        if not row.is_free and row.during.overlaps(during):
            return row
    free = [row for row in rows if row.is_free]
    return None if not free or any(row.during.contains(during) for row in free) else free[0]
