"""What the desk takes and answers, as it is read, checked and described."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields

from examops.core.language import N_
from examops.web.api import LenientSchema
from examops.web.inputs import Moment, OneOf, ShortText, Uid

MOMENT = {"format": "date-time"}
VIA = ("camera", "scanner", "typed")


class TicketCode(ShortText):
    """What a QR code held. Any other code of the world may come before the camera: it is refused in one sentence."""

    def make_error(self, key: str, **values: object) -> ValidationError:
        return super().make_error(N_("这不是准考证上的码，请扫准考证"))


class ScanSchema(LenientSchema):
    """One of ``code`` and ``id_number``."""

    nonce = Uid(required=True, metadata={"description": "New for each scan, the same for its repeats"})
    scanned_at = Moment(required=True)
    code = TicketCode(64, label="", metadata={"description": "What the ticket's QR code holds"})
    id_number = ShortText(32, label=N_("身份证号"), metadata={"description": "Typed; 300 an hour"})
    via = OneOf(VIA, load_default="camera", metadata={"description": "How the code was read"})


class MismatchSchema(LenientSchema):
    scan_uid = Uid(required=True, metadata={"description": "Of the answer whose face is another"})


class ExitSchema(LenientSchema):
    """Form: somebody leaves the room for a moment."""

    reason = ShortText(40, load_default=N_("洗手间"), label=N_("原因"))


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
    last = fields.Nested(LastScanSchema, required=True, allow_none=True)


class DeskPhoneSchema(Schema):
    name = fields.Str(required=True)
    number = fields.Str(required=True)


class DeskAddressesSchema(Schema):
    scan = fields.Str(required=True)
    state = fields.Str(required=True)
    mismatch = fields.Str(required=True)


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
    reason = fields.Nested(ReasonSchema)
    state = fields.Nested(DeskStateSchema, required=True)


class DeskPageAnswerSchema(ScanAnswerSchema):
    state = fields.Nested(DeskPageStateSchema, required=True)
