"""The wall, its one request a refresh, and the hours the factory's own security may see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import rulebook
from examops.accounts.guard import current_actor
from examops.core.database import db
from examops.core.extensions import clock, store
from examops.core.transaction import transaction
from examops.footage.camera_states import watch
from examops.footage.looks import look_live, looks_at
from examops.footage.models import Arming
from examops.footage.pages import bp
from examops.footage.wall import DENSITIES, eyes, page_of, wall_data
from examops.footage.wall_filters import Filter, address, narrowed, usual_density
from examops.footage.wording import ARMING_STATES
from examops.sessions.models import ExamSession
from examops.sites.models import Camera, Room

BACK, AHEAD = timedelta(days=30), timedelta(days=30)


@bp.get("/wall", endpoint="wall")
def wall() -> ResponseReturnValue:
    data, filters, density = _look(1)
    return render_template(
        "footage/wall.html", data=data, data_url=url_for("footage.wall_data", **address(request.args)), filters=filters,
        densities=[(count, url_for("footage.wall", **address(request.args, density=count))) for count in DENSITIES],
        density=density,
    )  # fmt: skip


@bp.get("/wall/data.json", endpoint="wall_data")
def wall_json() -> ResponseReturnValue:
    return _look(request.args.get("page", 1, type=int))[0]


def _look(page: int) -> tuple[dict[str, Any], list[Filter], int]:
    """One refresh of the wall; that somebody looks is written down, and the boxes send pictures more often."""
    with transaction():
        found, filters = narrowed(eyes(rulebook(), clock()), request.args)
        wanted = request.args.get("density", 0, type=int)
        density = wanted if wanted in DENSITIES else usual_density(len(found))
        shown, _, _ = page_of(found, page, density)
        watch([eye.camera.id for eye in shown], clock())
        look_live(((eye.session, eye.camera) for eye in shown), actor=current_actor(), clock=clock())
        return wall_data(found, page, density, store=store(), clock=clock()), filters, density


@bp.get("/armed-hours", endpoint="armed_hours")
def armed_hours() -> ResponseReturnValue:
    """When the cameras of the factory record for an exam, and how many people looked; never a picture."""
    now = clock().now()
    query = (
        select(Arming, ExamSession, Camera, Room)
        .join(ExamSession, ExamSession.id == Arming.session_id)
        .join(Camera, Camera.id == Arming.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .where(Arming.during.overlaps(Range(now - BACK, now + AHEAD)))
        .order_by(db.func.lower(Arming.during).desc(), Camera.label)
        .limit(500)
    )
    sites = {grant.site_id for grant in g.grants if grant.reach == "site"}
    if sites and all(grant.reach == "site" for grant in g.grants):
        query = query.where(Room.site_id.in_(sites))
    with transaction():
        rows = list(db.session.execute(query))
        viewers = looks_at([row.ExamSession.id for row in rows])
    return render_template("footage/armed_hours.html", rows=rows, viewers=viewers, states=ARMING_STATES)
