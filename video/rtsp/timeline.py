"""RTP stamps become one rising line of 90 kHz ticks, whatever the camera's clock does."""

from __future__ import annotations

TICKS = 90_000
JUMP = 5 * TICKS
IN_A_ROW = 3  # stamps that jump, one after the other, until the camera is believed
BACK_IN_A_ROW = 8  # stamps behind the line; reordered pictures come fewer at a time


class Timeline:
    """``place`` every picture. ``outliers``, ``clamped`` and ``new_lines`` count what had to be put right."""

    def __init__(self) -> None:
        self.ticks = 0
        self.outliers = self.clamped = self.new_lines = 0
        self._stamp: int | None = None
        self._base = 0
        self._good_at = self._last_at = 0.0
        self._line = 0, 0.0  # ticks and arrival of the last picture that was not behind
        self._odd = self._behind = 0

    def place(self, stamp: int, arrived: float) -> int:
        """Ticks of a picture with this 32-bit stamp: always more than those of the picture before."""
        if self._stamp is None:
            self._believe(stamp, 0, arrived)
            self._last_at, self._line = arrived, (0, arrived)
            return self.ticks
        step = stamp - self._stamp & 0xFFFFFFFF
        step -= (step & 0x80000000) << 1
        waited = round((arrived - self._good_at) * TICKS)
        if abs(step) > JUMP and abs(step - waited) > JUMP:
            self._outlier(stamp, arrived)
        else:
            self._step(stamp, self._base + step, arrived)
        self._last_at = arrived
        return self.ticks

    def _step(self, stamp: int, target: int, arrived: float) -> None:
        self._odd = 0
        if target > self.ticks:
            self._behind, self.ticks = 0, target
            self._line = target, arrived
        else:
            self._behind += 1
            self.clamped += 1
            self.ticks += 1
        if self._behind == BACK_IN_A_ROW:  # the camera's clock was set back and stays there
            self.new_lines += 1
            on_line = self._line[0] + round((arrived - self._line[1]) * TICKS)
            self._behind, self.ticks = 0, max(self.ticks, on_line)
            target = self.ticks
        self._believe(stamp, target, arrived)

    def _outlier(self, stamp: int, arrived: float) -> None:
        self._odd += 1
        self.outliers += 1
        self.ticks = max(self.ticks + 1, self.ticks + round((arrived - self._last_at) * TICKS))
        if self._odd == IN_A_ROW:
            self.new_lines += 1
            self._odd = 0
            self._believe(stamp, self.ticks, arrived)

    def _believe(self, stamp: int, base: int, arrived: float) -> None:
        self._stamp, self._base, self._good_at = stamp, base, arrived
