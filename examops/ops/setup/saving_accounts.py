"""Accounts, what their people may do and where, and the privacy notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from examops.accounts import ROLE_WORDS, Tag, hash_password
from examops.accounts.models import FormerGrant, PrivacyNotice, RoleGrant, UserAccount
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
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
    """The bodies and sites that they name must be there already. What was taken back on a page stays taken back: a
    file of before, applied again, must not give it to somebody who left."""
    level = Level("任职", RoleGrant, GRANT_KEYS, lambda row: f"{ROLE_WORDS[row.role]} {_place_of(row)}")
    former, grants = _former(user), []
    for grant in map(_columns, entry.grants):
        ended = former.get(tuple(grant.facts[key] for key in GRANT_KEYS))
        if ended is None:
            grants.append(grant)
        else:
            run.outcome.warnings.append(f"{grant.path}: {_ended_words(user, ended)}")
    run.save_rows(level, grants, {"user_id": user.id}, {}, user.login)


def _former(user: UserAccount) -> dict[tuple[Any, ...], FormerGrant]:
    """What ended on a page and was not given again, by the columns of its grant."""
    held = select(RoleGrant).where(RoleGrant.user_id == user.id)
    ended = select(FormerGrant).where(FormerGrant.user_id == user.id, FormerGrant.restored_at.is_(None))
    found = {_keys_of(row): row for row in db.session.execute(ended.order_by(FormerGrant.id)).scalars()}
    return {keys: row for keys, row in found.items() if keys not in set(map(_keys_of, db.session.scalars(held)))}


def _keys_of(row: RoleGrant | FormerGrant) -> tuple[Any, ...]:
    return tuple(getattr(row, key) for key in GRANT_KEYS)


def _ended_words(user: UserAccount, ended: FormerGrant) -> str:
    what = f"{user.login} {ROLE_WORDS[ended.role]} {_place_of(ended)}"
    if ended.how == "moved":
        how, then = "换到另一个机构", "本人还在这里任职的，在“账号”页再换回来"
    else:
        how, then = "收回", "要恢复的，在“账号”页点“恢复”"
    return f"{what} {local_day(ended.ended_at)} 由{ended.ended_by_name}{how}，没有恢复；{then}，否则从文件里去掉"


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


def _place_of(row: RoleGrant | FormerGrant) -> str:
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
