"""The blueprint of specifications: bodies write, offices read."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from flask import Blueprint, g
from sqlalchemy import select

from examops.accounts import REGULATORS, guarded, roles_only
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.organisations.models import Body
from examops.specifications.content import AnyVersion

BODY = ("coordinator",)
V = TypeVar("V", bound=AnyVersion)
bp = guarded(Blueprint("specifications", __name__, url_prefix="/specifications"), roles_only(*BODY, *REGULATORS))


def own_bodies() -> list[Body]:
    """The bodies this person coordinates."""
    ids = {grant.body_id for grant in g.grants if grant.role == "coordinator" and grant.body_id}
    return list(db.session.execute(select(Body).where(Body.id.in_(ids)).order_by(Body.id)).scalars())


def own_body(uid: UUID | None) -> Body:
    """The one that was chosen, or the only one."""
    own = own_bodies()
    chosen = next((one for one in own if one.uid == uid), own[0] if len(own) == 1 and uid is None else None)
    if chosen is None:
        raise NotFound(N_("没有找到这个机构，或您不是它的考务"), advice=N_("重新选一个机构"))
    return chosen


def told(row: V) -> V:
    """The version, to whoever may read it: a draft is its body's alone, as in the lists. Raises NotFound."""
    if row.state == "draft" and g.role not in BODY:
        raise NotFound(N_("没有找到这个版本，或还没有提交"), advice=N_("回到列表重新选"))
    return row
