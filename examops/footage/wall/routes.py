"""The wall, its one request a refresh, and the hours the factory's own security may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select

from config.rulebook import rulebook
from examops.accounts import current_actor
from examops.core.database import among
from examops.core.extensions import clock, store
from examops.core.paging import key_of, newest_first, of_own_body, page_and_next
from examops.core.queries import rows_of
from examops.core.reading import read
from examops.core.transaction import transaction
from examops.footage.blueprint import bp
from examops.footage.cameras.states import watch
from examops.footage.models import Arming
from examops.footage.review.viewings import record_live_viewing, viewings_of
from examops.footage.wall.filters import Filter, address, filters_of, narrowed, usual_density
from examops.footage.wall.grid import DENSITIES, page_of, wall_cameras, wall_data
from examops.footage.wall.schemas import ArmedHoursPageSchema, WallDataSchema, WallPageSchema
from examops.footage.wording import ARMING_STATES
from examops.sessions.models import ExamSession
from examops.sites.models import Camera, Room
from examops.web.api import json_call
from examops.web.inputs import read_query

BACK, AHEAD = timedelta(days=30), timedelta(days=30)
PAGE = 100
SMALL_ENOUGH, FEW = 480, 9  # pixels that a picture of 320 may be shown at; tiles of a wall that is shown larger


@bp.get("/wall", endpoint="wall")
def wall() -> ResponseReturnValue:
    asked = read_query(WallPageSchema)
    data, filters, density = _look(asked, 1, is_page=True)
    return render_template(
        "footage/wall.html",
        data=data,
        data_url=url_for("footage.wall_data", **address(asked)),
        filters=filters,
        densities=[(count, url_for("footage.wall", **address(asked, density=count))) for count in DENSITIES],
        density=density,
    )


@bp.get("/wall/data.json", endpoint="wall_data")
@json_call(WallDataSchema, asks=WallPageSchema)
def wall_json(asked: dict[str, Any]) -> dict[str, Any]:
    """One refresh of the wall"""
    return _look(asked, asked["page"])[0]


def _look(asked: dict[str, Any], page: int, *, is_page: bool = False) -> tuple[dict[str, Any], list[Filter], int]:
    """One refresh of the wall, with its filters where it is a page; that somebody looks is written down, and the
    boxes send pictures more often."""
    with transaction():
        every = wall_cameras(rulebook(), clock())
        found = narrowed(every, asked)
        density = asked["density"] or usual_density(len(found))
        shown, _, _ = page_of(found, page, density)
        watch([eye.camera.id for eye in shown], clock(), large=_is_large(asked["tile"], density))
        record_live_viewing(((eye.session, eye.camera) for eye in shown), actor=current_actor(), clock=clock())
        filters = filters_of(every, asked) if is_page else []
        return wall_data(found, page, density, store=store(), clock=clock()), filters, density


def _is_large(tile: int | None, density: int) -> bool:
    """Whether small pictures would be blown up; a page of the release before says no width, so its grid does."""
    return tile > SMALL_ENOUGH if tile else density <= FEW


@bp.get("/armed-hours", endpoint="armed_hours")
def armed_hours() -> ResponseReturnValue:
    """When the cameras of the factory record for an exam, and how many people looked; never a picture."""
    before = read_query(ArmedHoursPageSchema)["before"]
    sites = {grant.site_id for grant in g.grants if grant.reach == "site" and grant.site_id is not None}
    only = sites if all(grant.reach == "site" for grant in g.grants) else set()
    with transaction():
        window = clock().now() - BACK, clock().now() + AHEAD
        sessions = read(armed_query(*window, only, before)) if only or before else _armed(*window)
        shown, last = page_and_next(sessions, PAGE)
        rows = _armings_of([session.id for session in shown])
        viewers = viewings_of([session.id for session in shown])
    older = url_for("footage.armed_hours", before=key_of(last.starts_at, last.id)) if last else None
    return render_template("footage/armed_hours.html", rows=rows, viewers=viewers, states=ARMING_STATES, older=older)


@rows_of
def _armed(since: datetime, until: datetime) -> Select[Any]:
    return armed_query(since, until, set(), None)


def armed_query(since: datetime, until: datetime, sites: set[int], before: str | None) -> Select[Any]:
    """A page of sessions that arm cameras, in the window that security may see."""
    armed = select(Arming.id).where(Arming.session_id == ExamSession.id)
    key: tuple[Any, ...] = (ExamSession.id, ExamSession.starts_at)
    query = of_own_body(select(*key), ExamSession.body_id).where(
        ExamSession.starts_at.between(since, until), armed.exists()
    )
    query = query.where(ExamSession.site_id.in_(sites)) if sites else query
    return newest_first(query, ExamSession.starts_at, ExamSession.id, before, PAGE)


@rows_of
def _armings_of(session_ids: list[int]) -> Select[Any]:
    """A line for each camera."""
    of_arming: tuple[Any, ...] = (Arming.during, Arming.state, Arming.session_id)
    return (
        select(*of_arming, ExamSession.number, ExamSession.title, Room.name, Camera.label)
        .select_from(Arming)
        .join(ExamSession, ExamSession.id == Arming.session_id)
        .join(Camera, Camera.id == Arming.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .where(among(Arming.session_id, session_ids))
        .order_by(ExamSession.starts_at.desc(), ExamSession.id.desc(), Camera.label)
    )
