"""Taking an account back, giving it back, moving it to another body, handing out a link for a new password.

The database decides who administers whom: each function proves the administrator by the token of their own browser
(revision 0032). An operator of the city administers everybody, a coordinator whatever somebody holds in their own
bodies; nobody administers themselves. What ends stays as :class:`FormerGrant`, and names in old records stay.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Function, func, select, text

from config.rulebook import Rulebook
from examops.accounts.models import UserAccount
from examops.accounts.password_change import PasswordRules, check_password
from examops.accounts.passwords import hash_password
from examops.accounts.service import PER_ADDRESS, WINDOW_MINUTES, forget_sign_ins
from examops.accounts.tags import Tag
from examops.accounts.throttle import count_attempt
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Conflict, NotAllowed, NotFound
from examops.core.keys import digest_of
from examops.core.language import N_, Message, message

LINK_HOURS = "password.link_hours"


class NotYours(NotAllowed):
    """Nothing that this administrator may end, give or set."""

    code, message = "account.not_yours", N_("这个账号在您管的机构里没有这样的任职")
    advice = N_("本机构的人由本机构考务办，别处的任职由那里的考务或系统运维办")


class LinkIsOver(NotFound):
    code, message = "account.link_is_over", N_("链接已经用过、作废或过期")
    advice = N_("请给您链接的人再发一个")


@dataclass(frozen=True)
class OfBody:
    """An account as a log entry's subject that the body concerned may read."""

    uid: UUID
    body_id: int | None
    district: str | None
    __tablename__ = UserAccount.__tablename__


# The bodies in which somebody holds or held something, as far as the administrator's scope shows them.
PLACES = text("""
    SELECT DISTINCT b.id, b.district FROM body b WHERE b.id IN (
      SELECT body_id FROM role_grant WHERE user_id = :user UNION SELECT body_id FROM former_grant WHERE user_id = :user)
    ORDER BY b.id""")


@dataclass(frozen=True)
class Admin:
    """Who administers: the actor for the log, and the token of the browser session that proves it."""

    actor: Actor
    token: str


def take_back(user: UserAccount, reason: str, *, admin: Admin, clock: Clock) -> int:
    """End every grant in the administrator's reach and sign the person out everywhere, at once. Raises
    :class:`NotYours` where there is none."""
    ended: int = _asked(func.account_take_back(admin.token, user.uid, reason, clock.now()))
    _must_be(ended)
    _note(Tag.ACCOUNT_TAKEN_BACK, admin, user, user.name, clock, reason=reason, count=ended)
    return ended


def restore(user: UserAccount, *, admin: Admin, clock: Clock) -> int:
    """Give back what was taken back last. Raises :class:`Conflict` where nothing waits for this administrator."""
    given: int = _asked(func.account_restore(admin.token, user.uid, clock.now()))
    if not given:
        raise Conflict(
            N_("没有可以由您恢复的任职"), advice=N_("系统运维收回的，由系统运维恢复；换了机构的，在新机构办")
        )
    _note(Tag.ACCOUNT_RESTORED, admin, user, user.name, clock, count=given)
    return given


def move(
    user: UserAccount, before: tuple[int, str], after: tuple[int, str], reason: str, *, admin: Admin, clock: Clock
) -> int:
    """From one body to another, each its inner number and short name: the same roles there, for the whole body.
    Raises :class:`NotYours` unless the administrator has both bodies in hand."""
    moved: int = _asked(func.account_move(admin.token, user.uid, before[0], after[0], reason, clock.now()))
    _must_be(moved)
    words = message(N_("{name}：{before} → {after}"), name=user.name, before=before[1], after=after[1])
    _note(Tag.ACCOUNT_MOVED, admin, user, words, clock, reason=reason, count=moved)
    return moved


def make_link(
    user: UserAccount,
    *,
    admin: Admin,
    clock: Clock,
    rules: Rulebook,
    make_code: Callable[[], str] = lambda: secrets.token_urlsafe(24),
) -> str:
    """The code of a link by which the person sets a new password once; earlier links end. It is shown once and kept as
    a digest. Raises :class:`NotYours` for somebody who holds anything elsewhere: a link opens all they may do."""
    code, now = make_code(), clock.now()
    until = now + timedelta(hours=int(rules.value(LINK_HOURS, today(clock))))
    if not _asked(func.account_link_make(admin.token, user.uid, digest_of(code), until, now)):
        raise NotYours(
            N_("这个账号在别处也有任职，或已收回，不能由您重设密码"), advice=N_("请系统运维发链接；收回的先恢复")
        )
    _note(Tag.LINK_MADE, admin, user, user.name, clock)
    return code


def count_link_try(address: str, clock: Clock) -> None:
    """Before looking, in a transaction of its own."""
    count_attempt(f"link:address:{address}", limit=PER_ADDRESS, minutes=WINDOW_MINUTES, clock=clock)


def login_of_link(code: str, *, clock: Clock) -> str:
    """The login whose password this link sets. Raises :class:`LinkIsOver`."""
    of_link = func.account_of_link(digest_of(code), clock.now()).table_valued("account", "login")
    found = db.session.execute(select(of_link)).first()
    if found is None:
        raise LinkIsOver()
    return str(found.login)


def link_is_open(code: str, *, clock: Clock) -> bool:
    """Whether its person can still set a password by it."""
    of_link = func.account_of_link(digest_of(code), clock.now()).table_valued("account", "login")
    return db.session.execute(select(of_link)).first() is not None


def set_by_link(code: str, new: str, again: str, *, rules: PasswordRules, clock: Clock) -> None:
    """The new password; every browser of the person is signed out, and the link is used up. Raises
    :class:`LinkIsOver` and :class:`~examops.accounts.password_change.UnfitPassword`."""
    login = login_of_link(code, clock=clock)
    check_password(new, again, login, rules)
    account = _asked(func.account_password_by_link(digest_of(code), hash_password(new), clock.now()))
    if account is None:
        raise LinkIsOver()
    user = db.session.execute(select(UserAccount).where(UserAccount.uid == account)).scalar_one()
    forget_sign_ins(login)
    actor = Actor("user", user.uid, user.name)
    record(Tag.PASSWORD_CHANGED, actor, user, words=user.name, at=clock.now(), by_link=True)


def account_by_uid(uid: UUID) -> UserAccount:
    found = db.session.execute(select(UserAccount).where(UserAccount.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有这个账号"), advice=N_("回到账号列表查找"))
    return found


def _asked(call: Function[Any]) -> Any:
    return db.session.execute(select(call)).scalar_one()


def _note(tag: Tag, admin: Admin, user: UserAccount, words: Message | str, clock: Clock, **payload: Any) -> None:
    """One entry for each body concerned, so that it stands in that body's log; one without a body for offices."""
    places = db.session.execute(PLACES, {"user": user.id}).all()
    for body_id, district in [tuple(row) for row in places] or [(None, None)]:
        record(tag, admin.actor, OfBody(user.uid, body_id, district), words=words, at=clock.now(), **payload)


def _must_be(count: int) -> None:
    if not count:
        raise NotYours()
