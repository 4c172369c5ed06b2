"""The blueprint of people on duty, as their body and the offices see them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g
from sqlalchemy import select

from examops.accounts import REGULATORS, guarded, roles_only
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.organisations.models import Body

bp = guarded(Blueprint("staff", __name__, url_prefix="/staff"), roles_only("coordinator", *REGULATORS))


def own_bodies() -> list[Body]:
    """The bodies this person coordinates."""
    ids = {grant.body_id for grant in g.grants if grant.role == "coordinator" and grant.body_id}
    return list(db.session.execute(select(Body).where(Body.id.in_(ids)).order_by(Body.id)).scalars())


def chosen_body(uid: UUID | None) -> Body:
    """The one named, or the only one. Raises NotFound."""
    own = own_bodies()
    chosen = next((one for one in own if one.uid == uid), own[0] if len(own) == 1 and uid is None else None)
    if chosen is None:
        raise NotFound(N_("没有找到这个机构，或您不是它的考务"), advice=N_("重新选一个机构"))
    return chosen
