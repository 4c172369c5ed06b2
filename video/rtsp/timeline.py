"""32-bit RTP time stamps (RFC 3550, section 5.1) to strictly rising 90 kHz ticks, whatever the camera's clock does."""

from __future__ import annotations

import math

from video.rtsp.pace import TICKS, Pace

RATE_SECONDS = 2.0
JUMP = 5 * TICKS
MIN_JUMPS_IN_A_ROW = 3  # time stamps that jump, one after the other, until the camera's new time is taken over
MIN_BACKWARD_IN_A_ROW = 8  # time stamps that go back; pictures out of order come fewer at a time


class Timeline:
    """Call ``ticks_of`` for every picture in order of arrival.

    ``clock_rate`` is that of the description (90 kHz by RFC 6184, section 8.2.1); where it is another one, the first
    seconds show which of the two the camera runs at, and pictures stand where they arrived until then. ``ticks`` is
    what the stamps say, ``pace`` makes it follow arrival. ``outliers`` counts time stamps that were replaced by arrival
    times, ``clamped`` those that went back, and ``new_lines`` how often the camera's time was taken up anew.
    """

    def __init__(self, clock_rate: int = TICKS) -> None:
        self.ticks, self.pace = 0, Pace()
        self._rate, self._rest, self._stamps = clock_rate, 0, 0
        self._is_rate_known, self._first_at = clock_rate == TICKS, 0.0
        self.outliers = self.clamped = self.new_lines = 0
        self._timestamp: int | None = None
        self._base = 0
        self._anchored_at = self._last_at = 0.0
        self._line = 0, 0.0  # ticks and arrival of the last picture that was not behind
        self._jumps_in_a_row = self._backward_in_a_row = 0

    def ticks_of(self, timestamp: int, arrived: float) -> int:
        """Ticks (90 kHz, from 0) of a picture, always more than those before it. ``arrived`` is monotonic seconds."""
        if self._timestamp is None:
            self._set_anchor(timestamp, 0, arrived)
            self._last_at, self._line = arrived, (0, arrived)
            self._first_at = arrived
            return self.pace.follow(self.ticks, arrived)
        step = timestamp - self._timestamp & 0xFFFFFFFF
        step -= (step & 0x80000000) << 1
        if not self._is_rate_known or self._rate != TICKS:
            step = self._in_ticks(step, arrived)
        if abs(step) > JUMP and abs(step - round((arrived - self._anchored_at) * TICKS)) > JUMP:
            self._outlier(timestamp, arrived)
        else:
            self._step(timestamp, self._base + step, arrived)
        self._last_at = arrived
        return self.pace.follow(self.ticks, arrived)

    def _in_ticks(self, step: int, arrived: float) -> int:
        """A step of the camera's clock in ticks of 90 kHz."""
        if not self._is_rate_known:
            self._stamps += step
            if arrived - self._first_at >= RATE_SECONDS:
                self._choose_rate(arrived)
            else:
                return max(1, round((arrived - self._last_at) * TICKS))
        if self._rate == TICKS:
            return step
        scaled, self._rest = divmod(step * TICKS + self._rest, self._rate)
        return scaled

    def _choose_rate(self, arrived: float) -> None:
        """The declared rate, or 90 kHz where the stamps so far fit that better."""
        self._is_rate_known = True
        seen = max(1.0, self._stamps / (arrived - self._first_at))
        if abs(math.log(seen / TICKS)) < abs(math.log(seen / self._rate)):
            self._rate = TICKS
            self.pace.restart(self.ticks, arrived)

    def _step(self, timestamp: int, target: int, arrived: float) -> None:
        self._jumps_in_a_row = 0
        if target > self.ticks:
            self._backward_in_a_row, self.ticks = 0, target
            self._line = target, arrived
        else:
            target = self._step_back(target, arrived)
        self._set_anchor(timestamp, target, arrived)

    def _step_back(self, target: int, arrived: float) -> int:
        """A picture that is not newer than the one before; returns where its stamp stands."""
        self._backward_in_a_row += 1
        self.clamped += 1
        self.ticks += 1
        if self._backward_in_a_row < MIN_BACKWARD_IN_A_ROW:
            return target
        self.new_lines += 1  # the camera's clock was set back and stays there
        on_line = self._line[0] + round((arrived - self._line[1]) * TICKS)
        self._backward_in_a_row, self.ticks = 0, max(self.ticks, on_line)
        return self.ticks

    def _outlier(self, timestamp: int, arrived: float) -> None:
        self._jumps_in_a_row += 1
        self.outliers += 1
        self.ticks = max(self.ticks + 1, self.ticks + round((arrived - self._last_at) * TICKS))
        if self._jumps_in_a_row == MIN_JUMPS_IN_A_ROW:
            self.new_lines += 1
            self._jumps_in_a_row = 0
            self._set_anchor(timestamp, self.ticks, arrived)

    def _set_anchor(self, timestamp: int, base: int, arrived: float) -> None:
        self._timestamp, self._base, self._anchored_at = timestamp, base, arrived
