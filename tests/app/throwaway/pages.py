"""The page of lost items."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from examops.accounts import guarded, roles_only
from examops.core.database import db
from tests.app.throwaway.models import LostItem

bp = guarded(Blueprint("lost_items", __name__, url_prefix="/lost-items"), roles_only("proctor"))


@bp.get("/")
def index() -> ResponseReturnValue:
    items = db.session.execute(select(LostItem).order_by(LostItem.id.desc()).limit(50)).scalars().all()
    return render_template("throwaway/index.html", items=items)
