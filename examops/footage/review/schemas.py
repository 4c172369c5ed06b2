"""What the review room and its forms take and answer, as it is read, checked and described."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, fields, validate

from examops.core.language import N_
from examops.footage.review.flags import OUTCOMES, SEVERITIES
from examops.footage.wording import FLAG_ACTIONS, FLAG_STATES
from examops.web.api import LenientSchema
from examops.web.inputs import ListOf, Moment, Number, OneOf, Part, ShortText, Uid, WholeNumber

MODES = {"play": "playback", "strip": "frames"}
MAX_VIEWINGS_PER_CALL = 64
MAX_NOTE_LENGTH = 2000
MAX_MILLISECONDS = 10**14
MAX_SPEED = 16
MAX_OPEN_MS = 24 * 3600 * 1000
SHOWN = "When the picture stood on the screen, in ms since the page was opened; without it nothing is counted"


class ViewingSchema(LenientSchema):
    camera_uid = Uid(required=True)
    start = Moment(required=True, data_key="from")
    end = Moment(required=True, data_key="to")
    mode = OneOf(MODES, required=True)
    speed = Number(0.1, MAX_SPEED, load_default=None)
    shown_from_ms = WholeNumber(0, MAX_OPEN_MS, load_default=None, metadata={"description": SHOWN})
    shown_to_ms = WholeNumber(0, MAX_OPEN_MS, load_default=None, metadata={"description": SHOWN})


class ViewingsSchema(LenientSchema):
    opened = ShortText(60, metadata={"description": "`session.opened` of the page that reports"})
    looks = ListOf(Part(ViewingSchema), required=True, most=MAX_VIEWINGS_PER_CALL)


class NewFlagSchema(LenientSchema):
    camera_uid = Uid(required=True, label=N_("摄像机"))
    start = Moment(required=True, label=N_("开始时间"))
    end = Moment(label=N_("结束时间"), metadata={"description": "Not given: a second from `start`"})
    seat = ShortText(40, label=N_("工位"))
    severity = OneOf(SEVERITIES, required=True, label=N_("程度"))
    text = ShortText(
        MAX_NOTE_LENGTH, lines=True, required=True, label=N_("说明"), missing_words=N_("请写一句看到了什么")
    )
    still_at = Moment(metadata={"description": "The moment whose picture is kept"})


class DecisionSchema(LenientSchema):
    """Form: what becomes of a flag."""

    state = OneOf(FLAG_ACTIONS, required=True, label=N_("处理"))
    note = ShortText(MAX_NOTE_LENGTH, lines=True, label=N_("理由"))


class ConclusionSchema(LenientSchema):
    """Form: the conclusion on a session."""

    outcome = OneOf(OUTCOMES, required=True, label=N_("结论"))
    note = ShortText(MAX_NOTE_LENGTH, lines=True, label=N_("理由"))


class FlagsPageSchema(LenientSchema):
    state = OneOf(FLAG_STATES, load_default="open")
    before = WholeNumber(1)


class PlaybackStart(Moment):
    """Also as milliseconds since 1970, as hls.js counts."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> datetime:
        if isinstance(value, str) and value.isdecimal() and int(value[:20]) < MAX_MILLISECONDS:
            value = datetime.fromtimestamp(int(value[:20]) / 1000, UTC).isoformat()
        return super()._deserialize(value, *args, **options)


class PlaylistSchema(LenientSchema):
    start = PlaybackStart(data_key="from", label=N_("播放的起点"))


class KnownSchema(LenientSchema):
    """What the page has already; without it the answer is whole."""

    known_at = Moment(metadata={"description": "`session.now` of the last answer: strips made before are left out"})


class SpanSchema(Schema):
    start = fields.AwareDateTime(required=True)
    end = fields.AwareDateTime(required=True)


class SeenSpanSchema(SpanSchema):
    camera_uid = fields.UUID(required=True)


class SegmentSpanSchema(SpanSchema):
    uid = fields.UUID(required=True)
    run_uid = fields.UUID(required=True)


class GapSpanSchema(SpanSchema):
    uid = fields.UUID(required=True)
    reason = fields.Str(required=True)
    words = fields.Str(required=True)


class StripDataSchema(Schema):
    """Sampled frames of one segment: an index and one file of pictures."""

    segment_uid = fields.UUID(required=True)
    start = fields.AwareDateTime(required=True)
    index_url = fields.Str(required=True)
    images_url = fields.Str(required=True)


