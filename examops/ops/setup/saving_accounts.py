"""Accounts, what their people may do and where, and the privacy notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from examops.accounts import ROLE_WORDS, Tag, hash_password
from examops.accounts.models import PrivacyNotice, RoleGrant, UserAccount
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.language import N_
from examops.ops.setup.levels import Level, Run, words_of
from examops.ops.setup.plan import AccountEntry, SetupItem
from examops.organisations.models import Body
from examops.sites.models import Site

ACTOR = Actor.system(N_("录入命令"))
ACCOUNT = "账号"
GRANT_KEYS = ("role", "reach", "body_id", "site_id", "district")


def save_accounts(
    run: Run, entries: Iterable[AccountEntry], clock: Clock, make_password: Callable[[], str]
) -> list[tuple[AccountEntry, UserAccount]]:
    """Each account with its row; a known one keeps its password."""
    known = {user.login: user for user in db.session.execute(select(UserAccount)).scalars()}
    found = []
    for entry in entries:
        user = known.pop(entry.get("login"), None)
        if user is None:
            user = _new(run, entry, make_password(), clock)
        else:
            run.update(ACCOUNT, user, entry.facts, user.login)
        found.append((entry, user))
    for user in known.values():
        run.outcome.leave(ACCOUNT, f"{user.login} {user.name}")
    return found


def _new(run: Run, entry: AccountEntry, password: str, clock: Clock) -> UserAccount:
    user = UserAccount(**entry.facts, password_hash=hash_password(password), must_change_password=True)
    db.session.add(user)
    db.session.flush()
    run.outcome.passwords.append((user.login, user.name, password))
    run.outcome.add("", ACCOUNT, f"{user.login} {user.name}")
    record(Tag.PASSWORD_HANDED_OUT, ACTOR, user, words=user.name, at=clock.now())
    return user


def save_grants(run: Run, entry: AccountEntry, user: UserAccount) -> None:
    """The bodies and sites that they name must be there already."""
    level = Level("任职", RoleGrant, GRANT_KEYS, lambda row: f"{ROLE_WORDS[row.role]} {_place_of(row)}")
    run.save_rows(level, [_columns(grant) for grant in entry.grants], {"user_id": user.id}, {}, user.login)


def _columns(grant: SetupItem) -> SetupItem:
    """Numbers instead of names; the checks have made sure that each name is there once."""
    columns: dict[str, Any] = dict.fromkeys(GRANT_KEYS)
    columns |= {name: grant.get(name) for name in ("role", "reach", "district") if grant.get(name)}
    columns["is_head"] = grant.get("is_head")
    if grant.get("body"):
        body = select(Body.id).where(Body.short_name == grant.get("body"))
        columns["body_id"] = db.session.execute(body).scalar_one()
    if grant.get("site"):
        site = select(Site.id).where(Site.body_id == columns["body_id"], Site.name == grant.get("site"))
        columns["site_id"] = db.session.execute(site).scalar_one()
    return SetupItem(grant.path, columns)


def _place_of(row: RoleGrant) -> str:
    if row.reach in ("city", "district"):
        return row.district or "全市"
    body = db.session.execute(select(Body.short_name).where(Body.id == row.body_id)).scalar_one()
    site = db.session.execute(select(Site.name).where(Site.id == row.site_id)).scalar_one_or_none()
    return words_of(body, site or "")


def save_notice(run: Run, entry: SetupItem | None, clock: Clock) -> None:
    """A version that is published already stays as it is."""
    if entry is None:
        return
    known = select(PrivacyNotice.id).where(PrivacyNotice.version == entry.get("version"))
    if db.session.execute(known).first() is None:
        db.session.add(PrivacyNotice(**entry.facts, published_at=clock.now()))
        run.outcome.add("", "隐私告知", f"第 {entry.get('version')} 版 {entry.get('title')}")
