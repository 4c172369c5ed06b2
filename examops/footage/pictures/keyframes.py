"""Single pictures out of archived segments: one range read of a keyframe each, never the whole file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from examops.core.store import Store
from examops.footage.models import Segment
from video.decoding import extradata_of
from video.frames import Fragment, keyframe_jpeg


@dataclass(frozen=True)
class Source:
    """A segment's file as plain values: no transaction is open while the store is read."""

    segment_id: int
    key: str
    version_id: str
    started_at: datetime
    sidecar: dict[str, Any]
    store: Store

    @property
    def arming_uid(self) -> UUID:
        return UUID(self.sidecar["arming_uid"])

    @classmethod
    def of(cls, segment: Segment, store: Store) -> Source:
        return cls(segment.id, segment.object_key, segment.version_id, segment.started_at, segment.sidecar, store)

    @property
    def start_ms(self) -> int:
        return round(self.started_at.timestamp() * 1000)

    def fetch(self, offset: int, length: int) -> bytes:
        """Bytes of the very version that was verified."""
        return self.store.get("footage", self.key, version_id=self.version_id, start=offset, length=length)


def keyframe_before(source: Source, moment: datetime) -> Fragment | None:
    """The last picture that stands alone at or before the moment; the first one where none is earlier."""
    pictures = [fragment for fragment in map(Fragment.of, source.sidecar["fragments"]) if fragment.independent]
    into = round(moment.timestamp() * 1000) - source.start_ms
    before = [picture for picture in pictures if picture.media_offset_ms <= into]
    return before[-1] if before else next(iter(pictures), None)


def picture_at(source: Source, moment: datetime, width: int) -> bytes:
    """The JPEG of that picture. Raises ValueError when none can be decoded."""
    keyframe = keyframe_before(source, moment)
    if keyframe is None:
        raise ValueError("the segment has no picture that stands alone")
    settings = extradata_of(source.fetch(0, source.sidecar["init_length"]))
    sample = source.fetch(keyframe.keyframe_offset, keyframe.keyframe_length)
    return keyframe_jpeg(settings, sample, width=width, quality=90).jpeg
