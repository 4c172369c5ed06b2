"""Acting for somebody of one's own office: entered by the person who goes away or by the office's head, ends by
itself. Whoever acts for somebody signs "X 代 Y" and takes over no right that they do not hold themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import Range

from examops.accounts.models import UserAccount
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, midnight, today
from examops.core.database import db
from examops.core.errors import Conflict, Invalid, NotAllowed, NotFound
from examops.core.language import N_, Message, message
from examops.core.refusals import constraints_as
from examops.offices.members import Member, Office, is_head, is_member, members_of
from examops.offices.models import Deputy
from examops.offices.tags import Tag

CLAUSE = "系统规则 代理"
LONGEST_DAYS = 366


class NotDeputy(NotAllowed):
    """Signed for somebody without acting for them at this moment."""

    code, message = "office.not_deputy", N_("您现在不代理这个人")
    advice = N_("请他本人或部门负责人登记代理，或以自己的名义办理")


class TwoDeputies(Conflict):
    code, message = "office.two_deputies", N_("{name} 这段时间已有代理人")
    advice = N_("先收回原来的代理，或改日期")


class DeputyOfDeputy(Conflict):
    """A deputy whose own work somebody else does, or the other way round."""

    code, message = "office.deputy_of_deputy", N_("代理不能再转：这段时间 {name} 自己在代别人，或由别人代")
    advice = N_("换一个这段时间自己在岗的人，或改日期")


@dataclass(frozen=True)
class Represented:
    """Somebody for whom another acts."""

    uid: UUID
    name: str


@dataclass(frozen=True)
class Hand:
    """Whose hand an act is: whoever signs, for themselves or for whom they act as a deputy."""

    actor: Actor
    represented: Represented | None = None

    @property
    def uids(self) -> set[UUID | None]:
        """Everybody whose hand this is."""
        return {self.actor.uid} | ({self.represented.uid} if self.represented else set())

    @property
    def for_name(self) -> str:
        return self.represented.name if self.represented else ""

    @property
    def logged(self) -> dict[str, Any]:
        """What the log adds to an act that was signed for somebody."""
        return {"for_officer": self.for_name} if self.represented else {}

    def signature(self) -> dict[str, Any]:
        """The columns of a row that is signed."""
        for_uid = self.represented.uid if self.represented else None
        signed = {"officer": self.actor.uid, "officer_name": self.actor.name}
        return {**signed, "for_officer": for_uid, "for_officer_name": self.for_name}


@dataclass(frozen=True)
class ShownDeputy:
    row: Deputy
    officer: str
    for_name: str
    state: str  # now, later, over, revoked

    @property
    def last_day(self) -> datetime:
        upper = self.row.during.upper
        assert upper is not None
        return upper - timedelta(seconds=1)


def signed_by(officer_name: str, for_name: str) -> Message:
    """How a decision is signed on pages, in letters and in the log."""
    if not for_name:
        return message("{name}", name=officer_name)
    return message(N_("{officer} 代 {name}"), officer=officer_name, name=for_name)


def _in_force(now: datetime) -> ColumnElement[bool]:
    return Deputy.revoked_at.is_(None) & Deputy.during.contains(now)


def represented_by(actor: Actor, now: datetime) -> list[Represented]:
    """For whom this person acts now in their present role, by name. One who left the office has no deputy there."""
    query = (
        select(Deputy, UserAccount.uid, UserAccount.name)
        .join(UserAccount, UserAccount.id == Deputy.for_id)
        .where(_in_force(now), Deputy.role == actor.role, Deputy.officer_id == _id_of(actor.uid))
        .order_by(UserAccount.name)
    )
    rows = db.session.execute(query).all()
    return [
        Represented(row.uid, row.name)
        for row in rows
        if all(is_member(one, Office(row.Deputy.role, row.Deputy.district)) for one in (row.uid, actor.uid))
    ]


def _id_of(uid: UUID | None) -> ColumnElement[int]:
    return select(UserAccount.id).where(UserAccount.uid == uid).scalar_subquery()


def acting_for(actor: Actor, wanted: UUID | None, now: datetime) -> Represented | None:
    """The person signed for; None for oneself. Raises :class:`NotDeputy`."""
    if wanted is None or wanted == actor.uid:
        return None
    found = next((one for one in represented_by(actor, now) if one.uid == wanted), None)
    if found is None:
        raise NotDeputy()
    return found


def deputies_of(uid: UUID, office: Office, now: datetime) -> list[int]:
    """Accounts that act for this person now."""
    query = select(Deputy.officer_id).where(
        _in_force(now),
        Deputy.role == office.role,
        Deputy.district.is_not_distinct_from(office.district),
        Deputy.for_id == _id_of(uid),
    )
    return list(db.session.execute(query).scalars())


@dataclass(frozen=True)
class Entry:
    """Both days count."""

    officer: UUID
    for_officer: UUID
    first: date
    last: date


def enter(office: Office, entry: Entry, *, actor: Actor, clock: Clock) -> Deputy:
    """Raises :class:`Invalid`, :class:`NotAllowed`, :class:`TwoDeputies` or :class:`DeputyOfDeputy`."""
    there = {one.uid: one for one in members_of(office)}
    _must_fit(there, entry, today(clock))
    if entry.for_officer != actor.uid and not is_head(actor.uid, office):
        raise NotAllowed(N_("别人的代理由他本人或部门负责人登记"), advice=N_("请他本人登记，或找部门负责人"))
    officer, away = there[entry.officer], there[entry.for_officer]
    row = Deputy(
        officer_id=officer.id,
        for_id=away.id,
        role=office.role,
        district=office.district,
        during=Range(midnight(entry.first), midnight(entry.last + timedelta(days=1))),
        entered_by=actor.uid,
        entered_by_name=actor.name,
    )
    refusals = {
        "one_deputy_at_a_time": lambda: TwoDeputies(clause=CLAUSE, name=away.name),
        "deputy_no_chain": lambda: DeputyOfDeputy(clause=CLAUSE, name=_in_both(officer, away)),
    }
    with constraints_as(refusals):
        db.session.add(row)
    words = signed_by(officer.name, away.name)
    record(Tag.DEPUTY_ENTERED, actor, row, words=words, at=clock.now(), until=entry.last.isoformat())
    return row


def _must_fit(there: dict[UUID, Member], entry: Entry, day: date) -> None:
    if not {entry.officer, entry.for_officer} <= there.keys():
        raise Invalid(N_("代理的两个人要在同一个部门"), advice=N_("从名单里选"), clause=CLAUSE)
    if entry.officer == entry.for_officer:
        raise Invalid(N_("不能自己代自己"), advice=N_("另选一个人"), clause=CLAUSE)
    if not day <= entry.first <= entry.last <= day + timedelta(days=LONGEST_DAYS):
        raise Invalid(N_("日期不对：从今天起，最长一年，止日不早于起日"), advice=N_("改日期"), clause=CLAUSE)


def _in_both(officer: Member, away: Member) -> Message:
    return message(N_("{one} 或 {other}"), one=officer.name, other=away.name)


def deputy_by_uid(uid: UUID) -> Deputy:
    found = db.session.execute(select(Deputy).where(Deputy.uid == uid).with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有这项代理，或不在您的部门"))
    return found


def revoke(row: Deputy, *, actor: Actor, clock: Clock) -> bool:
    """By either of the two or the head. False: it is over already."""
    office = Office(row.role, row.district)
    concerned = select(UserAccount.uid).where(UserAccount.id.in_((row.officer_id, row.for_id)))
    is_theirs = actor.uid in set(db.session.execute(concerned).scalars())
    if not is_theirs and not is_head(actor.uid, office):
        raise NotAllowed(N_("别人的代理由他本人或部门负责人收回"), advice=N_("请他本人收回，或找部门负责人"))
    now = clock.now()
    if row.revoked_at is not None or (row.during.upper is not None and row.during.upper <= now):
        return False
    row.revoked_at, row.revoked_by_name = now, actor.name
    record(Tag.DEPUTY_REVOKED, actor, row, words=signed_by(*_names(row)), at=now)
    return True


def _names(row: Deputy) -> tuple[str, str]:
    query = select(UserAccount.id, UserAccount.name).where(UserAccount.id.in_((row.officer_id, row.for_id)))
    names = {found.id: found.name for found in db.session.execute(query)}
    return names[row.officer_id], names[row.for_id]


def listed(office: Office, now: datetime, most: int = 50) -> list[ShownDeputy]:
    """The newest of an office, those that hold first."""
    query = (
        select(Deputy)
        .where(Deputy.role == office.role, Deputy.district.is_not_distinct_from(office.district))
        .order_by(func.upper(Deputy.during).desc(), Deputy.id.desc())
        .limit(most)
    )
    rows = list(db.session.execute(query).scalars())
    wanted = {one for row in rows for one in (row.officer_id, row.for_id)}
    accounts = select(UserAccount.id, UserAccount.name).where(UserAccount.id.in_(wanted))
    names = {found.id: found.name for found in db.session.execute(accounts)}
    return [ShownDeputy(row, names[row.officer_id], names[row.for_id], _state(row, now)) for row in rows]


def _state(row: Deputy, now: datetime) -> str:
    lower, upper = row.during.lower, row.during.upper
    assert lower is not None
    assert upper is not None
    if row.revoked_at is not None:
        return "revoked"
    return "over" if upper <= now else "later" if lower > now else "now"
