"""What the desk takes and answers, as it is read, checked and described."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields

from examops.core.language import N_
from examops.web.api import LenientSchema
from examops.web.inputs import Moment, OneOf, ShortText, Uid, WholeNumber, YesNo

MOMENT = {"format": "date-time"}
VIA = ("camera", "scanner", "typed")
EXIT_REASONS = (N_("洗手间"), N_("身体不适"), N_("设备或材料"), N_("其他"))


MAX_TEXT = 256  # characters of a code: a ticket's link holds it too
MAX_OFFSET_MS = 10 * 366 * 86_400_000  # a tablet whose clock was never set


class ScannedText(ShortText):
    """What a scanner gave. Any other code of the world may come before the camera: it is refused in one sentence."""

    def make_error(self, key: str, **values: object) -> ValidationError:
        return super().make_error(N_("这不是准考证上的码，请扫准考证"))


class TabletMoment(Moment):
    """By a tablet's clock, which may never have been set: a scan of the year 1970 waits for the coordinator."""

    least, most = 1970, 2200


class ScanSchema(LenientSchema):
    """One of ``code`` and ``id_number``; what it is, is known by its form, wherever it came in."""

    nonce = Uid(required=True, metadata={"description": "New for each scan, the same for its repeats"})
    scanned_at = TabletMoment(required=True, metadata={"description": "By the tablet's clock"})
    sent_at = TabletMoment(
        load_default=None,
        metadata={
            "description": "By the same clock, new for each repeat: how far it is off. Without it a scan that comes"
            " later than a minute is judged by its arrival"
        },
    )
    offset_ms = WholeNumber(
        -MAX_OFFSET_MS,
        MAX_OFFSET_MS,
        load_default=None,
        metadata={"description": "Server minus tablet, as the tablet knew it when it scanned"},
    )
    code = ScannedText(MAX_TEXT, label="", metadata={"description": "What the ticket's QR code holds"})
    id_number = ScannedText(MAX_TEXT, label="", metadata={"description": "Typed; 300 an hour"})
    via = OneOf(VIA, load_default="camera", metadata={"description": "How it was read"})


class MismatchSchema(LenientSchema):
    scan_uid = Uid(required=True, metadata={"description": "Of the answer whose face is another"})


class IdentitySchema(LenientSchema):
    scan_uid = Uid(required=True, metadata={"description": "Of the answer whose face was compared"})
    same = YesNo(metadata={"description": "False: not in; a second person undoes it on the list of people"})


class ExitSchema(LenientSchema):
    """Form: somebody leaves the room for a moment."""

    reason = OneOf(EXIT_REASONS, load_default=EXIT_REASONS[0], label=N_("原因"))


class SeatSchema(LenientSchema):
    """Form: to which workstation somebody moves, and why."""

    station = Uid(required=True, label=N_("工位"))
    reason = ShortText(200, required=True, label=N_("原因"))


class SettleSchema(LenientSchema):
    """Form: what the coordinator decides about a scan whose hour is not sure."""

    answer = OneOf(("admit", "refuse"), required=True, label=N_("决定"))
    note = ShortText(200, required=True, label=N_("依据"), missing_words=N_("请写明依据，例如监考员看到他几点到"))


class CardSchema(LenientSchema):
    """Form: somebody on duty without an account of their own signs in on the tablet."""

    card = ShortText(40, label=N_("证件号"))


class TabletSchema(LenientSchema):
    """Form: pair this browser."""

    code = ShortText(64, label=N_("配对码"))
    name = ShortText(80, required=True, label="", missing_words=N_("请给平板起个名字，例如“东门 1 号”"))


class TurnStateSchema(Schema):
    word = fields.Str(required=True)
    time = fields.Str(required=True)
    present = fields.Int(required=True)
    due = fields.Int(required=True)


class LastScanSchema(Schema):
    admitted = fields.Bool(required=True)
    name = fields.Str(required=True, allow_none=True)
    seat = fields.Str(required=True, allow_none=True)
    at = fields.Str(required=True, metadata=MOMENT)


