"""A run: segments of one camera without a break; and the limits that end segments, fragments and runs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from video.pictures import Params
from video.recorder.clocks import Clocks


@dataclass(frozen=True)
class Limits:
    """Limits in seconds and bytes.

    A segment ends at the first keyframe after ``segment`` seconds or ``bytes``, without a keyframe after ``forced``;
    a fragment at a keyframe or after ``fragment``. A run ends at a ``max_picture_gap`` between two pictures and at a
    ``wall_step`` of the clock. Time without footage of up to ``seam`` is no gap; one that lasts is recorded piece by
    piece of ``long_gap``. A picture stands for three frame intervals, ``max_stand`` at most; beyond it is a gap.
    """

    segment: float = 60.0
    forced: float = 90.0
    fragment: float = 4.0
    bytes: int = 64 * 1024 * 1024
    max_picture_gap: float = 10.0
    seam: float = 1.0
    wall_step: float = 2.0
    max_stand: float = 2.0
    long_gap: float = 60.0


@dataclass(frozen=True)
class Stall:
    """A pause behind the picture that arrived at ``after`` (monotonic seconds), which counts for ``stands`` seconds."""

    after: float
    stands: float


@dataclass
class Run:
    """Segments without a break. Its times come from the monotonic clock, anchored once at the wall clock.

    ``wall`` is the time of its first picture, ``mono`` that picture's arrival. ``offset`` is wall clock minus monotonic
    clock at the anchor: it changes only when the wall clock is set, wherever the run itself begins.
    """

    params: Params
    wall: float
    mono: float
    first_ticks: int
    offset: float
    uid: str = field(default_factory=lambda: str(uuid.uuid4()))
    sequence: int = 0
    digest: str = ""
    fragments: int = 0
    interval: int = 60_000  # ticks between two pictures, as seen last; until then so that ``max_stand`` counts

    def wall_of(self, mono: float) -> float:
        return self.wall + (mono - self.mono)

    def step_of(self, clocks: Clocks) -> float:
        """How far, in seconds, the wall clock was set forth (or back, below 0) since the anchor."""
        return clocks.wall() - clocks.monotonic() - self.offset
