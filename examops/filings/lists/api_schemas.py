"""What the API of lists reads and answers."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate, validates_schema

from examops.core.language import N_
from examops.filings.lists.findings import OWN, REGISTERED, STATED
from examops.filings.lists.inputs import MOST_ANSWERS, InForceSchema
from examops.filings.lists.models import APPLICANTS, KINDS, STATES
from examops.web.api import LenientSchema
from examops.web.inputs import Day, ListOf, OneOf, Part, ShortText, WholeNumber, input_fault

SUBJECT = {"description": "Code of the occupation that applicants apply for; empty for the insured"}


class ListQuerySchema(LenientSchema):
    kind = OneOf(KINDS, required=True, fault=N_("选名册的种类"))
    subject = ShortText(20, label=N_("职业"), metadata=SUBJECT)
    as_of = Day(required=True, fault=N_("选名册的截止日期"))
    name = ShortText(120, required=True, label=N_("文件名"))

    @validates_schema
    def of_whom(self, values: dict[str, Any], **options: Any) -> None:
        if values.get("kind") == APPLICANTS and not values.get("subject"):
            raise input_fault(N_("申报名册按职业传：写职业编码"), "subject")
        if values.get("kind") != APPLICANTS and values.get("subject"):
            raise input_fault(N_("参保名册不分职业，不要写"), "subject")


class ListReceivedSchema(Schema):
    uid = fields.UUID(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(("examining",)))
    address = fields.Str(required=True, metadata={"description": "Ask there until the state is another"})


class ListShownSchema(Schema):
    """``counted`` is null until the filing counts by it, and for applicants while there is no list of the insured;
    ``is_sound`` until an office has looked."""

    uid = fields.UUID(required=True)
    address = fields.Str(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(KINDS))
    subject = fields.Str(required=True, metadata=SUBJECT)
    as_of = fields.Date(required=True)
    name = fields.Str(required=True)
    state = fields.Str(
        required=True,
        validate=validate.OneOf(STATES),
        metadata={"description": "examining, examined, in_force: the filing counts by it; failed: see `fault`"},
    )
    fault = fields.Str(required=True, metadata={"description": "Why it could not be read; else empty"})
    done_rows = fields.Int(required=True, metadata={"description": "Read so far"})
    rows = fields.Int(required=True, metadata={"description": "To be read in all; 0 before the first are"})
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    problem_count = fields.Int(required=True, metadata={"description": "Cells at fault: none may be left"})
    open_questions = fields.Int(required=True, metadata={"description": "ID numbers with two names: none may be left"})
    people = fields.Int(required=True, metadata={"description": "Each once"})
    counted = fields.Int(required=True, allow_none=True)
    uploaded_by = fields.Str(required=True)
    is_sound = fields.Bool(required=True, allow_none=True)
    note = fields.Str(required=True)
    erased_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "Since when only numbers are kept"}
    )


class ListsSchema(Schema):
    """The newest first, without those that were replaced or put away."""

    lists = fields.List(fields.Nested(ListShownSchema), required=True)


class ListProblemSchema(Schema):
    row = fields.Int(required=True, metadata={"description": "As the sheet counts, the header is 1"})
    column = fields.Str(required=True, metadata={"description": "Its letter"})
    message = fields.Str(required=True)


class NameSchema(Schema):
    name = fields.Str(required=True)
    row = fields.Int(required=True, metadata={"description": "The first that has it"})


class QuestionSchema(Schema):
    """One ID number with more than one name: which is right, or the number is wrong and the file is mended."""

    masked = fields.Str(required=True)
    names = fields.List(fields.Nested(NameSchema), required=True)
    chosen = fields.Int(required=True, allow_none=True, metadata={"description": "Place among `names`, from 0"})


class DoubleSchema(Schema):
    masked = fields.Str(required=True)
    credit_codes = fields.List(fields.Str(), required=True)


class ListEntitySchema(Schema):
    credit_code = fields.Str(required=True)
    name = fields.Str(required=True)
    people = fields.Int(required=True)
    relation = fields.Str(required=True, validate=validate.OneOf((OWN, REGISTERED, STATED)))
    is_doubtful = fields.Bool(required=True, metadata={"description": "Its check character does not fit"})


class ListWholeSchema(ListShownSchema):
    """Of problems, questions and doubles the first 2,000; ``…_count`` says how many there are."""

    problems = fields.List(fields.Nested(ListProblemSchema), required=True)
    questions = fields.List(fields.Nested(QuestionSchema), required=True)
    question_count = fields.Int(required=True)
    doubles = fields.List(fields.Nested(DoubleSchema), required=True, metadata={"description": "At several entities"})
    double_count = fields.Int(required=True)
    repeated = fields.Int(required=True, metadata={"description": "Rows beyond the first of one at the same entity"})
    hidden = fields.Int(required=True, metadata={"description": "Hidden rows, which were not read"})
    entities = fields.List(fields.Nested(ListEntitySchema), required=True)
    code_reason = fields.Str(required=True, metadata={"description": "Why doubtful codes count as they are written"})


class NameAnswerSchema(LenientSchema):
    question = WholeNumber(0, MOST_ANSWERS, required=True, strict=True, metadata={"description": "Its place, from 0"})
    name = WholeNumber(0, MOST_ANSWERS, required=True, strict=True, metadata={"description": "Place of the right one"})


class NameAnswersSchema(LenientSchema):
    """What is left out stays as it is."""

    answers = ListOf(Part(NameAnswerSchema), least=1, most=MOST_ANSWERS, required=True)


class CountBySchema(InForceSchema):
    """``code_reason``: needed where a credit code is doubtful."""
