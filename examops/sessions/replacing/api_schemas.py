"""What the API tells of people on duty."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from examops.sessions.planning.forms import ROLES
from examops.staff import DUTIES, RELATION_SOURCES

OUTCOMES = ("pass", "fail", "unclear")


class RecusalRelationSchema(Schema):
    kind = fields.Str(required=True)
    sources = fields.List(fields.Str(validate=validate.OneOf(list(RELATION_SOURCES))), required=True)


class DutyRecusalSchema(Schema):
    """``fail``: must step aside for somebody on the list; ``unclear``: has not stated over everybody on it."""

    outcome = fields.Str(required=True, validate=validate.OneOf(OUTCOMES))
    relations = fields.List(fields.Nested(RecusalRelationSchema), required=True)


class OnDutySchema(Schema):
    uid = fields.UUID(required=True, metadata={"description": "Of the duty: a replacement names it"})
    staff = fields.UUID(required=True, metadata={"description": "Of the person, as in `/staff`"})
    name = fields.Str(required=True, metadata={"description": "In full inside the body alone"})
    role = fields.Str(required=True, validate=validate.OneOf(list(DUTIES)))
    groups = fields.List(fields.Int(), required=True, metadata={"description": "Their numbers; empty: all of them"})
    card_until = fields.Date(
        required=True, allow_none=True, metadata={"description": "Last day of the card that lasts longest; null: none"}
    )
    is_card_over = fields.Bool(required=True, metadata={"description": "That day comes before the exam"})
    recusal = fields.Nested(DutyRecusalSchema, required=True)
    is_replaceable = fields.Bool(required=True, metadata={"description": "By this caller, now"})


class ReplacementSchema(Schema):
    at = fields.AwareDateTime(required=True)
    by = fields.Str(required=True)
    role = fields.Str(required=True, validate=validate.OneOf(("", *ROLES)))
    before = fields.Str(required=True, metadata={"description": "In full inside the body alone"})
    after = fields.Str(required=True, metadata={"description": "In full inside the body alone"})
    reason = fields.Str(required=True, metadata={"description": "Empty to supervisors"})


class OnDutyOfSessionSchema(Schema):
    duties = fields.List(
        fields.Nested(OnDutySchema), required=True, metadata={"description": "Who is on duty, the leader first"}
    )
    replaced = fields.List(
        fields.Nested(ReplacementSchema), required=True, metadata={"description": "Since the approval, the first first"}
    )


class NewcomerSchema(Schema):
    staff = fields.UUID(required=True)
    name = fields.Str(required=True)
    team = fields.Str(required=True)
    recusal = fields.Nested(DutyRecusalSchema, required=True)
    against = fields.Str(required=True, metadata={"description": "Why they cannot come; empty where they can"})


class NewcomersSchema(Schema):
    people = fields.List(
        fields.Nested(NewcomerSchema), required=True, metadata={"description": "Those who can come first, by name"}
    )


class ReplacedSchema(Schema):
    uid = fields.UUID(required=True, metadata={"description": "Of the duty that the newcomer has now"})
    untold = fields.List(
        fields.Str(), required=True, metadata={"description": "Whom no notice reaches: tell them another way"}
    )
