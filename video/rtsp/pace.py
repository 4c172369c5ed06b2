"""Media time that follows arrival: cameras stamp 25 pictures a second and send 21, or run on a clock of their own.

Arrival alone would be no media time: networks hold pictures up and deliver them in bursts. A picture can be late, but
never early, so what counts is the least lag of each half second, and only what lasts.
"""

from __future__ import annotations

from collections import deque

TICKS = 90_000
WARM_UP_SECONDS = 3.0  # after the first picture, in which cameras empty their buffers
BUCKET_SECONDS, BUCKETS = 0.5, 3
TOLERANCE_SECONDS = 0.2  # jitter of network and reading; below it the camera's own distances stay untouched
CATCH_UP_SECONDS = 0.5
JUMP_SECONDS = 3.0  # beyond this it is an interruption: a gap, or another time line of the camera
MIN_STRETCH, MAX_STRETCH = -0.75, 3.0  # of the camera's own distance between two pictures


class Pace:
    """Call ``follow`` for each picture in order.

    Media time stays within a second of arrival where a camera sends four fifths to five quarters of what it stamps, and
    within two seconds for half to twice of it.
    """

    def __init__(self) -> None:
        self._anchor: tuple[int, float] | None = None  # stamp and arrival of no lag
        self._began = 0.0
        self._stamped = 0
        self.ticks = 0
        self._shift = 0.0  # what was added to the camera's ticks, in ticks
        self._lag = 0.0  # the least of the newest buckets, in ticks
        self._buckets: deque[float] = deque(maxlen=BUCKETS)
        self._bucket, self._least = 0, 0.0

    def follow(self, stamped: int, arrived: float) -> int:
        """Ticks for a picture whose stamp says ``stamped`` ticks and that arrived at ``arrived`` monotonic seconds."""
        if self._anchor is None:
            self._anchor, self._began = (stamped, arrived), arrived
            self._stamped = self.ticks = stamped
            return stamped
        step, self._stamped = stamped - self._stamped, stamped
        self._measure(arrived - self._began, (arrived - self._anchor[1]) * TICKS - (stamped - self._anchor[0]))
        if arrived - self._began >= WARM_UP_SECONDS:
            self._shift += self._correction(step)
        self.ticks = max(self.ticks + 1, stamped + round(self._shift))
        return self.ticks

    def restart(self, stamped: int, arrived: float) -> None:
        """What was measured so far was not the camera's clock: take the present lag for none."""
        if self._anchor is not None:
            self._anchor = stamped, arrived - self._shift / TICKS
            self._buckets.clear()
            self._lag = self._least = self._shift

    def _measure(self, waited: float, lag: float) -> None:
        """Take the lag of one picture; what lasts changes when a bucket is full."""
        bucket = int(waited / BUCKET_SECONDS)
        if bucket == self._bucket:
            self._least = min(self._least, lag)
            return
        self._buckets.append(self._least)
        self._bucket, self._least = bucket, lag
        self._lag = min(self._buckets)
        jump = self._lag - self._shift
        if self._anchor and abs(jump) > JUMP_SECONDS * TICKS:
            self._anchor = self._anchor[0], self._anchor[1] + jump / TICKS
            self._buckets = deque((one - jump for one in self._buckets), BUCKETS)
            self._least, self._lag = self._least - jump, self._lag - jump

    def _correction(self, step: int) -> float:
        error = self._lag - self._shift
        beyond = abs(error) - TOLERANCE_SECONDS * TICKS
        if beyond <= 0:
            return 0.0
        part = min(1.0, step / TICKS / CATCH_UP_SECONDS)
        wanted = beyond * part if error > 0 else -beyond * part
        return max(MIN_STRETCH * step, min(MAX_STRETCH * step, wanted))
