"""What the API of the catalogue reads and answers."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from config.levels import LETTERS
from config.rulebook_faults import CERTAINTIES
from examops.catalogue.filing import Obstacle
from examops.catalogue.forms import SearchSchema
from examops.catalogue.published import Kind
from examops.catalogue.values import Standing
from examops.web.api import ListPageSchema
from examops.web.inputs import ShortText

LEVEL = validate.OneOf(LETTERS)


class CataloguePageSchema(SearchSchema):
    """As the page's filters; the place in the list is named as in every list of the API."""

    after = ShortText(20, data_key="before", metadata={"description": "`next` of the page before"})


class LevelSchema(Schema):
    level = fields.Str(required=True, validate=LEVEL)
    may_be_filed = fields.Bool(required=True)


class OccupationLineSchema(Schema):
    code = fields.Str(required=True)
    name = fields.Str(required=True)
    sector = fields.Str(required=True)
    standard = fields.Str(required=True, metadata={"description": "Year of the newest national standard, or empty"})
    access = fields.Str(required=True, metadata={"description": "In the access-type list: none, part or whole"})
    levels = fields.List(fields.Nested(LevelSchema), required=True, metadata={"description": "Lowest first"})
    missing = fields.List(
        fields.Str(validate=validate.OneOf([str(one) for one in Kind])),
        required=True,
        metadata={"description": "What no published source says for any level"},
    )
    waiting = fields.Int(required=True, metadata={"description": "Values that are examples until the city decides"})


class CatalogueSchema(ListPageSchema):
    occupations = fields.List(fields.Nested(OccupationLineSchema), required=True)
    total = fields.Int(required=True, metadata={"description": "How many match, on all pages"})


class ObstacleSchema(Schema):
    obstacle = fields.Str(required=True, validate=validate.OneOf([str(one) for one in Obstacle]))
    key = fields.Str(required=True, metadata={"description": "The value that stands in the way"})


class LevelAnswerSchema(LevelSchema):
    reasons = fields.List(fields.Nested(ObstacleSchema), required=True, metadata={"description": "All against it"})
    words = fields.Str(required=True, metadata={"description": "The reasons in one sentence; empty without any"})


class ValueDecisionSchema(Schema):
    document_number = fields.Str(required=True)
    reason = fields.Str(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True, metadata={"description": "Last day; null: no end"})


class ValueSchema(Schema):
    key = fields.Str(required=True, metadata={"description": "`standard`, or `skill_minutes.4` for one by level"})
    value = fields.Raw(
        required=True, allow_none=True, metadata={"description": "What counts today: text, number or list; null: none"}
    )
    words = fields.Str(required=True, metadata={"description": "The value as the page writes it"})
    standing = fields.Str(required=True, validate=validate.OneOf([str(one) for one in Standing]))
    source = fields.Str(required=True, metadata={"description": "The document that says it; empty where none does"})
    clause = fields.Str(required=True)
    read_at = fields.Str(required=True, metadata={"description": "The page that was read"})
    certainty = fields.Str(required=True, validate=validate.OneOf(CERTAINTIES))
    base_changed = fields.Bool(required=True, metadata={"description": "The source says otherwise since the decision"})
    decision = fields.Nested(ValueDecisionSchema, required=True, allow_none=True)


class OccupationSchema(OccupationLineSchema):
    aliases = fields.List(fields.Str(), required=True, metadata={"description": "Trades and other names"})
    levels = fields.List(fields.Nested(LevelAnswerSchema), required=True, metadata={"description": "Lowest first"})
    values = fields.List(fields.Nested(ValueSchema), required=True)
