"""The signed note beside a segment, as boxes write it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from marshmallow import Schema, fields

from examops.core.language import N_
from examops.web.api import LenientSchema
from examops.web.inputs import AsTyped, ListOf, Moment, Part, Uid, WholeNumber

MAX_SKEW_MS = 2**53
LARGEST_SEGMENT = 512 * 1024 * 1024
LONGEST_SEGMENT = timedelta(minutes=10)
MAX_SEGMENTS_PER_RUN = 1_000_000  # the key has room for six digits
MAX_FRAGMENTS = 20_000
MAX_OFFSET_MS = 3_600_000  # of a fragment in its file
MAX_TICKS = 90_000 * 86_400 * 366  # a run of a year
MAX_LOST = 2**31  # packets of one segment


class Fragments(ListOf):
    """``[[offset, length, keyframe_offset, keyframe_length, offset_ms, duration_ms, frames, independent], …]``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(fields.List(fields.Raw()), least=1, most=MAX_FRAGMENTS, fault=N_("片段表不对"), **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> list[Any]:
        found = super()._deserialize(value, *args, **options)
        if not all(_is_fragment(one) for one in found):
            raise self.make_error("invalid")
        return found


def _is_fragment(fragment: list[Any]) -> bool:
    numbers = fragment[:7]
    if len(fragment) < 8 or not all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
        return False
    bytes_fit = all(0 <= number <= LARGEST_SEGMENT for number in numbers[:4])
    return bytes_fit and all(0 <= number <= MAX_OFFSET_MS for number in numbers[4:])


class Digest(AsTyped):
    """SHA-256 as 64 small hexadecimal digits."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        text = super()._deserialize(value, *args, **options)
        if not re.fullmatch(r"[0-9a-f]{64}", text):
            raise self.make_error("invalid")
        return text


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
    media_start_ticks = WholeNumber(0, MAX_TICKS, required=True, strict=True)
    media_duration_ms = WholeNumber(0, MAX_OFFSET_MS, required=True, strict=True)
    wall_duration_ms = WholeNumber(0, MAX_OFFSET_MS, required=True, strict=True)
    bytes = WholeNumber(1, LARGEST_SEGMENT, required=True, strict=True)
    sha256 = Digest(required=True)
    init_length = WholeNumber(0, LARGEST_SEGMENT, required=True, strict=True)
    fragments = Fragments(required=True)
    lost_packets = WholeNumber(0, MAX_LOST, strict=True)
    camera_clock_offset_ms = WholeNumber(-MAX_SKEW_MS, MAX_SKEW_MS, strict=True)
    previous_digest = AsTyped(64, required=True, metadata={"description": "Empty: first"})
    signature = AsTyped(256, required=True, metadata={"description": "Ed25519, base64"})


class Unread(ListOf):
    """Entries as they came: each is read and answered for itself, so that one bad entry does not hold up the others."""

    def __init__(self, schema: type[Schema], **options: Any) -> None:
        super().__init__(Part(schema), **options)

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> list[Any]:
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            raise self.make_error("invalid")
        return value
