"""Offices and the people in them, from the grants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from examops.accounts import ActiveGrant
from examops.accounts.models import RoleGrant, UserAccount
from examops.core.database import db
from examops.offices.models import OFFICES


@dataclass(frozen=True)
class Office:
    """``district`` is None for the city's offices."""

    role: str
    district: str | None = None

    @classmethod
    def of(cls, role: str, district: str) -> Office:
        """The office of this role that is in charge of a district."""
        return cls(role, None if role.startswith("city") else district)


@dataclass(frozen=True)
class Member:
    id: int
    uid: UUID
    name: str
    is_head: bool


def offices_of(grants: Iterable[ActiveGrant]) -> list[Office]:
    """The offices that these grants open, each once."""
    found = (Office(one.role, one.district) for one in grants if one.role in OFFICES)
    return list(dict.fromkeys(found))


def members_of(office: Office) -> list[Member]:
    """Who may sign in and holds its role there, by name."""
    rows = db.session.execute(_members(office).order_by(UserAccount.name, UserAccount.id)).all()
    heads = {row.id for row in rows if row.is_head}
    return list({row.id: Member(row.id, row.uid, row.name, row.id in heads) for row in rows}.values())


def _members(office: Office) -> Select[int, UUID, str, bool]:
    return (
        select(UserAccount.id, UserAccount.uid, UserAccount.name, RoleGrant.is_head)
        .join(RoleGrant, RoleGrant.user_id == UserAccount.id)
        .where(
            UserAccount.is_active,
            RoleGrant.role == office.role,
            RoleGrant.district.is_not_distinct_from(office.district),
        )
    )


def heads_of(office: Office) -> list[Member]:
    return [one for one in members_of(office) if one.is_head]


def is_head(uid: UUID | None, office: Office) -> bool:
    query = _members(office).where(UserAccount.uid == uid, RoleGrant.is_head)
    return db.session.execute(query).first() is not None


def is_member(uid: UUID | None, office: Office) -> bool:
    return db.session.execute(_members(office).where(UserAccount.uid == uid)).first() is not None
