"""Which human being an account is: joined to rows of people on duty and of the city, by whoever administers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select, text

from examops.accounts.models import RoleGrant, UserAccount
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Conflict, Invalid, NotAllowed, NotFound
from examops.core.language import N_, Message, message
from examops.core.refusals import constraints_as
from examops.core.scope import current_scope
from examops.organisations.models import Body
from examops.staff.labels import CITY_KINDS
from examops.staff.models import CityPerson, StaffMember
from examops.staff.persons import OtherNumber
from examops.staff.tags import Tag

FAULT = text("SELECT account_link_fault(:person, :account)")
MOST = 500
Row = StaffMember | CityPerson


class PersonHasAccount(Conflict):
    code, message = "account_person.taken", N_("{name} 已经关联了另一个账号，一个人只用一个账号")
    advice = N_("先到那个账号解除关联；两个账号都在用的，收回一个")


class AccountIsOther(Conflict):
    code, message = "account_person.other", N_("这个账号已经关联了身份证号不同或还没有登记身份证号的人")
    advice = N_("先解除原来的关联；确是同一个人的，先在人员页登记身份证号")


class OwnAccount(NotAllowed):
    code, message = "account_person.own", N_("自己的账号不能由自己关联")
    advice = N_("请另一位管理员办")


@dataclass(frozen=True)
class Linkable:
    """Somebody an account may be, or is. ``place``: the body's name, or what they are for the city."""

    row: Row
    place: Message

    @property
    def words(self) -> Message:
        known = self.row.id_masked or message(N_("没有登记身份证号"))
        return message("{name} · {place} · {known}", name=self.row.name, place=self.place, known=known)


def linked(user: UserAccount) -> list[Linkable]:
    """What the account is joined to, as far as the scope shows."""
    return [*_staff(StaffMember.user_id == user.id), *_city(CityPerson.user_id == user.id)]


def linkable(user: UserAccount) -> list[Linkable]:
    """People without an account: of the bodies in which this one holds a role, and of the city for who sees them."""
    held = select(RoleGrant.body_id).where(RoleGrant.user_id == user.id, RoleGrant.body_id.is_not(None))
    free = StaffMember.user_id.is_(None), StaffMember.is_active.is_(True), StaffMember.body_id.in_(held)
    return [*_staff(*free), *_city(CityPerson.user_id.is_(None))]


def _staff(*where: ColumnElement[bool]) -> list[Linkable]:
    query = select(StaffMember, Body.short_name).join(Body, Body.id == StaffMember.body_id).where(*where)
    rows = db.session.execute(query.order_by(StaffMember.name, StaffMember.id).limit(MOST))
    return [Linkable(row.StaffMember, message(row.short_name)) for row in rows]


def _city(*where: ColumnElement[bool]) -> list[Linkable]:
    if not current_scope().everything:
        return []
    query = select(CityPerson).where(*where).order_by(CityPerson.name, CityPerson.id).limit(MOST)
    return [Linkable(row, message(CITY_KINDS[row.kind])) for row in db.session.execute(query).scalars()]


def choose(people: Sequence[Linkable], uid: UUID | None) -> Linkable:
    """Raises :class:`NotFound` for somebody who is not among them."""
    found = next((one for one in people if one.row.uid == uid), None)
    if found is None:
        raise NotFound(N_("名单里没有这个人，或刚被关联"), advice=N_("刷新页面重新选"))
    return found


def link(user: UserAccount, uid: UUID | None, *, actor: Actor, clock: Clock) -> Linkable:
    """Raises :class:`NotFound`, :class:`PersonHasAccount`, :class:`AccountIsOther`, :class:`OtherNumber`,
    :class:`OwnAccount`."""
    _must_not_be_own(user, actor)
    one = choose(linkable(user), uid)
    _must_be_first_of_body(user, one)
    fault = db.session.execute(FAULT, {"person": one.row.person_id, "account": user.id}).scalar_one()
    if fault == "taken":
        raise PersonHasAccount(name=one.row.name)
    if fault == "other":
        raise AccountIsOther()
    with constraints_as({"one_person_per_account": OtherNumber}):
        one.row.user_id = user.id
        db.session.flush()
    _note(Tag.ACCOUNT_LINKED, one, user, actor, clock)
    return one


def _must_be_first_of_body(user: UserAccount, one: Linkable) -> None:
    """Raises :class:`AccountIsOther` where the account is somebody of the same body already."""
    if not isinstance(one.row, StaffMember):
        return
    for other in linked(user):
        if isinstance(other.row, StaffMember) and other.row.body_id == one.row.body_id:
            raise AccountIsOther(N_("这个账号在这个机构已经关联了 {name}"), name=other.row.name)


def unlink(user: UserAccount, uid: UUID | None, reason: str, *, actor: Actor, clock: Clock) -> Linkable:
    """The duties and records of before keep their names; from now on the account opens none of them."""
    _must_not_be_own(user, actor)
    one = choose(linked(user), uid)
    if not reason:
        raise Invalid(N_("没有写解除的原因"), advice=N_("写一句，如关联错了人"))
    one.row.user_id = None
    db.session.flush()
    _note(Tag.ACCOUNT_UNLINKED, one, user, actor, clock, reason=reason)
    return one


def _must_not_be_own(user: UserAccount, actor: Actor) -> None:
    if user.uid == actor.uid:
        raise OwnAccount()


def _note(tag: Tag, one: Linkable, user: UserAccount, actor: Actor, clock: Clock, **payload: str) -> None:
    words = message("{name} · {login}", name=one.row.name, login=user.login)
    record(tag, actor, one.row, words=words, at=clock.now(), account=str(user.uid), **payload)