class ActivitySchema(Schema):
    """Movement from 0 to 1 on a grid of ``step_s`` seconds."""

    start = fields.AwareDateTime(required=True)
    step_s = fields.Int(required=True)
    values = fields.List(fields.Float(), required=True)


class CameraDataSchema(Schema):
    uid = fields.UUID(required=True)
    label = fields.Str(required=True)
    armed = fields.Nested(SpanSchema, required=True)
    segments = fields.List(fields.Nested(SegmentSpanSchema), required=True)
    gaps = fields.List(fields.Nested(GapSpanSchema), required=True)
    strips = fields.List(fields.Nested(StripDataSchema), required=True)
    playlist_url = fields.Str(required=True)
    coverage_percent = fields.Float(required=True)
    quality = fields.Str(required=True, metadata={"description": "`720P`"})
    activity = fields.Nested(ActivitySchema, required=True, allow_none=True)


class ExitDataSchema(Schema):
    out_at = fields.AwareDateTime(required=True)
    back_at = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.Str(required=True)


class PersonDataSchema(Schema):
    """Masked."""

    uid = fields.UUID(required=True)
    name = fields.Str(required=True)
    seat = fields.Str(required=True)
    turn = fields.Str(required=True)
    in_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "Null: not admitted yet"})
    out_at = fields.AwareDateTime(required=True, allow_none=True)
    exits = fields.List(fields.Nested(ExitDataSchema), required=True)
    id_number = fields.Str(required=True, allow_none=True)
    scan_words = fields.Str(required=True)
    matched_words = fields.Str(required=True)
    matched_kind = fields.Str(required=True, metadata={"description": "done, stop, or wait: nobody compared"})
    photo_url = fields.Str()
    scan_still_url = fields.Str(metadata={"description": "The room's camera at the moment of the scan, while kept"})


class FlagDataSchema(SpanSchema):
    uid = fields.UUID(required=True)
    camera_uid = fields.UUID(required=True, allow_none=True)
    seat = fields.Str(required=True, allow_none=True)
    severity = fields.Str(required=True, validate=validate.OneOf(SEVERITIES))
    text = fields.Str(required=True)
    author = fields.Str(required=True)
    still_url = fields.Str(required=True, allow_none=True)
    state = fields.Str(required=True, validate=validate.OneOf(tuple(FLAG_STATES)))


class AlarmDataSchema(Schema):
    at = fields.AwareDateTime(required=True)
    camera_uid = fields.UUID(required=True, allow_none=True)
    state = fields.Str(required=True, validate=validate.OneOf(("look", "stop")))
    kind = fields.Str(required=True, metadata={"description": "Alarms of one kind and camera are drawn as one"})
    words = fields.Str(required=True)


class SessionFactsSchema(SpanSchema):
    uid = fields.UUID(required=True)
    title = fields.Str(required=True)
    open_at = fields.AwareDateTime(required=True)
    close_at = fields.AwareDateTime(required=True)
    now = fields.AwareDateTime(required=True, metadata={"description": "When this answer was true"})
    refresh_s = fields.Int(
        required=True, allow_none=True, metadata={"description": "Seconds until there may be more; null: no more"}
    )
    coverage_percent = fields.Float(required=True)
    coverage_limit = fields.Float(required=True)
    duty_percent = fields.Float(required=True)
    watch_speed_max = fields.Float(required=True, metadata={"description": "Faster playing is not counted"})
    opened = fields.Str(required=True, metadata={"description": "Sent back with what was watched"})
    place = fields.Str(required=True)
    present = fields.Int(required=True)
    due = fields.Int(required=True)
    arrived = fields.Int(required=True, allow_none=True, metadata={"description": "Known once the session is over"})
    back_url = fields.Str(required=True)


class ReviewAddressesSchema(Schema):
    flag = fields.Str(required=True)
    look = fields.Str(required=True)
    refresh = fields.Str(required=True)


class ReviewDataSchema(Schema):
    """Addresses of strips live twenty minutes; the page asks again before."""

    session = fields.Nested(SessionFactsSchema, required=True)
    cameras = fields.List(fields.Nested(CameraDataSchema), required=True)
    people = fields.List(fields.Nested(PersonDataSchema), required=True)
    flags = fields.List(fields.Nested(FlagDataSchema), required=True)
    alarms = fields.List(fields.Nested(AlarmDataSchema), required=True)
    seen = fields.List(fields.Nested(SeenSpanSchema), required=True)
    urls = fields.Nested(ReviewAddressesSchema, required=True)
