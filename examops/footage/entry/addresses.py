"""Which addresses a camera may have: plain RTSP, no login in it, on a network of the site, once."""

from __future__ import annotations

import ipaddress
import re
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.core.database import db
from examops.core.errors import Conflict, Invalid
from examops.core.language import N_
from examops.sites.models import Camera, Room
from video.rtsp.addresses import address_of
from video.rtsp.errors import Refused

SECRET = re.compile(r"(user|usr|username|pass|passwd|password|pwd|auth|token)=", re.I)
LONGEST = 300
RTSP_PORT = 554


class BadAddress(Invalid):
    """None of these repeats the address: somebody may have typed a password into it."""

    code, message = "camera.bad_address", N_("摄像机地址不对：须是 rtsp://主机:端口/路径，不带账号密码")
    advice = N_("照摄像机说明书写 RTSP 地址；账号密码填在下面单独的两格里")
    clause = "系统规则 摄像机地址"


class ForeignAddress(Invalid):
    code, message = "camera.foreign_address", N_("摄像机地址不在考点内网")
    advice = N_("写摄像机在考点内网的 IP 地址，如 192.168.1.64；不写域名和外网地址")


class AddressTaken(Conflict):
    code, message = "camera.address_taken", N_("这个考点的 {room} {label} 已用这个地址")
    advice = N_("核对地址；要换考场，用那台摄像机的“移到别的考场”")
    clause = "系统规则 摄像机地址"


def checked_address(source: str, rules: Rulebook, day: date) -> str:
    """The address as it is kept. Raises :class:`BadAddress`, :class:`ForeignAddress`."""
    try:
        host, _port = address_of(source)
    except Refused:
        raise BadAddress(clause=BadAddress.clause) from None
    if SECRET.search(source) or len(source) > LONGEST:
        raise BadAddress(clause=BadAddress.clause)
    rule = rules["site.camera_networks"].on(day)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise ForeignAddress(clause=rule.clause) from None
    if not any(address in ipaddress.ip_network(one) for one in rule.value):
        raise ForeignAddress(clause=rule.clause)
    return source


def host_of(source: str) -> str:
    """What is shown of an address in lists: host and port."""
    host, port = address_of(source)
    return host if port == RTSP_PORT else f"{host}:{port}"


def same_place(source: str) -> tuple[str, int, str]:
    """Equal for two addresses that lead to the same stream of the same camera."""
    parts = urlsplit(source)
    return (*address_of(source), f"{parts.path.rstrip('/')}?{parts.query}")


def must_be_free(source: str, site_id: int, but: int = 0) -> None:
    """Raises :class:`AddressTaken` where another camera of the site that is in use has the address; ``but`` is one's
    own inner number. Who calls it holds the lock of the site's cameras."""
    query = (
        select(Camera.source, Camera.label, Room.name)
        .join(Room, Room.id == Camera.room_id)
        .where(Room.site_id == site_id, Camera.retired_at.is_(None), Camera.id != but)
    )
    for there in db.session.execute(query):
        if same_place(there.source) == same_place(source):
            raise AddressTaken(room=there.name, label=there.label, clause=AddressTaken.clause)
