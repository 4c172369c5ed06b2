"""One timer and one buffer for all streams of an event loop: they are read one after the other at the same moments."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from weakref import WeakKeyDictionary

from video.rtsp.receive_buffer import SharedBuffer

READ_SECONDS = 0.45

_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, Rounds] = WeakKeyDictionary()


class Rounds:
    """Each round calls those that joined since the one before, once; they join again when they want to be called again.

    A round begins at each multiple of ``READ_SECONDS`` of the loop's clock while anybody waits for it. What is called
    must not raise.
    """

    def __init__(self) -> None:
        self.buffer = SharedBuffer()
        self._waiting: dict[Callable[[], None], None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def join(self, visit: Callable[[], None]) -> None:
        self._waiting[visit] = None
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(_round_after(loop.time()), self._begin)

    def leave(self, visit: Callable[[], None]) -> None:
        self._waiting.pop(visit, None)
        if self._timer and not self._waiting:
            self._timer.cancel()
            self._timer = None

    def _begin(self) -> None:
        self._timer, waiting, self._waiting = None, self._waiting, {}
        for visit in waiting:
            visit()


def _round_after(now: float) -> float:
    return (math.floor(now / READ_SECONDS) + 1) * READ_SECONDS


def seconds_to_round(seconds: float) -> float:
    """Seconds until the first round that is at least so many away: who waits for it wakes the process for nothing else.

    A process that is woken finds its code gone from the processor's caches; that costs more than most of what it does.
    """
    now = asyncio.get_running_loop().time()
    return _round_after(now + seconds) - now


def running_rounds() -> Rounds:
    """The rounds that all streams of the running loop share."""
    loop = asyncio.get_running_loop()
    found = _of_loops.get(loop)
    if found is None:
        found = _of_loops[loop] = Rounds()
    return found
