"""What the wall is asked and answers, as it is read, checked and described."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from examops.footage.wall.filters import MARKS
from examops.footage.wall.grid import DENSITIES
from examops.web.api import LenientSchema
from examops.web.inputs import OneOf, ShortText, WholeNumber

MAX_PAGES = 10_000


MAX_TILE = 10_000


class WallPageSchema(LenientSchema):
    """The address of a view: filters, and how many tiles a page has."""

    district = ShortText(20)
    body = ShortText(200)
    occupation = ShortText(40)
    state = OneOf(MARKS, load_default="")
    density = OneOf(DENSITIES)
    page = WholeNumber(1, MAX_PAGES, load_default=1)
    tile = WholeNumber(1, MAX_TILE, metadata={"description": "Pixels of the screen that a picture is wide"})


class ArmedHoursPageSchema(LenientSchema):
    before = ShortText(80)


class LastGoodSchema(Schema):
    image_url = fields.Str(required=True)
    taken_at = fields.AwareDateTime(required=True)


class TileDataSchema(Schema):
    camera_uid = fields.UUID(required=True)
    room = fields.Str(required=True)
    occupation = fields.Str(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(tuple(MARKS)))
    words = fields.Str(required=True)
    taken_at = fields.AwareDateTime(required=True, allow_none=True)
    age_s = fields.Int(required=True, allow_none=True)
    image_url = fields.Str(required=True, allow_none=True)
    url = fields.Str(required=True)
    last_good = fields.Nested(LastGoodSchema, required=True, allow_none=True)


class SessionRowSchema(Schema):
    uid = fields.UUID(required=True)
    title = fields.Str(required=True)
    place = fields.Str(required=True)
    body = fields.Str(required=True)
    present = fields.Int(required=True)
    due = fields.Int(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(("stop", "look", "done", "wait")))
    why = fields.Str(required=True, allow_none=True)
    url = fields.Str(required=True)


class WallDataSchema(Schema):
    """One refresh."""

    now = fields.AwareDateTime(required=True)
    page = fields.Int(required=True)
    pages = fields.Int(required=True)
    cameras = fields.Int(required=True)
    sessions_total = fields.Int(required=True)
    tiles = fields.List(fields.Nested(TileDataSchema), required=True)
    sessions = fields.List(fields.Nested(SessionRowSchema), required=True)
