"""Describes in the OpenAPI document what answers JSON outside of ``/api/v1``: the data of pages, and the monitor's.

These answers belong to the scripts of their page and change with them; ``docs/design/review-data.md`` explains them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_smorest import Api
from marshmallow import Schema, fields

from examops.checkin import DeskStateSchema, ScanAnswerSchema, ScanSchema
from examops.web.api import NOBODY, PERSON_READS, PERSON_WRITES, SECURITY_SCHEMES, LenientSchema, RefusalSchema


class PartSchema(LenientSchema):
    state = fields.Str(required=True, metadata={"description": "`ok`, `look` or `away`"})
    needed = fields.Bool(required=True, metadata={"description": "Without it nothing works"})


class HealthzSchema(Schema):
    state = fields.Str(required=True, metadata={"description": "`ok`, `look` (answers, but look at it) or `away`"})
    at = fields.AwareDateTime(required=True)
    parts = fields.Dict(keys=fields.Str(), values=fields.Nested(PartSchema), required=True)


class DeskPageStateSchema(DeskStateSchema):
    absent_url = fields.Str(required=True)
    phone = fields.Dict(required=True, allow_none=True)
    urls = fields.Dict(keys=fields.Str(), values=fields.Str(), required=True)


class DeskPageAnswerSchema(ScanAnswerSchema):
    state = fields.Nested(DeskPageStateSchema, required=True)


class MismatchSchema(LenientSchema):
    scan_uid = fields.UUID(required=True)
    nonce = fields.UUID()


class ReviewSchema(Schema):
    session = fields.Dict(required=True)
    cameras = fields.List(fields.Dict(), required=True)
    people = fields.List(fields.Dict(), required=True)
    flags = fields.List(fields.Dict(), required=True)
    alarms = fields.List(fields.Dict(), required=True)
    seen = fields.List(fields.Dict(), required=True)
    urls = fields.Dict(keys=fields.Str(), values=fields.Str(), required=True)


class WallSchema(Schema):
    now = fields.Str(required=True, metadata={"format": "date-time"})
    page = fields.Int(required=True)
    pages = fields.Int(required=True)
    cameras = fields.Int()
    sessions_total = fields.Int()
    tiles = fields.List(fields.Dict(), required=True)
    sessions = fields.List(fields.Dict())


class LookSchema(LenientSchema):
    camera_uid = fields.UUID(required=True)
    start = fields.AwareDateTime(required=True, data_key="from")
    end = fields.AwareDateTime(required=True, data_key="to")
    mode = fields.Str(required=True, metadata={"description": "`play` or `strip`"})


class LooksSchema(LenientSchema):
    looks = fields.List(fields.Nested(LookSchema), required=True)


class NewFlagSchema(LenientSchema):
    camera_uid = fields.UUID(required=True)
    start = fields.AwareDateTime(required=True)
    end = fields.AwareDateTime()
    seat = fields.Str()
    severity = fields.Str(required=True, metadata={"description": "`note`, `doubt` or `serious`"})
    text = fields.Str(required=True)
    still_at = fields.AwareDateTime(allow_none=True)


class FlagSchema(Schema):
    uid = fields.UUID(required=True)
    camera_uid = fields.Str(allow_none=True)
    start = fields.Str(required=True)
    end = fields.Str(required=True)
    seat = fields.Str(required=True)
    severity = fields.Str(required=True)
    text = fields.Str(required=True)
    author = fields.Str(required=True)
    state = fields.Str(required=True)
    still_url = fields.Str(allow_none=True)


class ProgressSchema(LenientSchema):
    percent = fields.Int(required=True)
    finished = fields.Bool(required=True)


class OneBookingSchema(LenientSchema):
    application_uid = fields.UUID(required=True)
    turn_uid = fields.UUID(required=True)


class BookedSchema(Schema):
    booking_uid = fields.UUID(required=True)
    state = fields.Str(required=True)


@dataclass(frozen=True)
class Call:
    """``answer`` None: 204 without content."""

    endpoint: str
    method: str
    words: str
    answer: type[Schema] | None
    asks: type[Schema] | None = None
    status: int = 200
    is_open: bool = False


CALLS = (
    Call("health.healthz", "get", "The state of each part; 503 when a needed one is away", HealthzSchema, is_open=True),
    Call("checkin.state", "get", "The desk page's state", DeskPageStateSchema),
    Call("checkin.scan_one", "post", "The desk page's scan", DeskPageAnswerSchema, ScanSchema),
    Call("checkin.mismatch", "post", "The face is not the ticket's", None, MismatchSchema),
    Call("footage.review_data", "get", "The review room", ReviewSchema),
    Call("footage.wall_data", "get", "One refresh of the wall", WallSchema),
    Call("footage.look", "post", "What was watched", None, LooksSchema),
    Call("footage.flag", "post", "Flag a moment", FlagSchema, NewFlagSchema, 201),
    Call("rosters.progress", "get", "How far the examination of a roster has come", ProgressSchema),
    Call("sessions.create_bookings", "post", "Book one place from the page", BookedSchema, OneBookingSchema, 201),
)


def describe(app: Flask, api: Api) -> None:
    """Add the ways to sign in, and the calls above, to the document."""
    for name, scheme in SECURITY_SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    for call in CALLS:
        rule = next(
            rule for rule in app.url_map.iter_rules(call.endpoint) if call.method.upper() in (rule.methods or ())
        )
        api.spec.path(rule=rule, operations={call.method: _operation(call)})


def _operation(call: Call) -> dict[str, Any]:
    status = call.status if call.answer else 204
    answer: dict[str, Any] = {"description": "Done"}
    if call.answer:
        answer["content"] = {"application/json": {"schema": call.answer}}
    refusal = {"description": "Refused", "content": {"application/json": {"schema": RefusalSchema}}}
    message: dict[str, Any] = {
        "summary": call.words,
        "tags": ["pages"],
        "responses": {str(status): answer, "default": refusal},
        "security": NOBODY if call.is_open else PERSON_READS if call.method == "get" else PERSON_WRITES,
    }
    if call.asks:
        message["requestBody"] = {"required": True, "content": {"application/json": {"schema": call.asks}}}
    return message
