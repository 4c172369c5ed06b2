"""What the API of filings reads and answers, with an example of each for its document."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from config.levels import LETTERS
from examops.filings.inbox import GROUPS
from examops.filings.judging import Outcome
from examops.filings.models import KINDS, LETTER_KINDS
from examops.filings.states import FilingState
from examops.web.api import LenientSchema
from examops.web.inputs import ListOf, OneOf, Part, ShortText, Uid, WholeNumber

DONE_BY_PEOPLE = ("submitted", "withdrawn", "reviewed", "returned", "filed", "refused")
STATES = [str(state) for state in FilingState]


class OfferSchema(Schema):
    code = fields.Str(required=True, metadata={"description": "Code of the occupation"})
    levels = fields.List(fields.Str(validate=validate.OneOf(LETTERS)), required=True)
    standard = fields.Str(required=True)


class FilingLineSchema(Schema):
    uid = fields.UUID(required=True)
    number = fields.Str(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(KINDS))
    body = fields.Str(required=True)
    body_uid = fields.UUID(required=True)
    body_kind = fields.Str(required=True)
    district = fields.Str(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(STATES))
    submitted_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True, metadata={"description": "Until when somebody must act"})
    clock_owner = fields.Str(required=True, metadata={"description": "The role whose turn it is; empty when nobody's"})
    clock_officer = fields.Str(required=True, metadata={"description": "Name of the officer who has it in hand"})
    occupations = fields.List(fields.Nested(OfferSchema), required=True)


class FilingsSchema(Schema):
    filings = fields.List(fields.Nested(FilingLineSchema), required=True)
    next = fields.Int(
        required=True, allow_none=True, metadata={"description": "`before` of the next page; null at the end"}
    )


class PageSchema(LenientSchema):
    before = WholeNumber(0, load_default=0, metadata={"description": "`next` of the page before; 0 for the first"})
    state = OneOf(STATES, load_default="")


class CommentSchema(LenientSchema):
    rule = ShortText(60, required=True, metadata={"description": "Key of the condition, from its verdict line"})
    subject = ShortText(20, metadata={"description": "Code of the occupation, or empty"})
    text = ShortText(300, lines=True, required=True)


class GivenCommentSchema(Schema):
    rule = fields.Str(required=True)
    subject = fields.Str(required=True)
    text = fields.Str(required=True)


class ActShownSchema(Schema):
    act = fields.Str(required=True)
    at = fields.AwareDateTime(required=True)
    officer = fields.Str(required=True)
    for_officer = fields.Str(required=True, metadata={"description": "Whom the officer acted for, or empty"})
    reason = fields.Str(required=True)
    clause = fields.Str(required=True)
    comments = fields.List(fields.Nested(GivenCommentSchema), required=True)


class LetterSchema(Schema):
    uid = fields.UUID(required=True)
    number = fields.Str(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(LETTER_KINDS))


class VersionSchema(Schema):
    """A specification or work plan that goes with the filing."""

    uid = fields.Str(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(["specification", "work_plan"]))
    name = fields.Str(required=True)
    version = fields.Int(required=True)
    hash = fields.Str(required=True, metadata={"description": "SHA-256 of its content; empty until it is handed in"})


class FilingSchema(FilingLineSchema):
    seen = fields.Str(required=True, metadata={"description": "Newest act, for the next one; empty when there is none"})
    acts = fields.List(fields.Nested(ActShownSchema), required=True)
    letters = fields.List(fields.Nested(LetterSchema), required=True)
    versions = fields.List(fields.Nested(VersionSchema), required=True)


class VerdictLineSchema(Schema):
    rule = fields.Str(required=True)
    subject = fields.Str(required=True)
    outcome = fields.Str(required=True, validate=validate.OneOf([str(one) for one in Outcome]))
    why = fields.Str(required=True, metadata={"description": "A code: what stands in the way; empty when nothing does"})
    word = fields.Str(required=True)
    found = fields.Str(required=True)
    limit = fields.Str(required=True)
    clause = fields.Str(required=True)
    advice = fields.Str(required=True)
    is_provisional = fields.Bool(required=True)


class LinesSchema(Schema):
    lines = fields.List(fields.Nested(VerdictLineSchema), required=True)


class ActRequestSchema(LenientSchema):
    act = OneOf(DONE_BY_PEOPLE, required=True)
    seen = ShortText(40, metadata={"description": "`seen` of the filing as the caller read it"})
    reason = ShortText(300, lines=True)
    clause = ShortText(60)
    comments = ListOf(Part(CommentSchema), most=200)
    for_officer = Uid(load_default=None, metadata={"description": "Account of whom the caller acts for as a deputy"})


class ActDoneSchema(Schema):
    uid = fields.Str(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(STATES))
    seen = fields.Str(required=True)
    officer = fields.Str(required=True)
    for_officer = fields.Str(required=True)
    due_on = fields.Str(required=True, allow_none=True)
    clock_owner = fields.Str(required=True)
    letter = fields.Str(required=True, allow_none=True, metadata={"description": "Number of the letter; null without"})


class WhoseSchema(LenientSchema):
    whose = ShortText(40, metadata={"description": "`mine`, `open`, or the account of whom the caller acts for"})


class InboxLineSchema(FilingLineSchema):
    group = fields.Str(required=True, validate=validate.OneOf(list(GROUPS)))
    working_days_left = fields.Int(required=True, allow_none=True)


class InboxListSchema(Schema):
    filings = fields.List(fields.Nested(InboxLineSchema), required=True)


_LINE = {
    "uid": "6b0f3a52-0d0e-4a5c-9f0a-3d8f2f4b7c11",
    "number": "BA2026-0042",
    "kind": "new",
    "body": "佛山市顺德区华岭电器有限公司",
    "body_uid": "0a7c6f0e-7e34-4a6e-8a39-0d6d5b1f7b20",
    "body_kind": "enterprise",
    "district": "440606",
    "state": "district_reviewed",
    "submitted_at": "2026-11-16T01:30:00+00:00",
    "decided_at": None,
    "due_on": "2026-12-07",
    "clock_owner": "city_bureau",
    "clock_officer": "郑建国",
    "occupations": [{"code": "6-31-01-03", "levels": ["4", "5"], "standard": "国家标准 2018"}],
}
_SEEN = "f6f5a1c4-9a55-4a0e-8c1e-0b6f1f3f9d10"
FILINGS_EXAMPLE = {"filings": [_LINE], "next": None}
FILING_EXAMPLE = {**_LINE, "seen": _SEEN, "acts": [], "letters": [], "versions": []}
LINES_EXAMPLE = {
    "lines": [
        {
            "rule": "filing.enterprise_selection",
            "subject": "",
            "outcome": "open",
            "why": "undecided",
            "word": "择优遴选",
            "found": "还没有人决定",
            "limit": "须由具名人员决定",
            "clause": "市工作方案 二(一)",
            "advice": "具名决定，写明理由",
            "is_provisional": False,
        }
    ]
}
ACT_EXAMPLE = {"act": "filed", "seen": _SEEN}
DONE_EXAMPLE = {
    "uid": _LINE["uid"],
    "state": "filed",
    "seen": "2c9c2e0d-6a51-4f0b-9b0b-7d2f7f7c5e31",
    "officer": "郑建国",
    "for_officer": "",
    "due_on": None,
    "clock_owner": "",
    "letter": "佛技评备案〔2026〕0007号",
}
INBOX_EXAMPLE = {"filings": [{**_LINE, "group": "soon", "working_days_left": 3}]}
