"""What the API of exits reads and answers."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from examops.exits.listing import GROUPS
from examops.exits.models import ACTS, LETTER_KINDS
from examops.exits.states import CHOICES, DECISIONS, GROUNDS, CaseState
from examops.web.inputs import WholeNumber
from examops.web.pages import BeforeNumberSchema


class ExitPageSchema(BeforeNumberSchema):
    before = WholeNumber(load_default=0, metadata={"description": "`next` of the page before; 0 for the first"})


class ExitLineSchema(Schema):
    uid = fields.UUID(required=True)
    number = fields.Str(required=True)
    body = fields.Str(required=True)
    body_uid = fields.UUID(required=True)
    district = fields.Str(required=True)
    ground = fields.Str(required=True, validate=validate.OneOf(list(GROUNDS)))
    state = fields.Str(required=True, validate=validate.OneOf([str(one) for one in CaseState]))
    opened_at = fields.AwareDateTime(required=True)
    opened_by = fields.Str(required=True, metadata={"description": "The officer, or the nightly check"})
    hearing_until = fields.Date(required=True, allow_none=True, metadata={"description": "Last day to state the case"})
    due_on = fields.Date(required=True, allow_none=True, metadata={"description": "Until when somebody must act"})
    clock_owner = fields.Str(required=True, metadata={"description": "The role whose turn it is; empty when nobody's"})
    group = fields.Str(
        required=True, validate=validate.OneOf(list(GROUPS)), metadata={"description": "As the reader's page groups it"}
    )
    working_days_left = fields.Int(required=True, allow_none=True, metadata={"description": "Negative when over"})
    decision = fields.Str(required=True, validate=validate.OneOf(["", *DECISIONS]))
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_by = fields.Str(required=True)
    decided_for = fields.Str(required=True, metadata={"description": "Whom the officer acted for, or empty"})
    reason = fields.Str(required=True)
    clause = fields.Str(required=True)
    bar_until = fields.Date(required=True, allow_none=True, metadata={"description": "Last day without a new filing"})
    lifted_at = fields.AwareDateTime(required=True, allow_none=True)
    set_aside_at = fields.AwareDateTime(required=True, allow_none=True)


class ExitsSchema(Schema):
    exits = fields.List(fields.Nested(ExitLineSchema), required=True, metadata={"description": "The newest first"})
    next = fields.Int(
        required=True, allow_none=True, metadata={"description": "`before` of the next page; null at the end"}
    )


class FactSchema(Schema):
    outcome = fields.Str(required=True, validate=validate.OneOf(("pass", "fail", "unclear")))
    word = fields.Str(required=True)
    subject = fields.Str(required=True, metadata={"description": "The occupation's name, or empty"})
    found = fields.Str(required=True)
    limit = fields.Str(required=True)
    clause = fields.Str(required=True)
    source = fields.Str(required=True, metadata={"description": "Where it was read, as of which day, by whom"})


class ExitActSchema(Schema):
    act = fields.Str(required=True, validate=validate.OneOf(ACTS))
    at = fields.AwareDateTime(required=True)
    officer = fields.Str(required=True)
    for_officer = fields.Str(required=True, metadata={"description": "Whom the officer acted for, or empty"})
    role = fields.Str(required=True)
    outcome = fields.Str(required=True)
    reason = fields.Str(required=True)
    document = fields.Str(required=True, metadata={"description": "Number of the paper that it rests on, or empty"})


class ExitLetterSchema(Schema):
    uid = fields.UUID(required=True)
    number = fields.Str(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(LETTER_KINDS))


class LaterSessionSchema(Schema):
    uid = fields.UUID(required=True)
    number = fields.Str(required=True)
    title = fields.Str(required=True)
    start = fields.AwareDateTime(required=True)
    state = fields.Str(required=True)
    choice = fields.Str(
        required=True,
        validate=validate.OneOf(["", *CHOICES]),
        metadata={"description": "What was decided about it; empty while nothing is"},
    )
    note = fields.Str(required=True)


class ExitSchema(ExitLineSchema):
    statement = fields.Str(required=True)
    stated_by = fields.Str(required=True)
    heard_at = fields.AwareDateTime(required=True, allow_none=True)
    facts = fields.List(fields.Nested(FactSchema), required=True)
    acts = fields.List(fields.Nested(ExitActSchema), required=True, metadata={"description": "The oldest first"})
    letters = fields.List(fields.Nested(ExitLetterSchema), required=True)
    sessions = fields.List(
        fields.Nested(LaterSessionSchema),
        required=True,
        metadata={"description": "Of a body that is suspended or removed: those that have not begun, by time"},
    )
