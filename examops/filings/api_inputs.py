"""What the API of filings reads of a body that fills one in, and what it answers to it."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate, validates_schema

from config.levels import LETTERS
from examops.catalogue import find_occupation
from examops.core.language import N_
from examops.filings.inputs import LONGEST, BeginSchema, ContactSchema, DocumentSchema, SeenSchema
from examops.filings.models import FORMATS
from examops.filings.states import FilingState
from examops.filings.steps import DOCUMENTS, FACTS
from examops.specifications.models import RULE_KINDS
from examops.specifications.publishing import FEE_PARTS, FEE_ROWS, MOST_FEN
from examops.web.api import LenientSchema
from examops.web.inputs import Day, ListOf, OneOf, Part, ShortText, Uid, WholeNumber, input_fault

MOST_FACTS = 40
VALUE = {
    "description": "By `form`: a whole number, true or false, a code of `choices`, a day, or"
    " [[year, trained, assessed]] in person-times; null: nothing stated"
}


class BeginFilingSchema(BeginSchema):
    """``body`` may be left out by who works for one alone."""


class FilingContactSchema(ContactSchema):
    """A name, and an e-mail address or a mobile number at least."""


class FilingContactSavedSchema(Schema):
    name = fields.Str(required=True)
    email = fields.Str(required=True)
    mobile = fields.Str(required=True)


class FilingFactInputSchema(LenientSchema):
    key = ShortText(40, required=True, label=N_("项目"))
    value: Any = fields.Raw(load_default=None, allow_none=True, metadata=VALUE)
    document = Uid(metadata={"description": "A document of this filing on which it rests"})


class FilingStepInputSchema(SeenSchema):
    """The page whole: what is left out is emptied."""

    as_of = Day(fault=N_("选数字的截止日期"))
    facts = ListOf(Part(FilingFactInputSchema), most=MOST_FACTS, required=True, label=N_("项目"))


class FilingFactSchema(Schema):
    key = fields.Str(required=True, validate=validate.OneOf(list(FACTS)))
    word = fields.Str(required=True)
    form = fields.Str(required=True, validate=validate.OneOf(("number", "yes_no", "choice", "day", "years")))
    choices = fields.List(fields.Str(), required=True, metadata={"description": "Codes; empty for other forms"})
    value: Any = fields.Raw(required=True, allow_none=True, metadata=VALUE)
    as_of = fields.Date(required=True, allow_none=True)
    source = fields.Str(required=True, metadata={"description": "typed, document, official; empty where nothing is"})
    document = fields.UUID(required=True, allow_none=True)


class FilingStepSchema(Schema):
    step = fields.Str(required=True, metadata={"description": "Into the address that saves it"})
    version = fields.Int(required=True, metadata={"description": "Of the newest save, for the next one"})
    saved_by = fields.Str(required=True)
    saved_at = fields.AwareDateTime(required=True, allow_none=True)
    years = fields.List(fields.Int(), required=True, metadata={"description": "That a table by year may hold"})
    facts = fields.List(fields.Nested(FilingFactSchema), required=True)


class FilingStepsSchema(Schema):
    steps = fields.List(fields.Nested(FilingStepSchema), required=True)


class BegunFilingSchema(Schema):
    uid = fields.UUID(required=True)
    number = fields.Str(required=True)
    state = fields.Str(required=True, validate=validate.OneOf([str(state) for state in FilingState]))


class FilingOccupationInputSchema(SeenSchema):
    """``standard``: left out by a body that takes the national one, the newest is taken."""

    levels = ListOf(OneOf(LETTERS), least=1, most=len(LETTERS), required=True, label=N_("等级"))
    standard = ShortText(100, label=N_("标准"))


class DocumentQuerySchema(DocumentSchema):
    name = ShortText(120, required=True, label=N_("文件名"))


class FilingDocumentSchema(Schema):
    """``is_sound`` is null until an office has read it."""

    uid = fields.UUID(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(list(DOCUMENTS)))
    subject = fields.Str(required=True, metadata={"description": "Code of the occupation that it is about, or empty"})
    name = fields.Str(required=True)
    format = fields.Str(required=True, validate=validate.OneOf(FORMATS))
    pages = fields.Int(required=True, metadata={"description": "0 where the file does not say"})
    size = fields.Int(required=True, metadata={"description": "Bytes"})
    sha256 = fields.Str(required=True)
    is_sound = fields.Bool(required=True, allow_none=True)
    note = fields.Str(required=True)


class FilingDocumentsSchema(Schema):
    documents = fields.List(fields.Nested(FilingDocumentSchema), required=True)


class PutVersionSchema(LenientSchema):
    document = Uid(metadata={"description": "A document of this filing: the text of a specification of one's own"})


class FeeSchema(LenientSchema):
    occupation = ShortText(40, required=True, label=N_("职业"))
    level = OneOf(LETTERS, required=True, label=N_("等级"))
    part = OneOf(FEE_PARTS, load_default="whole", label=N_("科目"))
    fen = WholeNumber(0, MOST_FEN, required=True, label=N_("金额（分）"))

    @validates_schema
    def known(self, values: dict[str, Any], **options: Any) -> None:
        if find_occupation(values["occupation"]) is None:
            raise input_fault(N_("目录里没有这个职业"), "occupation")


class PublishFeesSchema(LenientSchema):
    note = ShortText(LONGEST, lines=True, label=N_("说明"))
    amounts = ListOf(Part(FeeSchema), least=1, most=FEE_ROWS, required=True, label=N_("收费"))


class PublishedSchema(Schema):
    uid = fields.UUID(required=True)
    version = fields.Int(required=True)
    valid_from = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "null: in force"})


class PublishedRuleSchema(PublishedSchema):
    kind = fields.Str(required=True, validate=validate.OneOf(RULE_KINDS))
    text = fields.Str(required=True, metadata={"description": "Empty where it is a document"})
    document_name = fields.Str(required=True)


class FeeShownSchema(Schema):
    occupation = fields.Str(required=True)
    level = fields.Str(required=True, validate=validate.OneOf(LETTERS))
    part = fields.Str(required=True, validate=validate.OneOf(list(FEE_PARTS)))
    fen = fields.Int(required=True)


class PublishedFeesSchema(PublishedSchema):
    note = fields.Str(required=True)
    amounts = fields.List(fields.Nested(FeeShownSchema), required=True)


class PublishedAllSchema(Schema):
    """The newest first."""

    rules = fields.List(fields.Nested(PublishedRuleSchema), required=True)
    fees = fields.List(fields.Nested(PublishedFeesSchema), required=True)


class PublishedNowSchema(Schema):
    uid = fields.UUID(required=True)
    version = fields.Int(required=True)
