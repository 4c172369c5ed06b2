"""What the pages of a site's cameras read from forms."""

from __future__ import annotations

from typing import Any

from marshmallow import validates_schema

from examops.core.language import N_, message
from examops.web.api import LenientSchema
from examops.web.inputs import OneOf, ShortText, Uid, WholeNumber, YesNo, input_fault

MAX_PIXELS = 16384
POSITIONS = {"front": N_("前方"), "rear": N_("后方"), "side": N_("侧面"), "door": N_("门口"), "other": N_("其他位置")}
ANY_BOX = "any"


class CameraFactsSchema(LenientSchema):
    """``recorder`` is the uid of a box, or none: any of the site."""

    label = ShortText(40, required=True, fault=N_("写摄像机的名称，40 字以内"))
    position = ShortText(40, required=True, fault=N_("选摄像机的位置"))
    source = ShortText(1000, required=True, fault=N_("写摄像机的 RTSP 地址"))
    width = WholeNumber(1, MAX_PIXELS, required=True, fault=message(N_("画面宽写 1 到 {most} 的整数"), most=MAX_PIXELS))
    height = WholeNumber(
        1, MAX_PIXELS, required=True, fault=message(N_("画面高写 1 到 {most} 的整数"), most=MAX_PIXELS)
    )
    recorder = Uid(label=N_("录像盒"))


class CameraSchema(CameraFactsSchema):
    """As the form has it, with a box to tick."""

    is_door = OneOf(("1",), label=N_("门口摄像机"))


class LoginSchema(LenientSchema):
    """Both empty: none is kept here."""

    username = ShortText(80, label=N_("账号"))
    password = ShortText(120, label=N_("密码"))

    @validates_schema
    def with_a_name(self, values: dict[str, Any], **options: Any) -> None:
        if values.get("password") and not values.get("username"):
            raise input_fault(N_("有密码的要写账号"), "username")


class SeenSchema(LenientSchema):
    """What the person was shown that it would break."""

    sessions = WholeNumber(0, label=N_("受影响的场次"), load_default=0)
    people = WholeNumber(0, label=N_("没有位子的人"), load_default=0)


class ChangeSchema(CameraSchema, SeenSchema):
    """The facts of a camera that is there, and what its reader was shown to lose by the change."""


class ApiCameraSchema(CameraFactsSchema):
    """As a program writes it; without a login, which is typed where it is kept."""

    is_door = YesNo(label=N_("门口摄像机"))


class ApiChangeSchema(ApiCameraSchema, SeenSchema):
    """The same, and what the caller knows it would break."""


class NewCameraSchema(CameraSchema, LoginSchema):
    room = Uid(required=True, label=N_("场所"), fault=N_("请选摄像机装在哪个场所"))


class RetireSchema(SeenSchema):
    reason = ShortText(200, required=True, fault=N_("写撤下的原因，200 字以内"))


class MoveSchema(SeenSchema):
    room = Uid(required=True, fault=N_("请选移到哪个场所"))
    label = ShortText(40, required=True, fault=N_("写它在那里的名称，40 字以内"))


class ListSchema(LenientSchema):
    """``retired``: those that were taken down. ``after``: where the page before ended."""

    retired = OneOf(("1",))
    after = WholeNumber(0, load_default=0)
