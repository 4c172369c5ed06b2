"""What a recorder says of a fitness trial. Unknown fields are ignored: boxes are updated later."""

from __future__ import annotations

from examops.footage.archive.sidecar_schema import MAX_SKEW_MS
from examops.footage.recorders.schemas import RedactedText
from examops.footage.trials.reporting import MAX_PICTURES
from examops.web.api import LenientSchema
from examops.web.inputs import Number, OneOf, Part, ShortText, Uid, WholeNumber

MAX_PIXELS, MAX_COUNT = 20_000, 10_000_000


class TrialBeginSchema(LenientSchema):
    run_uid = Uid(required=True)


class TrialPictureHeaderSchema(LenientSchema):
    run_uid = Uid(data_key="X-Run", required=True)
    number = WholeNumber(1, MAX_PICTURES, data_key="X-Number", required=True)


class TrialMeasuresSchema(LenientSchema):
    first_picture_ms = WholeNumber(0, MAX_COUNT, required=True)
    seconds = Number(0, 86_400, required=True)
    width = WholeNumber(0, MAX_PIXELS, required=True)
    height = WholeNumber(0, MAX_PIXELS, required=True)
    codec = ShortText(40)
    frames = WholeNumber(0, MAX_COUNT, required=True)
    frames_per_second = Number(0, 1000, required=True)
    bytes_per_second = WholeNumber(0, 1_000_000_000, required=True)
    gaps = WholeNumber(0, MAX_COUNT, required=True)
    gap_ms = WholeNumber(0, 86_400_000, required=True)
    longest_pause_ms = WholeNumber(0, 86_400_000, required=True)
    lost_packets = WholeNumber(0, MAX_COUNT, required=True)
    damaged_frames = WholeNumber(0, MAX_COUNT, required=True)
    clock_offset_ms = WholeNumber(-MAX_SKEW_MS, MAX_SKEW_MS)


class TrialResultSchema(LenientSchema):
    run_uid = Uid(required=True)
    state = OneOf(("done", "could_not_run"), required=True)
    cause = RedactedText(40)
    measures = Part(TrialMeasuresSchema)
