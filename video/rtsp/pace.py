"""Media time that follows arrival: cameras stamp 25 pictures a second and send 21, or run on a clock of their own.

Arrival alone would be no media time: networks hold pictures up and deliver them in bursts. A picture can be late, but
never early, so what counts is the least lag of each half second, and only what lasts.
"""

from __future__ import annotations

from collections import deque

TICKS = 90_000
WARM_UP_SECONDS = 3.0  # after the first picture, in which cameras empty their buffers
BUFFER_SECONDS = 2.5
BUCKET_SECONDS, BUCKETS = 0.5, 3
TOLERANCE_SECONDS = 0.2  # jitter of network and reading; below it the camera's own distances stay untouched
STRAINED_TICKS, STRAIN_SECONDS = 0.15 * TICKS, 10.0  # so far off, arrivals are needed more exactly, and for so long
CATCH_UP_SECONDS = 0.5
JUMP_SECONDS = 3.0  # beyond this it is an interruption: a gap, or another time line of the camera
MIN_STRETCH, MAX_STRETCH = -0.75, 3.0  # of the distance between two pictures: their stamps', or their arrivals'
MAX_GAP_SECONDS = 0.2  # of arrivals, as such a distance: after a pause no more is caught up at once


class Pace:
    """Call ``follow`` for each picture in order.

    Media time stays within a second of arrival where a camera sends four fifths to five quarters of what it stamps, and
    within two seconds for half to twice of it. A clock that runs at anything else (1 kHz, 8 kHz, 1 MHz stamped as 90)
    is followed three seconds behind.
    """

    def __init__(self) -> None:
        self._anchor: tuple[int, float] | None = None  # stamp and arrival of no lag
        self._began = self._arrived = 0.0
        self._stamped = 0
        self.ticks = 0
        self._shift = 0.0  # what was added to the camera's ticks, in ticks
        self._lag = 0.0  # the least of the newest buckets, in ticks
        self._buckets: deque[float] = deque(maxlen=BUCKETS)
        self._bucket, self._least = 0, 0.0
        self._strained_since = self._strained_until = 0.0

    def follow(self, stamped: int, arrived: float) -> int:
        """Ticks for a picture whose stamp says ``stamped`` ticks and that arrived at ``arrived`` monotonic seconds."""
        if self._anchor is None:
            self._anchor, self._began, self._arrived = (stamped, arrived), arrived, arrived
            self._strained_since, self._strained_until = arrived, arrived + WARM_UP_SECONDS
            self._stamped = self.ticks = stamped
            return stamped
        before = self._stamped, self._arrived
        self._stamped, self._arrived = stamped, arrived
        self._measure(arrived - self._began, (arrived - self._anchor[1]) * TICKS - (stamped - self._anchor[0]))
        if not -STRAINED_TICKS <= self._lag - self._shift <= STRAINED_TICKS:
            self._strain(*before)
        self.ticks = max(self.ticks + 1, stamped + round(self._shift))
        return self.ticks

    def _strain(self, stamped: int, arrived: float) -> None:
        """Stamps and arrivals disagree: come nearer to arrival. The picture before had this stamp and arrival."""
        now = self._arrived
        is_far_ahead = self._shift - self._lag > BUFFER_SECONDS * TICKS  # no buffer holds that much
        self._strained_since = now if now > self._strained_until else self._strained_since
        self._strained_until = now + STRAIN_SECONDS
        is_seen_well = now - self._strained_since >= BUCKETS * BUCKET_SECONDS
        if (is_seen_well and now - self._began >= WARM_UP_SECONDS) or is_far_ahead:
            self._shift += self._correction(self._stamped - stamped, min(now - arrived, MAX_GAP_SECONDS) * TICKS)

    def arrival(self) -> float:
        """When the picture followed last would have arrived as soon as the soonest of the last one and a half seconds.

        Reading is late by anything up to its interval; stamps tell the distances between pictures.
        """
        assert self._anchor
        return self._anchor[1] + (self._stamped - self._anchor[0] + self._lag) / TICKS

    def needs_arrivals(self, now: float) -> bool:
        """Whether stamps and arrivals disagree, or the camera is new: pictures should be read soon after they come."""
        return self._anchor is None or now < self._strained_until

    def restart(self, stamped: int, arrived: float) -> None:
        """What was measured so far was not the camera's clock: take the present lag for none."""
        if self._anchor is not None:
            self._anchor = stamped, arrived - self._shift / TICKS
            self._buckets.clear()
            self._lag = self._least = self._shift

    def _measure(self, waited: float, lag: float) -> None:
        """Take the lag of one picture; a larger one counts when it lasts, a smaller one at once."""
        bucket = int(waited / BUCKET_SECONDS)
        if bucket == self._bucket:
            if lag < self._least:
                self._least = lag
            if lag < self._lag:
                self._lag = lag
            return
        self._buckets.append(self._least)
        self._bucket, self._least = bucket, lag
        self._lag = min(self._buckets)
        jump = self._lag - self._shift
        if self._anchor and abs(jump) > JUMP_SECONDS * TICKS:
            self._anchor = self._anchor[0], self._anchor[1] + jump / TICKS
            self._buckets = deque((one - jump for one in self._buckets), BUCKETS)
            self._least, self._lag = self._least - jump, self._lag - jump

    def _correction(self, step: int, gap: float) -> float:
        """What the shift changes by at a picture stamped ``step`` ticks after the one before it that arrived ``gap``
        after it. A clock far from 90 kHz is known by the two: one of them is many times the other."""
        error = self._lag - self._shift
        beyond = abs(error) - TOLERANCE_SECONDS * TICKS
        if beyond <= 0:
            return 0.0
        part = min(1.0, max(step, gap) / TICKS / CATCH_UP_SECONDS)
        wanted = beyond * part if error > 0 else -beyond * part
        least = min(MIN_STRETCH * step, (1 + MIN_STRETCH) * gap - step)
        return max(least, min(MAX_STRETCH * max(step, gap), wanted))
