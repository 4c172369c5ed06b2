"""Recorder protocol v1 as it is read, checked and described. Unknown fields are ignored: boxes are updated later."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, fields, validate

from examops.core.language import N_
from examops.footage.archive.sidecar_schema import MAX_SKEW_MS, SidecarSchema, Unread
from examops.footage.models import GAP_REASONS, SEGMENT_STATES
from examops.web.api import LenientSchema
from examops.web.inputs import UNPRINTABLE, ListOf, Moment, Number, OneOf, Part, ShortText, Uid, WholeNumber

MAX_SEGMENTS_PER_CALL = 200
MAX_GAPS_PER_CALL = 500
MAX_CAMERAS_PER_CALL = 1000
MAX_FAULTS_PER_CALL = 50
MAX_DETAIL_LENGTH = 500
BOX_GAP_REASONS = tuple(reason for reason in GAP_REASONS if reason != "server_derived")
LOGIN = re.compile(r"(\w+://)\S*@")


class RedactedText(ShortText):
    """Free text from a recorder, cut to its length.

    A login inside a URL is removed: none should send one, and no row may store it. Characters that no column holds
    become blanks: what a camera wrote must not stop its recorder.
    """

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        if not isinstance(value, str):
            return super()._deserialize(value, *args, **options)
        return LOGIN.sub(r"\1", UNPRINTABLE.sub(" ", value))[: self.most].strip()


class PairSchema(LenientSchema):
    code = ShortText(64, required=True)
    name = ShortText(80, required=True)
    public_key = ShortText(200, required=True, metadata={"description": "Ed25519, 32 bytes in base64"})


class AnnounceSchema(LenientSchema):
    segments = Unread(SidecarSchema, required=True, least=1, most=MAX_SEGMENTS_PER_CALL)


class ConfirmedSchema(LenientSchema):
    segment_uid = Uid(required=True)
    version_id = ShortText(1024)


class ConfirmSchema(LenientSchema):
    segments = Unread(ConfirmedSchema, required=True, least=1, most=MAX_SEGMENTS_PER_CALL)


class GapSchema(LenientSchema):
    gap_uid = Uid(required=True)
    arming_uid = Uid(required=True)
    camera_uid = Uid(required=True)
    start = Moment(required=True)
    end = Moment(required=True)
    reason = OneOf(BOX_GAP_REASONS, required=True)
    detail = RedactedText(MAX_DETAIL_LENGTH)


class GapsSchema(LenientSchema):
    gaps = Unread(GapSchema, required=True, least=1, most=MAX_GAPS_PER_CALL)


class CameraWordSchema(LenientSchema):
    camera_uid = Uid(required=True)
    state = ShortText(40, required=True)
    detail = RedactedText(MAX_DETAIL_LENGTH)
    at = Moment(required=True)
    skew_ms = WholeNumber(-MAX_SKEW_MS, MAX_SKEW_MS)
    last_picture_at = Moment()


class SpoolSchema(LenientSchema):
    disk_fill_percent = Number(0, 100)
    faults = ListOf(RedactedText(MAX_DETAIL_LENGTH), most=MAX_FAULTS_PER_CALL)


class HealthSchema(LenientSchema):
    cameras = Unread(CameraWordSchema, required=True, most=MAX_CAMERAS_PER_CALL)
    spool = Part(SpoolSchema)


class SnapshotHeaderSchema(LenientSchema):
    taken_at = Moment(data_key="X-Taken-At", required=True, missing_words=N_("缺少拍摄时间 X-Taken-At"), label="")


class PairedSchema(Schema):
    device_uid = fields.UUID(required=True)
    token = fields.Str(required=True, metadata={"description": "Shown once"})
    site_uid = fields.UUID(required=True)
    site_name = fields.Str(required=True)


class PlannedArmingSchema(Schema):
    arming_uid = fields.UUID(required=True)
    session_uid = fields.UUID(required=True)
    camera_uid = fields.UUID(required=True)
    camera_label = fields.Str(required=True)
    source = fields.Str(required=True, metadata={"description": "RTSP address without login"})
    start = fields.AwareDateTime(required=True)
    end = fields.AwareDateTime(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(("planned", "armed", "disarmed", "cancelled")))


class CameraLoginSchema(Schema):
    username = fields.Str(required=True)
    password = fields.Str(required=True)


class PlannedCameraSchema(Schema):
    camera_uid = fields.UUID(required=True)
    label = fields.Str(required=True)
    source = fields.Str(required=True)
    login = fields.Nested(
        CameraLoginSchema,
        required=True,
        allow_none=True,
        metadata={"description": "As entered on a page; what stands in the box's cameras.json goes before it"},
    )


class PlannedTrialSchema(Schema):
    trial_uid = fields.UUID(required=True)
    camera_uid = fields.UUID(required=True)
    source = fields.Str(required=True)
    seconds = fields.Int(required=True, metadata={"description": "How long the camera is pulled"})
    gap_ms = fields.Int(required=True, metadata={"description": "A longer pause is time without a picture"})


class PlanSchema(Schema):
    now = fields.AwareDateTime(required=True)
    armings = fields.List(fields.Nested(PlannedArmingSchema), required=True)
    cameras = fields.List(fields.Nested(PlannedCameraSchema), required=True)
    snapshot_seconds = fields.Int(required=True)
    stale_seconds = fields.Int(required=True, metadata={"description": "No picture for so long: the camera is offline"})
    live = fields.List(fields.UUID(), required=True, metadata={"description": "Cameras somebody watches now"})
    large = fields.List(
        fields.UUID(), required=True, metadata={"description": "Cameras whose pictures are shown large"}
    )
    large_width = fields.Int(required=True, metadata={"description": "Pixels of such a picture; others stay small"})
    released = fields.List(fields.UUID(), required=True, metadata={"description": "Held segments to upload after all"})
    trials = fields.List(
        fields.Nested(PlannedTrialSchema), required=True, metadata={"description": "Fitness trials to run now"}
    )


class UploadSchema(Schema):
    """One PUT with these headers."""

    url = fields.Str(required=True)
    headers = fields.Dict(keys=fields.Str(), values=fields.Str(), required=True)


class ReceiptSchema(Schema):
    segment_uid = fields.Str(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(SEGMENT_STATES))
    error = fields.Str(required=True, allow_none=True)
    upload = fields.Nested(UploadSchema, required=True, allow_none=True)


class ReceiptsSchema(Schema):
    results = fields.List(fields.Nested(ReceiptSchema), required=True)


GAP_ANSWERS = ("recorded", "known", "refused", "not_found", "malformed")


class GapResultSchema(Schema):
    gap_uid = fields.Str(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(GAP_ANSWERS))


class GapResultsSchema(Schema):
    results = fields.List(fields.Nested(GapResultSchema), required=True)


class WantedSchema(Schema):
    snapshots = fields.List(fields.UUID(), required=True, metadata={"description": "Cameras whose picture is wanted"})
    refused = fields.List(fields.Str(), required=True, metadata={"description": "Cameras whose word was not taken in"})
