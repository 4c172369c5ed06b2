"""A person's assignments as the top bar names them, and the one that is chosen.

Without a choice all assignments count together. The choice is kept in the browser's session and checked at every
request against the assignments the person still has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, text

from config.divisions import OUTSIDE, divisions
from examops.accounts.models import FormerGrant, RoleGrant
from examops.accounts.roles import ROLE_WORDS, Account
from examops.accounts.tags import Tag
from examops.audit import record
from examops.core.actor import Actor
from examops.core.errors import NotFound
from examops.core.language import N_, Message, message
from examops.core.prepared import Prepared

# The names of config/catalogue/divisions.yaml, for the catalogue of words: data cannot be marked where it stands.
DISTRICT_NAMES = (N_("禅城"), N_("南海"), N_("顺德"), N_("三水"), N_("高明"), N_("佛山市外"))
KIND_WORDS = {"body": N_("机构"), "site": N_("考点"), "district": N_("区"), "city": N_("范围")}


@dataclass(frozen=True)
class ActiveGrant:
    """A grant as a request carries it: plain values, so that a grant taken away meanwhile is read no more."""

    uid: UUID
    id: int
    role: str
    reach: str
    body_id: int | None
    site_id: int | None
    district: str | None

    @classmethod
    def of(cls, grant: RoleGrant | FormerGrant) -> ActiveGrant:
        return cls(grant.uid, grant.id, grant.role, grant.reach, grant.body_id, grant.site_id, grant.district)


@dataclass(frozen=True)
class GrantOption:
    """``kind`` is 机构, 考点, 区 or 范围; ``place`` its name; ``uid`` names the assignment."""

    uid: UUID
    kind: Message
    place: Message
    role: Message

    @property
    def words(self) -> Message:
        return message("{place} · {role}", place=self.place, role=self.role)


def selected_grants(grants: Sequence[ActiveGrant], chosen: str | None) -> list[ActiveGrant]:
    """The chosen assignment alone; all of them when nothing is chosen, or the chosen one was taken away."""
    only = [grant for grant in grants if str(grant.uid) == chosen]
    return only or list(grants)


def grant_options(grants: Sequence[ActiveGrant]) -> list[GrantOption]:
    """Reads names in the scope of the caller: those it may not see stay without a name."""
    return [
        GrantOption(grant.uid, message(KIND_WORDS[grant.reach]), place, message(ROLE_WORDS[grant.role]))
        for grant, place in zip(grants, place_words(grants), strict=True)
    ]


def place_words(grants: Sequence[ActiveGrant]) -> list[Message]:
    """Where each holds, in order."""
    bodies = _names(_BODIES, [grant.body_id for grant in grants])
    sites = _names(_SITES, [grant.site_id for grant in grants])
    return [_place(grant, bodies, sites) for grant in grants]


def _place(grant: ActiveGrant, bodies: dict[int, str], sites: dict[int, str]) -> Message:
    if grant.reach == "city":
        return message(N_("全市"))
    if grant.district:
        name = divisions().districts.get(grant.district, grant.district)
        return message(name) if grant.district == OUTSIDE else message(N_("{name}区"), name=message(name))
    body = message(bodies.get(grant.body_id or 0, N_("本机构")))
    if not grant.site_id:
        return body
    return message("{body} {site}", body=body, site=message(sites.get(grant.site_id, N_("本考点"))))


def _named(query: str) -> Prepared:
    """Every page of somebody with a body asks it."""
    given = text(query).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))
    return Prepared(given.columns(id=BigInteger, name=Text))


# Bodies and sites belong to layers above this one: only their names are read here.
_BODIES = _named("SELECT id, short_name FROM body WHERE id = ANY(CAST(:ids AS BIGINT[]))")
_SITES = _named("SELECT id, name FROM site WHERE id = ANY(CAST(:ids AS BIGINT[]))")


def _names(query: Prepared, ids: list[int | None]) -> dict[int, str]:
    """Names by inner number."""
    wanted = sorted({number for number in ids if number is not None})
    return {row.id: row.name for row in query.all(ids=wanted)} if wanted else {}


def select_grant(user: Account, held: Sequence[ActiveGrant], wanted: UUID | None, *, actor: Actor) -> str | None:
    """The value to keep in the browser's session: an assignment of this person, or None for all of them."""
    if wanted is None:
        record(Tag.SCOPE_CHOSEN, actor, user, words=message(N_("{name} 全部"), name=user.name))
        return None
    grant = next((grant for grant in held if grant.uid == wanted), None)
    if grant is None:
        raise NotFound(N_("没有这项任职，或已被收回"))
    (reach,) = grant_options([grant])
    record(
        Tag.SCOPE_CHOSEN,
        actor,
        user,
        words=message("{name} {reach}", name=user.name, reach=reach.words),
        grant=str(wanted),
        role=grant.role,
    )
    return str(wanted)
