"""The time axis drawn without scripts: spans as half-percent positions, because no style attribute is allowed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from examops.footage.intervals import SEAM, Span, merge
from examops.web.words import percent_class


def lanes(data: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """``ReviewData`` to ``{camera_uid: [{kind, left, width, words}]}``; left and width in half percents of the axis."""
    whole = _span({"start": data["session"]["open_at"], "end": data["session"]["close_at"]})
    return {camera["uid"]: [*_taken(camera, whole), *_gaps(camera, whole)] for camera in data["cameras"]}


def _span(item: dict[str, Any]) -> Span:
    return Span(datetime.fromisoformat(item["start"]), datetime.fromisoformat(item["end"]))


def _taken(camera: dict[str, Any], whole: Span) -> list[dict[str, Any]]:
    return [_bar("taken", span, whole, "录像") for span in merge(map(_span, camera["segments"]), SEAM)]


def _gaps(camera: dict[str, Any], whole: Span) -> list[dict[str, Any]]:
    return [_bar("gap", _span(gap), whole, f"缺口：{gap['words']}") for gap in camera["gaps"]]


def _bar(kind: str, span: Span, whole: Span, words: str) -> dict[str, Any]:
    length = max(whole.length, timedelta(seconds=1))
    left = 100 * ((span.start - whole.start) / length)
    return {
        "kind": kind, "left": percent_class(left), "width": percent_class(100 * (span.length / length)), "words": words,
    }  # fmt: skip
