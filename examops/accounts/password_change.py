"""Changing one's own password: what a new one must be, tries that are counted, other browsers that are signed out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from config.rulebook import Rulebook
from examops.accounts.models import UserAccount
from examops.accounts.passwords import hash_password, password_matches
from examops.accounts.roles import Account
from examops.accounts.service import PER_ADDRESS, PER_LOGIN, WINDOW_MINUTES, actor_of, forget_sign_ins, stored_hash
from examops.accounts.tags import Tag
from examops.accounts.throttle import count_attempt, forget_attempts
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Invalid, NotFound
from examops.core.language import N_

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no letters and digits that look alike: it is read from paper
GROUPS, GROUP_LENGTH = 4, 4  # 31**16: nobody guesses it, and it is typed once


class WrongPassword(Invalid):
    code, message = "account.wrong_password", N_("旧密码不对")
    advice = N_("检查大小写；忘记密码请联系本单位管理员")


class UnfitPassword(Invalid):
    code, message = "account.unfit_password", N_("新密码不合要求")
    advice = N_("换一个再试")


@dataclass(frozen=True)
class PasswordRules:
    """Characters: at least, at most, and how many of them must differ."""

    least: int
    most: int
    distinct: int

    @classmethod
    def of(cls, book: Rulebook, day: date) -> PasswordRules:
        names = ("length_min", "length_max", "distinct_min")
        return cls(*(int(book.value(f"password.{name}", day)) for name in names))


def check_password(new: str, again: str, login: str, rules: PasswordRules) -> None:
    """Raises :class:`UnfitPassword` with the first thing that is wrong with a new password."""
    if new != again:
        raise UnfitPassword(N_("两次输入的新密码不一样"), advice=N_("两处输入同一个新密码"))
    if not rules.least <= len(new) <= rules.most:
        raise UnfitPassword(N_("新密码须为 {least}–{most} 个字符"), least=rules.least, most=rules.most)
    if len(set(new)) < rules.distinct:
        raise UnfitPassword(N_("新密码里至少要有 {distinct} 个不同的字符"), distinct=rules.distinct)
    if login.strip().lower() in new.lower():
        raise UnfitPassword(N_("新密码里不能有账号"))


def count_change(user: Account, address: str, clock: Clock) -> None:
    """Count the try before looking, in a transaction of its own: a stolen browser guesses no old password."""
    count_attempt(f"password:address:{address}", limit=PER_ADDRESS, minutes=WINDOW_MINUTES, clock=clock)
    count_attempt(f"password:user:{user.uid}", limit=PER_LOGIN, minutes=WINDOW_MINUTES, clock=clock)


def change_password(user: Account, old: str, new: str, again: str, *, rules: PasswordRules, clock: Clock) -> int:
    """The epoch of browser sessions from now on: every older one ends.

    Raises :class:`WrongPassword` (the caller commits then too: the refusal is kept) and :class:`UnfitPassword`.
    """
    kept = db.session.execute(
        select(UserAccount).where(UserAccount.id == user.id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
    before = stored_hash(kept.login)
    if not password_matches(before, old):
        record(Tag.PASSWORD_REFUSED, actor_of(kept), kept, words=kept.name, at=clock.now())
        raise WrongPassword()
    check_password(new, again, kept.login, rules)
    if new == old:
        raise UnfitPassword(N_("新密码和旧密码一样"))
    changed = select(func.account_password_change(kept.uid, before, hash_password(new)))
    db.session.execute(changed)
    db.session.refresh(kept)
    forget_attempts(f"password:user:{kept.uid}")
    record(Tag.PASSWORD_CHANGED, actor_of(kept), kept, words=kept.name, at=clock.now())
    return kept.session_epoch


def hand_out_password(login: str, password: str, *, actor: Actor, clock: Clock) -> UserAccount:
    """Somebody forgot theirs: all browsers are signed out, and the new one must be changed.
    Raises :class:`NotFound`.
    """
    user = db.session.execute(
        select(UserAccount).where(UserAccount.login == login).with_for_update()
    ).scalar_one_or_none()
    if user is None:
        raise NotFound(N_("没有账号 {login}"), login=login)
    user.password_hash, user.must_change_password = hash_password(password), True
    user.session_epoch += 1
    forget_sign_ins(login)
    forget_attempts(f"password:user:{user.uid}")
    record(Tag.PASSWORD_HANDED_OUT, actor, user, words=user.name, at=clock.now())
    return user


def random_password() -> str:
    """``abcd-efgh-jkmn-pqrs``: to be handed over on paper and changed at the first sign-in."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)
