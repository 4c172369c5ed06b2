"""What the pages of devices, sites and plans read from forms, addresses and JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validates_schema

from config.divisions import divisions
from examops.catalogue import find_occupation
from examops.core.language import N_
from examops.sites.device_list import KINDS
from examops.sites.rooms import ROOM_KINDS
from examops.web.api import LenientSchema
from examops.web.inputs import Day, ListOf, Number, OneOf, Part, ShortText, Uid, WholeNumber, input_fault

MAX_THINGS = 1500  # workstations and cameras of one room
THING_KINDS = ("station", "camera")


class CodeSchema(LenientSchema):
    kind = OneOf(KINDS, required=True, fault=N_("没有这种设备"))
    site = Uid(required=True, fault=N_("请选考点"))


class StationsSchema(LenientSchema):
    """``codes`` as :func:`~examops.sites.station_codes.read_codes` reads them; ``occupation`` a code, or none: any."""

    codes = ShortText(2000, label=N_("工位编号"))
    occupation = ShortText(40, label=N_("职业"))

    @validates_schema
    def known(self, values: dict[str, Any], **options: Any) -> None:
        code = values.get("occupation")
        found = find_occupation(code) if code else None
        if code and (found is None or found.code != code):
            raise input_fault(N_("没有这个职业，请重新选择"), "occupation")


class SiteSchema(LenientSchema):
    """``body`` may be left out by whoever works for one alone."""

    body = Uid()
    name = ShortText(40, required=True, label=N_("名称"))
    address = ShortText(120, required=True, label=N_("地址"))
    district = OneOf(divisions().districts, required=True, fault=N_("选考点在哪个区"))
    contact = ShortText(60, label=N_("联系人"))


class RoomSchema(StationsSchema):
    name = ShortText(40, required=True, label=N_("名称"))
    kind = OneOf(ROOM_KINDS, required=True, label=N_("用途"))


class VersionSchema(LenientSchema):
    version = WholeNumber(required=True, fault=N_("请刷新页面再传"))


class PlacedSchema(LenientSchema):
    """Both fractions, or neither: taken off the plan."""

    kind = OneOf(THING_KINDS, required=True)
    uid = Uid(required=True)
    x = Number(0, 1)
    y = Number(0, 1)

    @validates_schema
    def both_or_none(self, values: dict[str, Any], **options: Any) -> None:
        if (values.get("x") is None) != (values.get("y") is None):
            raise input_fault(N_("横向、纵向位置要一起填"), "x")


class PlacesSchema(LenientSchema):
    version = WholeNumber(required=True, strict=True, metadata={"description": "That of the plan as it was seen"})
    places = ListOf(Part(PlacedSchema), least=1, most=MAX_THINGS, required=True)


class PlanSavedSchema(Schema):
    version = fields.Int(required=True)


class ThingSchema(Schema):
    kind = fields.Str(required=True, metadata={"enum": list(THING_KINDS)})
    uid = fields.UUID(required=True)
    label = fields.Str(required=True)
    x = fields.Float(required=True, allow_none=True, metadata={"description": "Part of the picture's width"})
    y = fields.Float(required=True, allow_none=True, metadata={"description": "Part of the picture's height"})
    by = fields.Str(required=True, metadata={"description": "Who placed it; empty where nobody has"})
    at = fields.AwareDateTime(required=True, allow_none=True)


class PlanDocumentSchema(Schema):
    version = fields.Int(required=True)
    width = fields.Int(required=True)
    height = fields.Int(required=True)
    url = fields.Str(required=True, metadata={"description": "Of the picture, for an hour; empty: a blank sheet"})
    changed_by = fields.Str(required=True)
    changed_at = fields.AwareDateTime(required=True, allow_none=True)
    things = fields.List(fields.Nested(ThingSchema), required=True)


class TenureSchema(LenientSchema):
    kind = OneOf(("owned", "leased"), required=True, label=N_("使用权"))
    until_on = Day(label=N_("租期到"))
    document_number = ShortText(80, label=N_("材料编号"))

    @validates_schema
    def until_when(self, values: dict[str, Any], **options: Any) -> None:
        if (values.get("kind") == "leased") != (values.get("until_on") is not None):
            raise input_fault(N_("租赁的写明租期到哪一天；自有的不写"), "until_on")


class VerificationSchema(LenientSchema):
    verified_on = Day(required=True, label=N_("核验日"))
    result = OneOf(("passed", "failed"), required=True, label=N_("结果"))
    note = ShortText(300, label=N_("说明"))

    @validates_schema
    def reason(self, values: dict[str, Any], **options: Any) -> None:
        if values.get("result") == "failed" and not values.get("note"):
            raise input_fault(N_("没有通过的要写明缺什么，机构照着改"), "note")


class UseSchema(LenientSchema):
    """Days of Foshan, both included."""

    guest = ShortText(18, least=18, required=True, label=N_("借用机构的统一社会信用代码"))
    from_on = Day(required=True, label=N_("从"))
    until_on = Day(required=True, label=N_("到"))
    agreement = ShortText(120, required=True, label=N_("协议名称或编号"))

    @validates_schema(skip_on_field_errors=False)
    def in_order(self, values: dict[str, Any], **options: Any) -> None:
        first, last = values.get("from_on"), values.get("until_on")
        if first and last and last < first:
            raise input_fault(N_("结束日须不早于开始日"), "until_on")
