"""What the API of people on duty reads to write: the fields of the forms, lists as lists."""

from __future__ import annotations

from marshmallow import Schema, fields

from config.levels import LETTERS
from examops.core.language import N_
from examops.staff.inputs import MOST_CLASSES, NAME, AvailabilitySchema, CardSchema, NamedSchema
from examops.web.inputs import ListOf, Moment, OneOf, ShortText, Uid, YesNo


class ApiEntrySchema(NamedSchema):
    teaches = ListOf(ShortText(NAME), most=MOST_CLASSES, label=N_("教过的班级和班组"))


class ApiNewMemberSchema(ApiEntrySchema):
    body = Uid()


class ApiMemberSchema(ApiEntrySchema):
    is_active = YesNo(required=True, label=N_("在用"))


class ApiCardSchema(CardSchema):
    levels = ListOf(OneOf(LETTERS), most=len(LETTERS), label=N_("等级"))


class ApiTimeSchema(AvailabilitySchema):
    """Moments with their offset: a program's clock may stand anywhere."""

    begins = Moment(required=True, fault=N_("写从什么时候，带时区"))
    ends = Moment(required=True, fault=N_("写到什么时候，带时区"))


class EnteredSchema(Schema):
    uid = fields.UUID(required=True)


class TimeEnteredSchema(EnteredSchema):
    is_planned = fields.Bool(required=True, metadata={"description": "On duty at that time, planned before"})
