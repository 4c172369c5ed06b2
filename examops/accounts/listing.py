"""Accounts as their administrators see them: those who hold or held something in their reach, with its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, text, true

from examops.accounts.grants import ActiveGrant, place_words
from examops.accounts.models import FormerGrant, PasswordLink, RoleGrant, UserAccount
from examops.accounts.roles import ROLE_WORDS
from examops.core.database import among, db
from examops.core.errors import NotFound
from examops.core.language import N_, Message, message
from examops.core.paging import page_and_next

PAGE = 50
ADMINISTRATORS = ("coordinator", "operator")
STATES = {
    "active": ("done", N_("在用")),
    "handed_out": ("look", N_("未改密码")),
    "ended": ("off", N_("已收回")),
}


@dataclass(frozen=True)
class AccountLine:
    """``held`` are the grants in the reader's reach, in words; ``elsewhere`` counts the others."""

    user: UserAccount
    held: list[Message]
    elsewhere: int

    @property
    def state(self) -> tuple[str, str]:
        key = "ended" if not self.user.is_active or not (self.held or self.elsewhere) else "active"
        return STATES["handed_out" if key == "active" and self.user.must_change_password else key]


@dataclass(frozen=True)
class Reach:
    """Whose accounts somebody administers: everybody's, or those of these bodies and districts."""

    everything: bool
    bodies: tuple[int, ...] = ()
    districts: tuple[str, ...] = ()

    def holds(self, grant: RoleGrant) -> bool:
        return self.everything or grant.body_id in self.bodies or grant.district in self.districts

    def of(self, table: type[RoleGrant] | type[FormerGrant]) -> ColumnElement[bool]:
        inside = or_(table.body_id.in_(self.bodies), table.district.in_(self.districts))
        return true() if self.everything else inside


def reach_of(grants: Sequence[ActiveGrant]) -> Reach:
    """An operator administers what their grants reach, a coordinator the people of their own bodies. The database
    decides by the same rule (revision 0032) before anything changes."""
    mine = [one for one in grants if one.role == "operator" or (one.role == "coordinator" and one.reach == "body")]
    districts = tuple(sorted({one.district for one in mine if one.district}))
    of_districts = text("SELECT id FROM body WHERE district = ANY (:districts)")
    within = db.session.execute(of_districts, {"districts": list(districts)}).scalars() if districts else ()
    bodies = {one.body_id for one in mine if one.body_id and not one.site_id} | set(within)
    return Reach(any(one.reach == "city" for one in mine), tuple(sorted(bodies)), districts)


def accounts_query(reach: Reach, q: str, before: int) -> Select[Any]:
    """A page and one more, the newest first."""
    query = select(UserAccount).where(_administered(reach)).order_by(UserAccount.id.desc()).limit(PAGE + 1)
    if q:
        named = UserAccount.name.contains(q, autoescape=True), UserAccount.login.contains(q, autoescape=True)
        query = query.where(or_(*named))
    return query.where(UserAccount.id < before) if before else query


def _administered(reach: Reach) -> ColumnElement[bool]:
    if reach.everything:
        return true()
    return or_(
        UserAccount.id.in_(select(RoleGrant.user_id).where(reach.of(RoleGrant))),
        UserAccount.id.in_(select(FormerGrant.user_id).where(reach.of(FormerGrant))),
    )


def administered(uid: UUID, grants: Sequence[ActiveGrant]) -> UserAccount:
    """Raises :class:`NotFound` for whoever holds and held nothing in the reach of these grants."""
    query = accounts_query(reach_of(grants), "", 0).where(UserAccount.uid == uid)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有这个账号"), advice=N_("回到账号列表查找"))
    return found


def accounts_page(reach: Reach, q: str, before: int) -> tuple[list[AccountLine], int | None]:
    rows, last = page_and_next(db.session.execute(accounts_query(reach, q, before)).scalars().all(), PAGE)
    return account_lines(rows, reach), last.id if last else None


def account_lines(users: Sequence[UserAccount], reach: Reach) -> list[AccountLine]:
    """Three queries, however many there are."""
    grants = _grants([user.id for user in users])
    every = [ActiveGrant.of(grant) for held in grants.values() for grant in held]
    words = dict(zip((one.uid for one in every), grant_words(every), strict=True))
    found = []
    for user in users:
        held = grants.get(user.id, [])
        inside = [grant for grant in held if reach.holds(grant)]
        found.append(AccountLine(user, [words[grant.uid] for grant in inside], len(held) - len(inside)))
    return found


def grant_words(grants: Sequence[ActiveGrant]) -> list[Message]:
    """``顺德容桂 · 考务`` for each."""
    return [
        message("{place} · {role}", place=place, role=message(ROLE_WORDS[grant.role]))
        for grant, place in zip(grants, place_words(grants), strict=True)
    ]


def _grants(ids: Sequence[int]) -> dict[int, list[RoleGrant]]:
    query = select(RoleGrant).where(among(RoleGrant.user_id, ids)).order_by(RoleGrant.id)
    found: dict[int, list[RoleGrant]] = {}
    for grant in db.session.execute(query).scalars():
        found.setdefault(grant.user_id, []).append(grant)
    return found


@dataclass(frozen=True)
class HeldPart:
    """A grant on one person's page: in words, since when and, where it ended, who ended it and why."""

    words: Message
    since: datetime
    former: FormerGrant | None = None
    body_id: int | None = None


def history(user: UserAccount, reach: Reach) -> list[HeldPart]:
    """What they hold now and held before, in the reader's reach: what stands first, then the newest end."""
    held = [one for one in _grants([user.id]).get(user.id, []) if reach.holds(one)]
    ended = select(FormerGrant).where(FormerGrant.user_id == user.id, reach.of(FormerGrant))
    former = list(db.session.execute(ended.order_by(FormerGrant.ended_at.desc(), FormerGrant.id)).scalars())
    words = grant_words([*map(ActiveGrant.of, held), *map(ActiveGrant.of, former)])
    parts = [HeldPart(word, one.created_at, None, one.body_id) for one, word in zip(held, words, strict=False)]
    past = zip(former, words[len(held) :], strict=True)
    return parts + [HeldPart(word, one.held_since, one, one.body_id) for one, word in past]


def links_of(user: UserAccount) -> list[PasswordLink]:
    query = select(PasswordLink).where(PasswordLink.user_id == user.id).order_by(PasswordLink.id.desc()).limit(10)
    return list(db.session.execute(query).scalars())


@dataclass(frozen=True)
class BodyChoice:
    id: int
    name: str


def bodies_by_uid(reach: Reach) -> dict[str, BodyChoice]:
    """Bodies that the reader administers, by uid. They belong to a layer above: only their names are read here."""
    rows = db.session.execute(text("SELECT uid, id, short_name FROM body ORDER BY short_name, id"))
    return {
        str(uid): BodyChoice(number, name) for uid, number, name in rows if reach.everything or number in reach.bodies
    }
