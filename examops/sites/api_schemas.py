"""What the API of sites answers."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from examops.sites.agreeing import OUTCOMES, SIDES
from examops.sites.inputs import ThingSchema
from examops.sites.rooms import ROOM_KINDS


class FindingSchema(Schema):
    code = fields.Str(required=True, validate=validate.OneOf(("tenure", "verification")))
    outcome = fields.Str(
        required=True,
        validate=validate.OneOf(("pass", "fail", "unclear")),
        metadata={"description": "What nobody entered or verified is unclear, never pass"},
    )
    found = fields.Str(required=True)
    limit = fields.Str(required=True)
    clause = fields.Str(required=True)
    advice = fields.Str(required=True)
    is_provisional = fields.Bool(required=True)


class SiteLineSchema(Schema):
    uid = fields.UUID(required=True)
    name = fields.Str(required=True)
    address = fields.Str(required=True)
    district = fields.Str(required=True)
    room_count = fields.Int(required=True)
    workstation_count = fields.Int(required=True)
    lease_ends_soon = fields.Bool(required=True, metadata={"description": "Or has ended"})
    findings = fields.List(fields.Nested(FindingSchema), required=True, metadata={"description": "As of today"})


class ApprovalSchema(Schema):
    side = fields.Str(required=True, validate=validate.OneOf(list(SIDES)))
    outcome = fields.Str(required=True, validate=validate.OneOf(list(OUTCOMES)))
    reason = fields.Str(required=True)


class BorrowedSchema(Schema):
    """A site that another body lends to the reader's."""

    site = fields.Str(required=True)
    address = fields.Str(required=True)
    host = fields.Str(required=True, metadata={"description": "The body whose site it is"})
    start = fields.AwareDateTime(required=True)
    end = fields.AwareDateTime(required=True)
    agreement = fields.Str(required=True)
    approvals = fields.List(fields.Nested(ApprovalSchema), required=True, metadata={"description": "Across districts"})


class SitesSchema(Schema):
    sites = fields.List(fields.Nested(SiteLineSchema), required=True, metadata={"description": "The worst first"})
    borrowed = fields.List(fields.Nested(BorrowedSchema), required=True)


class RoomSchema(Schema):
    uid = fields.UUID(required=True)
    name = fields.Str(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(list(ROOM_KINDS)))
    workstations = fields.List(fields.Nested(ThingSchema), required=True)
    cameras = fields.List(fields.Nested(ThingSchema), required=True, metadata={"description": "But retired ones"})


class TenureSchema(Schema):
    uid = fields.UUID(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(("owned", "leased")))
    until_on = fields.Date(required=True, allow_none=True)
    document_number = fields.Str(required=True)
    document_name = fields.Str(required=True, metadata={"description": "Empty where no document was given"})
    entered_by = fields.Str(required=True)
    entered_at = fields.AwareDateTime(required=True)


class VerificationSchema(Schema):
    uid = fields.UUID(required=True)
    verified_on = fields.Date(required=True)
    result = fields.Str(required=True, validate=validate.OneOf(("passed", "failed")))
    note = fields.Str(required=True)
    officer = fields.Str(required=True)
    entered_at = fields.AwareDateTime(required=True)


class LentSchema(Schema):
    """The site is lent to another body in that time."""

    uid = fields.UUID(required=True)
    guest = fields.Str(required=True)
    start = fields.AwareDateTime(required=True)
    end = fields.AwareDateTime(required=True)
    agreement = fields.Str(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "When ended early"})
    approvals = fields.List(fields.Nested(ApprovalSchema), required=True, metadata={"description": "Across districts"})


class SiteSchema(SiteLineSchema):
    rooms = fields.List(fields.Nested(RoomSchema), required=True)
    tenures = fields.List(fields.Nested(TenureSchema), required=True, metadata={"description": "The newest counts"})
    verifications = fields.List(
        fields.Nested(VerificationSchema), required=True, metadata={"description": "The newest counts"}
    )
    lent = fields.List(fields.Nested(LentSchema), required=True)
