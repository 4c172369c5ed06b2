"""What the API of people on duty answers, and what its pages of a list read."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from config.levels import LETTERS
from examops.staff.inputs import HOW
from examops.staff.labels import CARD_KINDS, CARD_STATES
from examops.web.inputs import WholeNumber
from examops.web.pages import BeforeNumberSchema


class StaffPageSchema(BeforeNumberSchema):
    before = WholeNumber(load_default=0, metadata={"description": "`next` of the page before; 0 for the first"})


class CardSchema(Schema):
    uid = fields.UUID(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(list(CARD_KINDS)))
    card_number = fields.Str(required=True, metadata={"description": "Empty for an appointment without a number"})
    occupation_code = fields.Str(required=True, metadata={"description": "Empty where it is for none, or for all"})
    levels = fields.List(fields.Str(validate=validate.OneOf(LETTERS)), required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True)
    state = fields.Str(
        required=True, validate=validate.OneOf(list(CARD_STATES)), metadata={"description": "As of today"}
    )


class StaffLineSchema(Schema):
    uid = fields.UUID(required=True)
    name = fields.Str(required=True, metadata={"description": "In full inside the body, masked to everybody else"})
    body = fields.Str(required=True, metadata={"description": "Short name of the body"})
    team = fields.Str(required=True)
    id_masked = fields.Str(required=True, metadata={"description": "Empty where the number is not on record here"})
    is_identified = fields.Bool(
        required=True, metadata={"description": "The ID number is on record, here or elsewhere"}
    )
    other_bodies = fields.Int(required=True, metadata={"description": "How many others registered the same person"})
    other_names = fields.List(
        fields.Str(), required=True, metadata={"description": "Those of them that the reader may see"}
    )
    cards = fields.List(fields.Nested(CardSchema), required=True)


class AvailabilityLineSchema(Schema):
    uid = fields.UUID(required=True)
    begins = fields.AwareDateTime(required=True)
    ends = fields.AwareDateTime(required=True)
    how = fields.Str(required=True, validate=validate.OneOf(HOW))
    note = fields.Str(required=True)
    is_own = fields.Bool(required=True, metadata={"description": "Said by the person"})


class MemberWholeSchema(StaffLineSchema):
    telephone = fields.Str(required=True, metadata={"description": "Inside the body alone; empty to everybody else"})
    employer = fields.Str(required=True, metadata={"description": "Empty: the body itself"})
    teaches = fields.List(fields.Str(), required=True, metadata={"description": "Classes and teams that they taught"})
    is_active = fields.Bool(required=True)
    availability = fields.List(
        fields.Nested(AvailabilityLineSchema), required=True, metadata={"description": "What holds and is not over"}
    )


class StaffSchema(Schema):
    staff = fields.List(fields.Nested(StaffLineSchema), required=True)
    next = fields.Int(
        required=True, allow_none=True, metadata={"description": "`before` of the next page; null at the end"}
    )