class DeskStateSchema(Schema):
    desk = fields.Str(required=True)
    room = fields.Str(required=True)
    duty = fields.Str(required=True, metadata={"description": "Who works at the desk"})
    title = fields.Str(required=True)
    starts_words = fields.Str(required=True)
    window_words = fields.Str(required=True)
    present = fields.Int(required=True)
    due = fields.Int(required=True)
    absent = fields.Int(required=True)
    refused = fields.Int(required=True)
    turns = fields.List(fields.Nested(TurnStateSchema), required=True)
    now = fields.Str(required=True, metadata={**MOMENT, "description": "The server's clock"})
    tolerance_seconds = fields.Int(
        required=True, metadata={"description": "A tablet's clock that is further off is to be set"}
    )
    unsettled = fields.Int(required=True, metadata={"description": "People who wait for the coordinator"})
    last = fields.Nested(LastScanSchema, required=True, allow_none=True)


class DeskPhoneSchema(Schema):
    name = fields.Str(required=True)
    number = fields.Str(required=True)


class DeskAddressesSchema(Schema):
    scan = fields.Str(required=True)
    state = fields.Str(required=True)
    identity = fields.Str(required=True)
    handover = fields.Str(required=True)
    sign_in = fields.Str(required=True)


class DeskPageStateSchema(DeskStateSchema):
    """The same with what only the desk's page needs."""

    absent_url = fields.Str(required=True)
    phone = fields.Nested(DeskPhoneSchema, required=True, allow_none=True, metadata={"description": "Whom to call"})
    urls = fields.Nested(DeskAddressesSchema, required=True)


class ReasonSchema(Schema):
    code = fields.Str(required=True)
    words = fields.Str(required=True)
    todo = fields.List(fields.Str(), required=True)
    here = fields.Str(required=True)
    answer_label = fields.Str()
    answer = fields.Str()


class ScanAnswerSchema(Schema):
    """A refusal of a person is an answer too: ``admitted`` false with its ``reason``."""

    admitted = fields.Bool(required=True)
    at = fields.Str(required=True, metadata=MOMENT)
    scan_uid = fields.Str(required=True, metadata={"format": "uuid"})
    name = fields.Str(metadata={"description": "Masked"})
    id_number = fields.Str(metadata={"description": "Masked"})
    photo_url = fields.Str(allow_none=True, metadata={"description": "For signed-in people"})
    title = fields.Str()
    part = fields.Str()
    seat = fields.Str()
    turn = fields.Str()
    turn_starts = fields.Str()
    repeated = fields.Bool(metadata={"description": "This nonce was answered before; this is that answer"})
    came_before = fields.Bool(metadata={"description": "This person is in already, since ``at``: compare the face"})
    unsettled = fields.Bool(metadata={"description": "Not a refusal: the coordinator decides"})
    reason = fields.Nested(ReasonSchema)
    state = fields.Nested(DeskStateSchema, required=True)


class DeskPageAnswerSchema(ScanAnswerSchema):
    state = fields.Nested(DeskPageStateSchema, required=True)


class RefusalOfPersonSchema(Schema):
    admitted = fields.Bool(required=True)
    at = fields.Str(required=True, metadata=MOMENT)
    scan_uid = fields.Str(required=True, metadata={"format": "uuid"})
    name = fields.Str(metadata={"description": "Masked"})
    id_number = fields.Str(metadata={"description": "Masked"})
    photo_url = fields.Str(allow_none=True)
    unsettled = fields.Bool()
    reason = fields.Nested(ReasonSchema)


class IdentityAnswerSchema(Schema):
    same = fields.Bool(required=True)
    refusal = fields.Nested(
        RefusalOfPersonSchema, required=True, allow_none=True, metadata={"description": "What to show after a no"}
    )
    state = fields.Nested(DeskPageStateSchema, required=True)
