"""Answers of ``/api/v1/outages`` in the document."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class OutageSchema(Schema):
    uid = fields.UUID(required=True)
    site = fields.Str(required=True)
    room = fields.Str(required=True)
    name = fields.Str(required=True, metadata={"description": "The workstation's code or the camera's name"})
    kind = fields.Str(required=True, validate=validate.OneOf(("workstation", "camera")))
    since = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "Null: until it is put back"})
    reason = fields.Str(required=True)
    entered_by = fields.Str(required=True)


class OutagesSchema(Schema):
    outages = fields.List(
        fields.Nested(OutageSchema), required=True, metadata={"description": "What holds now or will, by site and room"}
    )


class BrokenSchema(Schema):
    session_uid = fields.UUID(required=True)
    number = fields.Str(required=True)
    title = fields.Str(required=True)
    people = fields.Int(required=True, metadata={"description": "How many have no place any more"})
    stations = fields.List(fields.Str(), required=True, metadata={"description": "Codes of what it loses"})


class TakenOutSchema(Schema):
    outages = fields.List(fields.UUID(), required=True, metadata={"description": "One for each thing"})
    breaks = fields.List(fields.Nested(BrokenSchema), required=True, metadata={"description": "Sessions, all warned"})


class PutBackSchema(Schema):
    sessions = fields.Int(required=True, metadata={"description": "How many had their places counted anew"})
