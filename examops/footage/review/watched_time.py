"""How much of a claim to have watched is counted. Pure; docs/design/review-data.md says what the page reports.

Two clocks: ``during`` lies on the clock of the exam, ``shown`` on that of whoever watched. At speed 2 a minute of
``shown`` is two minutes of ``during``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from examops.footage.archive.intervals import Span, clip, common, subtract, total


@dataclass(frozen=True)
class Claim:
    """One camera's picture stood on the screen through ``shown`` and went through ``during`` at ``speed``."""

    during: Span
    shown: Span
    speed: float

    def at(self, moment: datetime) -> datetime:
        """The moment of the exam that was shown then."""
        return self.during.start + (moment - self.shown.start) * self.speed

    def when(self, moment: datetime) -> datetime:
        """When this moment of the exam was shown."""
        return self.shown.start + (moment - self.during.start) / self.speed


@dataclass(frozen=True)
class Bounds:
    """What limits a claim: ``open`` is the time the page was open, ``elsewhere`` when other sessions were watched.

    ``before`` is what was counted of this camera; ``footage`` what there was to be seen of it.
    """

    open: Span
    speed_max: float
    footage: list[Span]
    before: list[Claim]
    elsewhere: list[Span]


def counted(claim: Claim, bounds: Bounds) -> list[Claim]:
    """The parts of the claim that count: each second of footage once, each second of the viewer's once a camera.

    Nothing counts above the highest speed, outside the time the page was open, or where there is no footage.
    """
    if claim.speed > bounds.speed_max:
        return []
    spent = [*(one.shown for one in bounds.before), *bounds.elsewhere]
    free = subtract(clip([claim.shown], bounds.open), spent)
    reached = Span(claim.during.start, min(claim.during.end, claim.at(claim.shown.end)))
    possible = clip((Span(claim.at(span.start), claim.at(span.end)) for span in free), reached)
    unseen = subtract(common(possible, bounds.footage), (one.during for one in bounds.before))
    return [Claim(span, Span(claim.when(span.start), claim.when(span.end)), claim.speed) for span in unseen]


@dataclass(frozen=True)
class Share:
    """Seconds of footage of all cameras within the exam: watched, and there to be watched."""

    watched: float
    footage: float

    @property
    def percent(self) -> float:
        return 100 * self.watched / self.footage if self.footage else 0.0


def share_of(exam: Span, cameras: Iterable[tuple[list[Span], list[Span]]]) -> Share:
    """``cameras``: footage of each and what was watched of it. A second of two cameras is two seconds."""
    watched = footage = 0.0
    for recorded, seen in cameras:
        inside = clip(recorded, exam)
        footage += total(inside).total_seconds()
        watched += total(common(inside, seen)).total_seconds()
    return Share(watched, footage)
