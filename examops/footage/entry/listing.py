"""The cameras of the sites that somebody looks after, with what their recorder says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row, func, select

from examops.accounts import ActiveGrant
from examops.accounts.models import Device
from examops.core.database import db
from examops.core.language import N_, _
from examops.core.paging import page_and_next
from examops.footage.causes import alarm_detail
from examops.footage.entry.addresses import host_of
from examops.footage.entry.inputs import POSITIONS
from examops.footage.models import CameraState
from examops.sites import own_sites
from examops.sites.models import Camera, CameraLogin, CameraOutage, Room, Site
from video.rtsp.errors import Refused

PAGE = 100
STATES = {
    "recording": ("done", N_("在录")),
    "connecting": ("wait", N_("正在连接")),
    "offline": ("stop", N_("连不上")),
    "idle": ("wait", N_("没有录像任务")),
}
COLUMNS = (
    (N_("考点"), 24),
    (N_("场所"), 20),
    (N_("摄像机"), 16),
    (N_("位置"), 10),
    (N_("地址"), 24),
    (N_("画面"), 12),
    (N_("录像盒"), 18),
    (N_("账号密码"), 12),
    (N_("状态"), 24),
    (N_("准入"), 18),
    (N_("停用中"), 10),
    (N_("撤下于"), 18),
)


def cameras_query(grants: Iterable[ActiveGrant], *, retired: bool) -> Any:
    """Rows of (Camera, room, site, box, state, detail, kept_at, is_out), oldest first."""
    mine = own_sites(grants).with_only_columns(Site.id).order_by(None)
    out = select(CameraOutage.id).where(CameraOutage.camera_id == Camera.id, CameraOutage.during.contains(func.now()))
    return (
        select(
            Camera,
            Room.name.label("room"),
            Site.name.label("site"),
            Device.name.label("box"),
            CameraState.state,
            CameraState.detail,
            CameraLogin.entered_at.label("kept_at"),
            out.correlate(Camera).exists().label("is_out"),
        )
        .join(Room, Room.id == Camera.room_id)
        .join(Site, Site.id == Room.site_id)
        .outerjoin(Device, (Device.id == Camera.recorder_id) & Device.revoked_at.is_(None))
        .outerjoin(CameraState, CameraState.camera_id == Camera.id)
        .outerjoin(CameraLogin, CameraLogin.camera_id == Camera.id)
        .where(Site.id.in_(mine), Camera.retired_at.is_not(None) if retired else Camera.retired_at.is_(None))
        .order_by(Camera.id)
    )


def page_of_cameras(
    grants: Iterable[ActiveGrant], *, retired: bool, after: int
) -> tuple[Sequence[Row[Any]], int | None]:
    """One page, and the ``after`` of the next."""
    query = cameras_query(grants, retired=retired).where(Camera.id > after).limit(PAGE + 1)
    rows, last = page_and_next(list(db.session.execute(query).all()), PAGE)
    return rows, last.Camera.id if last else None


def state_of_camera(row: Row[Any]) -> tuple[str, str]:
    return STATES.get(row.state, ("wait", N_("还没有消息")))


def why_offline(row: Row[Any]) -> str:
    return str(alarm_detail(row.detail)) if row.state == "offline" and row.detail else ""


def shown_host(source: str) -> str:
    """Of an address from an older file that cannot be read nothing is shown."""
    try:
        return host_of(source)
    except Refused:
        return "?"


def position_word(position: str) -> str:
    return _(POSITIONS[position]) if position in POSITIONS else position


def as_cells(rows: Iterable[Row[Any]]) -> Iterator[tuple[Any, ...]]:
    """As the page lists them; no login is among them."""
    for row in rows:
        camera = row.Camera
        state = f"{_(state_of_camera(row)[1])} {why_offline(row)}".strip()
        yield (
            row.site,
            row.room,
            camera.label,
            position_word(camera.position),
            shown_host(camera.source),
            f"{camera.width}×{camera.height}",
            row.box or _("本考点任一台"),
            _("已存") if row.kept_at else _("在录像盒上"),
            state,
            camera.admitted_at,
            _("停用中") if row.is_out else "",
            camera.retired_at,
        )
