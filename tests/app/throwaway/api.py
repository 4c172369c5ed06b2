"""``/api/v1/lost-items``: the same list for other systems."""

from __future__ import annotations

from typing import Any, cast

from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy import select

from examops.accounts import guarded, roles_only
from examops.core.database import db
from examops.web.api import PERSON_READS
from tests.app.throwaway.models import LostItem

bp = cast(Blueprint, guarded(Blueprint("api_lost_items", __name__, url_prefix="/api/v1"), roles_only("proctor")))


class LostItemSchema(Schema):
    uid = fields.UUID(required=True)
    thing = fields.Str(required=True)
    state = fields.Str(required=True)


class LostItemsSchema(Schema):
    items = fields.List(fields.Nested(LostItemSchema), required=True)


@bp.get("/lost-items")
@bp.doc(security=PERSON_READS)
@bp.response(200, LostItemsSchema)
def list_items() -> dict[str, Any]:
    """The newest 50 lost items of one's scope."""
    return {"items": list(db.session.execute(select(LostItem).order_by(LostItem.id.desc()).limit(50)).scalars())}
