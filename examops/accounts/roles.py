"""What each role is called, where it lands, and which rows its grants open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from examops.core.language import N_
from examops.core.scope import Scope

ROLE_WORDS = {
    "coordinator": N_("考务"),
    "examiner": N_("考评员"),
    "proctor": N_("监考员"),
    "internal_supervisor": N_("内部质量督导员"),
    "supervisor": N_("督导员"),
    "city_bureau": N_("市人社局"),
    "city_centre": N_("市人力资源公共服务中心"),
    "district_bureau": N_("区人社局"),
    "district_centre": N_("区鉴定中心"),
    "security": N_("厂区安保"),
    "operator": N_("系统运维"),
}
REGULATORS = ("city_bureau", "city_centre", "district_bureau", "district_centre")
# Who registers a body and invites its first coordinator: the city everywhere, a district in itself. The database asks
# the same of the officer's grants (account_invite).
REGISTRARS = REGULATORS
DESK_ROLES = ("examiner", "proctor", "internal_supervisor", "coordinator")
REVIEWERS = ("supervisor", *REGULATORS)
SESSION_READERS = ("coordinator", "internal_supervisor", *REVIEWERS)
# The first of a person's roles in this order is the one they land on: the first entry of its menu.
PRECEDENCE = tuple(ROLE_WORDS)


class Granted(Protocol):
    """A grant: the row itself, or its values as a request carries them."""

    @property
    def role(self) -> str: ...
    @property
    def reach(self) -> str: ...
    @property
    def body_id(self) -> int | None: ...
    @property
    def site_id(self) -> int | None: ...
    @property
    def district(self) -> str | None: ...


class Account(Protocol):
    """A person's account: the row itself, or its values as a request carries them."""

    @property
    def id(self) -> Any: ...
    @property
    def uid(self) -> Any: ...
    @property
    def name(self) -> Any: ...


def main_role(grants: Iterable[Granted]) -> str:
    held = {grant.role for grant in grants}
    return next((role for role in PRECEDENCE if role in held), "")


Grants = TypeVar("Grants", bound=Granted)


def opening_grants(grants: Sequence[Grants], roles: Collection[str]) -> list[Grants]:
    """The grants that open a request for ``roles``: those of one role, the first in order that the person holds.

    Whoever coordinates at one body and supervises at another is never both at once: each role counts where it was
    given. Desk roles do the same at a desk, which asks for the duty itself, so grants of all of them count there.
    """
    fitting = [grant for grant in grants if grant.role in roles]
    if set(roles) <= set(DESK_ROLES):
        return fitting
    return [grant for grant in fitting if grant.role == main_role(fitting)]


def scope_of(grants: Iterable[Granted]) -> Scope:
    """Bodies and districts of all grants added up; a city grant opens everything, one for a site that site only."""
    grants = list(grants)
    everything = any(grant.reach == "city" for grant in grants)
    whole = {grant.body_id for grant in grants if grant.site_id is None}
    single = [grant for grant in grants if grant.site_id is not None and grant.body_id not in whole and not everything]
    return Scope(
        everything=everything,
        narrowed=tuple(sorted({grant.body_id for grant in single if grant.body_id is not None})),
        sites=tuple(sorted({grant.site_id for grant in single if grant.site_id is not None})),
        bodies=tuple(sorted({grant.body_id for grant in grants if grant.body_id is not None})),
        districts=tuple(sorted({grant.district for grant in grants if grant.district is not None})),
    )
