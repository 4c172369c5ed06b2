"""Arithmetic of half-open stretches of time ``[start, end)``. Pure; whoever calls decides what the stretches mean."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

# Two segments of one run meet within a frame or two: up to a second between them is a seam, not missing footage.
SEAM = timedelta(seconds=1)
NONE = timedelta(0)


class Span(NamedTuple):
    """From ``start`` until just before ``end``."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def meets(self, other: Span) -> bool:
        """Whether the two share an instant; touching ends share none."""
        return self.start < other.end and other.start < self.end


def merge(spans: Iterable[Span], seam: timedelta = NONE) -> list[Span]:
    """The union, in order. Holes up to ``seam`` long are closed; empty spans vanish."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if merged and span.start - merged[-1].end <= seam:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def clip(spans: Iterable[Span], window: Span) -> list[Span]:
    """The parts of the spans inside the window."""
    cut = (Span(max(span.start, window.start), min(span.end, window.end)) for span in spans)
    return [span for span in cut if span.start < span.end]


def subtract(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of the union of ``spans`` without ``taken``, in order."""
    gone, left = merge(taken), []
    for span in merge(spans):
        at = span.start
        for hole in gone:
            if hole.end <= at or hole.start >= span.end:
                continue
            if hole.start > at:
                left.append(Span(at, hole.start))
            at = hole.end
        if at < span.end:
            left.append(Span(at, span.end))
    return left


def holes(window: Span, covered: Iterable[Span], longer_than: timedelta = SEAM) -> list[Span]:
    """The stretches of the window that nothing covers, without those up to ``longer_than``."""
    return [hole for hole in subtract([window], covered) if hole.length > longer_than]


def overlaps(spans: Iterable[Span]) -> list[Span]:
    """Every stretch that two or more spans share, merged."""
    found: list[Span] = []
    until: datetime | None = None
    for span in sorted(spans):
        if until is not None and span.start < until:
            found.append(Span(span.start, min(span.end, until)))
        until = span.end if until is None else max(until, span.end)
    return merge(found)


def total(spans: Iterable[Span]) -> timedelta:
    """The length of the union: time covered twice counts once."""
    return sum((span.length for span in merge(spans)), NONE)


def common(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """The stretches that are in both unions."""
    pieces = list(other)
    return merge(piece for span in merge(one) for piece in clip(pieces, span))
