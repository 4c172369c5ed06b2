"""The picture of a plan: photographed or drawn. What is kept and shown is made anew from its pixels."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from config.rulebook import Rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.errors import Invalid
from examops.core.file_content import content_of, declared_size
from examops.core.language import N_
from examops.core.store import Store
from examops.sites.models import Room, RoomPlan
from examops.sites.plans import changed, must_be_seen, plan_of
from examops.sites.tags import Tag

MEGABYTE = 1024 * 1024
QUALITY = 85
CLAUSE = "系统规则 平面图"
# Decoders that give a half, a quarter or an eighth of the size at once: a photo of 48 megapixels never fills memory.
REDUCED = {2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4, 8: cv2.IMREAD_REDUCED_COLOR_8}


class BadPicture(Invalid):
    code, message = "plan.bad_picture", N_("这不是能用的图片（只收 JPEG、PNG）")
    advice = N_("用手机正对着平面图拍一张，或把图导出成 PNG 再传")


def receive_picture(
    room: Room, version: int, data: bytes, *, actor: Actor, clock: Clock, store: Store, rules: Rulebook, day: date
) -> RoomPlan:
    """Keep it as the room's plan; places stay where they are, in parts of the size.

    Raises :class:`BadPicture`, :class:`~examops.sites.plans.PlanChanged`.
    """
    picture = _fitted(_decoded(data, rules, day), rules.value("site.plan_side_kept", day))
    done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise BadPicture(clause=CLAUSE)
    plan = plan_of(room, locked=True)
    must_be_seen(plan, version)
    jpeg, key = encoded.tobytes(), f"plans/{uuid.uuid4()}.jpg"
    store.put("documents", key, jpeg, "image/jpeg")
    plan.picture_key, plan.picture_sha256 = key, hashlib.sha256(jpeg).digest()
    plan.height, plan.width = picture.shape[:2]
    plan.picture_by, plan.picture_at = actor.name, clock.now()
    changed(plan, actor, clock)
    record(
        Tag.PLAN_PICTURE, actor, room, words=room.name, at=clock.now(), sha256=plan.picture_sha256.hex(), size=len(jpeg)
    )
    return plan


def _decoded(data: bytes, rules: Rulebook, day: date) -> npt.NDArray[Any]:
    """Upright by its EXIF orientation. One whose header declares too many pixels is not decoded."""
    most, pixels = rules.value("site.plan_bytes_max", day), rules.value("site.plan_pixels_max", day)
    if not data:
        raise BadPicture(N_("没有选图片，或图片是空的"), clause=CLAUSE)
    if len(data) > most:
        size, limit = -(-len(data) // MEGABYTE), most // MEGABYTE
        raise BadPicture(
            N_("图片有 {size} MB，最多 {most} MB"), advice=N_("降低分辨率再传"), clause=CLAUSE, size=size, most=limit
        )
    content, declared = content_of(data), declared_size(data)
    if content is None or content.format not in ("jpeg", "png") or not declared or not min(declared):
        raise BadPicture(clause=CLAUSE)
    width, height = declared
    if width * height > pixels:
        raise BadPicture(
            N_("图片有 {width} × {height} 像素，最多 {pixels} 万像素"),
            advice=N_("降低分辨率再传"),
            clause=CLAUSE,
            width=width,
            height=height,
            pixels=pixels // 10_000,
        )
    picture = _read(data, max(declared), rules.value("site.plan_side_kept", day))
    if picture is None:
        raise BadPicture(clause=CLAUSE)
    return picture


def _read(data: bytes, side: int, kept: int) -> npt.NDArray[Any] | None:
    by = max((one for one in REDUCED if side // one >= kept), default=1)
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), REDUCED.get(by, cv2.IMREAD_COLOR))
    except cv2.error:
        return None


def _fitted(picture: npt.NDArray[Any], kept: int) -> npt.NDArray[Any]:
    height, width = picture.shape[:2]
    scale = kept / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
