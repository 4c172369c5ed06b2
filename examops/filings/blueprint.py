"""The blueprint of filings: bodies and offices, each route saying whose it is."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g
from sqlalchemy import select

from examops.accounts import REGULATORS, guarded, roles_only
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.organisations.models import Body

BODY = ("coordinator",)
READERS = (*BODY, *REGULATORS)
bp = guarded(Blueprint("filings", __name__, url_prefix="/filings"), roles_only(*READERS))


def own_bodies() -> list[Body]:
    """The bodies this person coordinates."""
    ids = {grant.body_id for grant in g.grants if grant.role == "coordinator" and grant.body_id}
    return list(db.session.execute(select(Body).where(Body.id.in_(ids)).order_by(Body.id)).scalars())


def own_body(uid: UUID | None) -> Body:
    """The one that was chosen, or the only one. Raises NotFound."""
    own = own_bodies()
    chosen = next((one for one in own if one.uid == uid), own[0] if len(own) == 1 and uid is None else None)
    if chosen is None:
        raise NotFound(N_("没有找到这个机构，或您不是它的考务"), advice=N_("重新选一个机构"))
    return chosen
