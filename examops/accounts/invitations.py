"""The first coordinator of a body, invited by the office that registers it: an account without a password, and a link
by which its person sets one.

The database decides who may invite, and whom (``account_invite``, revision 0048): an office in whose reach the body
lies, while nobody of the body has ever signed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from config.rulebook import Rulebook
from examops.accounts.administration import Admin, OfBody
from examops.accounts.models import PasswordLink, RoleGrant, UserAccount
from examops.accounts.password_change import random_password
from examops.accounts.passwords import hash_password
from examops.accounts.tags import Tag
from examops.audit import record
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Conflict, DomainError, NotAllowed
from examops.core.keys import digest_of
from examops.core.language import N_
from examops.core.refusals import constraints_as

HOURS = "password.invitation_hours"
JOINED = "joined"


class HasPeople(Conflict):
    """Somebody of the body has signed in, or was set up with a password: the body looks after its own people."""

    code, message = "account.body_has_people", N_("这个机构已经有考务账号，不能再由登记的部门邀请")
    advice = N_("密码忘了的、换人的，由本机构考务或系统运维在“账号”页办")


class LoginTaken(Conflict):
    code, message = "account.login_taken", N_("账号名 {login} 已经有人用")
    advice = N_("换一个账号名；同一单位另一类机构的考务，照写他现在的账号名")


class NotYourBody(NotAllowed):
    code, message = "account.not_your_body", N_("这个机构不在您的管理范围内")
    advice = N_("由机构所在区或市的部门办")


REFUSALS: dict[str, type[DomainError]] = {
    "not_yours": NotYourBody,
    "has_people": HasPeople,
    "login_taken": LoginTaken,
}


@dataclass(frozen=True)
class Invited:
    """``is_new``: the person sets a password by the link, until ``until``; else they had an account already."""

    user: UserAccount
    is_new: bool
    until: datetime


def invite_coordinator(
    body: tuple[int, str], login: str, name: str, code: str, *, admin: Admin, clock: Clock, rules: Rulebook
) -> Invited:
    """``body``: its inner number and district; ``code``: of the link, kept as a digest. Earlier invitations of the body
    end with it. Raises :class:`HasPeople`, :class:`LoginTaken`, :class:`NotYourBody`.
    """
    now = clock.now()
    until = now + timedelta(hours=int(rules.value(HOURS, today(clock))))
    nobody_knows = hash_password(random_password())
    call = func.account_invite(admin.token, body[0], login, name, nobody_knows, digest_of(code), until, now)
    with constraints_as({"uq_user_account_login": lambda: LoginTaken(login=login)}):
        outcome = str(db.session.execute(select(call)).scalar_one())
    if outcome in REFUSALS:
        raise REFUSALS[outcome](login=login)
    user = db.session.execute(select(UserAccount).where(UserAccount.login == login)).scalar_one()
    db.session.refresh(user)
    record(Tag.ACCOUNT_INVITED, admin.actor, OfBody(user.uid, *body), words=user.name, at=now)
    return Invited(user, outcome != JOINED, until)


@dataclass(frozen=True)
class CoordinatorLine:
    """Somebody who coordinates a body, for the office. ``state``: of :data:`STATES`."""

    user: UserAccount
    state: str
    until: datetime | None = None


def coordinators_of(body_id: int, now: datetime) -> list[CoordinatorLine]:
    """Oldest grant first. ``state`` is in_use, handed_out (a password made by somebody else), invited or over."""
    query = select(UserAccount).join(RoleGrant, RoleGrant.user_id == UserAccount.id)
    query = query.where(RoleGrant.body_id == body_id, RoleGrant.role == "coordinator", UserAccount.is_active)
    users = db.session.execute(query.order_by(RoleGrant.id)).scalars().all()
    links = _links([user.id for user in users])
    return [_line(user, links.get(user.id), now) for user in users]


def _links(users: Sequence[int]) -> dict[int, PasswordLink]:
    """The newest link of each."""
    query = select(PasswordLink).where(PasswordLink.user_id.in_(users)).order_by(PasswordLink.id)
    return {link.user_id: link for link in db.session.execute(query).scalars()}


def _line(user: UserAccount, link: PasswordLink | None, now: datetime) -> CoordinatorLine:
    if user.last_sign_in_at is not None or not user.must_change_password:
        return CoordinatorLine(user, "in_use")
    if link is None:
        return CoordinatorLine(user, "handed_out")
    is_open = link.used_at is None and link.withdrawn_at is None and link.expires_at > now
    return CoordinatorLine(user, "invited" if is_open else "over", link.expires_at)


def may_be_invited(lines: Sequence[CoordinatorLine]) -> bool:
    """As the database decides: nobody has another key than an invitation."""
    return all(line.state in ("invited", "over") for line in lines)


INVITATION_STATES = {
    "in_use": ("done", N_("在用")),
    "handed_out": ("look", N_("未改密码")),
    "invited": ("wait", N_("已邀请，等本人设密码")),
    "over": ("stop", N_("邀请已过期")),
}
