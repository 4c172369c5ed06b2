"""Signing in and out, and accepting the privacy notice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from examops.accounts.known_devices import normalised
from examops.accounts.models import NoticeAcceptance, PrivacyNotice, UserAccount
from examops.accounts.passwords import DECOY, password_matches
from examops.accounts.roles import main_role
from examops.accounts.tags import Tag
from examops.accounts.throttle import count_attempt, forget_attempts, forget_attempts_of
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Invalid, NotFound
from examops.core.extensions import keyring
from examops.core.language import N_, message

PER_LOGIN, PER_ADDRESS, PER_LOGIN_ANYWHERE, WINDOW_MINUTES = 10, 60, 100, 15


class WrongCredentials(Invalid):
    code, message = "account.wrong_credentials", N_("账号或密码不对")
    advice = N_("检查大小写；忘记密码请联系本单位管理员")


def count_sign_in(login: str, address: str, clock: Clock, *, device: str = "") -> None:
    """Count the attempt before looking: the counters stay when the sign-in fails.

    A login on a ``device`` on which it has signed in before is counted alone. All others are counted for the login at
    this address, for the address, and for the login wherever they are; that last limit is wide, because whoever
    reaches it shuts out the owner on a new device (and on no other).
    """
    if device:
        count_attempt(_tries_on(login, device), limit=PER_LOGIN, minutes=WINDOW_MINUTES, clock=clock)
        return
    count_attempt(f"sign-in:address:{address}", limit=PER_ADDRESS, minutes=WINDOW_MINUTES, clock=clock)
    count_attempt(_tries_at(login, address), limit=PER_LOGIN, minutes=WINDOW_MINUTES, clock=clock)
    count_attempt(_tries_of(login), limit=PER_LOGIN_ANYWHERE, minutes=WINDOW_MINUTES, clock=clock)


def _tries_of(login: str) -> str:
    return f"sign-in:login:{_hash_of(login)}"


def _tries_at(login: str, address: str) -> str:
    return f"sign-in:pair:{address}:{_hash_of(login)}"


def _tries_on(login: str, device: str) -> str:
    return f"sign-in:device:{device}:{_hash_of(login)}"


def forget_sign_ins(login: str) -> None:
    """The account's tries count no more, wherever they were made; those of addresses do."""
    forget_attempts(_tries_of(login))
    forget_attempts_of("sign-in:pair", _hash_of(login))
    forget_attempts_of("sign-in:device", _hash_of(login))


def stored_hash(login: str) -> str:
    """The hash of one account's password: no role of the web may read the column."""
    return str(db.session.execute(select(func.account_password(login))).scalar_one())


def find_signing_in(login: str, password: str) -> UserAccount | None:
    """The account when login and password fit. Takes as long for an unknown login as for a known one."""
    user = db.session.execute(select(UserAccount).where(UserAccount.login == login.strip())).scalar_one_or_none()
    fits = password_matches(stored_hash(user.login) if user else DECOY, password)
    return user if user and fits and user.is_active else None


def sign_in(login: str, password: str, *, address: str, clock: Clock) -> UserAccount:
    """The account, or :class:`WrongCredentials`. The caller commits also when this raises: refusals are kept."""
    user = find_signing_in(login, password)
    if user is None:
        _record_refusal(login, address)
        raise WrongCredentials()
    user.last_sign_in_at = clock.now()
    forget_sign_ins(login)
    record(Tag.SIGNED_IN, actor_of(user), user, words=user.name, address=address)
    return user


def _record_refusal(login: str, address: str) -> None:
    """Of an unknown login only a keyed hash is kept: people type their password or ID number there, and what stands in
    the log stays."""
    known = db.session.execute(select(UserAccount.login).where(UserAccount.login == login.strip())).scalar_one_or_none()
    payload: dict[str, Any] = {"address": address} if known else {"address": address, "typed": _hash_of(login)[:16]}
    words = known or message(N_("没有这个账号"))
    record(Tag.SIGN_IN_REFUSED, Actor("user", None, known or ""), words=words, **payload)


def _hash_of(login: str) -> str:
    return keyring().lookup(normalised(login), "sign-in").hex()


def actor_of(user: UserAccount) -> Actor:
    return Actor("user", user.uid, user.name, main_role(user.grants))


def newest_notice() -> PrivacyNotice:
    notice = db.session.execute(
        select(PrivacyNotice).order_by(PrivacyNotice.version.desc()).limit(1)
    ).scalar_one_or_none()
    if notice is None:
        raise NotFound(N_("还没有发布隐私告知"))
    return notice


def accept_notice(user: UserAccount, version: int, clock: Clock) -> None:
    """Accept one version; accepting twice changes nothing."""
    notice = newest_notice()
    if notice.version != version:
        raise Invalid(N_("隐私告知刚刚更新，请重新阅读"), advice=N_("读完新版再同意"))
    values = {"user_id": user.id, "version": version, "accepted_at": clock.now()}
    db.session.execute(insert(NoticeAcceptance).values(**values).on_conflict_do_nothing())
    record(Tag.NOTICE_ACCEPTED, actor_of(user), notice, words=notice.title, version=version)
