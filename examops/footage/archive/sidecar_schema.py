"""The signed note beside a segment, as boxes write it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import fields, validate

from examops.web.api import LenientSchema
from examops.web.inputs import ListOf, Moment, Part, Uid, WholeNumber

MAX_SKEW_MS = 2**53
LARGEST_SEGMENT = 512 * 1024 * 1024
LONGEST_SEGMENT = timedelta(minutes=10)
MAX_SEGMENTS_PER_RUN = 1_000_000  # the key has room for six digits
MAX_FRAGMENTS = 20_000
MAX_OFFSET_MS = 3_600_000  # of a fragment in its file


class Fragments(ListOf):
    """``[[offset, length, keyframe_offset, keyframe_length, offset_ms, duration_ms, frames, independent], …]``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(fields.List(fields.Raw()), least=1, most=MAX_FRAGMENTS, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> list[Any]:
        found = super()._deserialize(value, *args, **options)
        if not all(_is_fragment(one) for one in found):
            raise self.make_error("invalid")
        return found


def _is_fragment(fragment: list[Any]) -> bool:
    if len(fragment) < 8 or not all(isinstance(number, int) for number in fragment[:7]):
        return False
    bytes_fit = all(0 <= number <= LARGEST_SEGMENT for number in fragment[:4])
    return bytes_fit and all(abs(number) <= MAX_OFFSET_MS for number in fragment[4:7])


class SidecarSchema(LenientSchema):
    """The signed note beside a segment; unknown fields are kept with it, because they are signed."""

    version = WholeNumber(1, 1, required=True, strict=True)
    segment_uid = Uid(required=True)
    camera_uid = Uid(required=True)
    arming_uid = Uid(required=True)
    run_uid = Uid(required=True)
    sequence = WholeNumber(0, MAX_SEGMENTS_PER_RUN, required=True, strict=True)
    start = Moment(required=True)
    end = Moment(required=True)
    media_start_ticks = WholeNumber(required=True, strict=True)
    media_duration_ms = WholeNumber(required=True, strict=True)
    wall_duration_ms = WholeNumber(required=True, strict=True)
    bytes = WholeNumber(1, LARGEST_SEGMENT, required=True, strict=True)
    sha256 = fields.Str(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))
    init_length = WholeNumber(0, LARGEST_SEGMENT, required=True, strict=True)
    fragments = Fragments(required=True)
    lost_packets = WholeNumber(strict=True)
    camera_clock_offset_ms = WholeNumber(-MAX_SKEW_MS, MAX_SKEW_MS, strict=True)
    previous_digest = fields.Str(
        required=True, validate=validate.Length(max=64), metadata={"description": "Empty: first"}
    )
    signature = fields.Str(
        required=True, validate=validate.Length(max=256), metadata={"description": "Ed25519, base64"}
    )


class Sidecars(ListOf):
    """Sidecars as they came: each is answered for itself, so that one bad note does not hold up the others."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Part(SidecarSchema), **options)

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> list[Any]:
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            raise self.make_error("invalid")
        return value
