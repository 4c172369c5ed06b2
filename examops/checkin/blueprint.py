"""The blueprint of the desk's pages, and who stands at the desk that asks."""

from __future__ import annotations

from flask import Blueprint, g

from examops.accounts import DESK_ROLES, Identity, guarded, roles_only
from examops.checkin.door import Visitor
from examops.core.language import N_, _

bp = guarded(Blueprint("checkin", __name__, url_prefix="/desk"), roles_only(*DESK_ROLES))
UNPAIRED = N_("未配对的浏览器")


def visitor() -> Visitor:
    return Visitor(g.user.id, tuple(g.grants), g.get("tablet"))


def duty() -> str:
    """Role and name of the person at the desk."""
    return f"{g.role_word} {g.user.name}"


def desk_name(tablet: Identity | None) -> str:
    """What the tablet was called when it was paired."""
    return tablet.name if tablet is not None else _(UNPAIRED)
