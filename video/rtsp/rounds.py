"""Timers for all streams of an event loop: they are read one after the other at the same moments."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from weakref import WeakKeyDictionary

READ_SECONDS, FINE_READ_SECONDS = 0.4, 0.1  # every fourth fine round is a common one

_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[float, Rounds]] = WeakKeyDictionary()


class Rounds:
    """Each round calls those that joined since the one before, once; they join again when they want to be called again.

    A round begins at each multiple of ``every`` seconds of the loop's clock while anybody waits for it. What is called
    must not raise.
    """

    def __init__(self, every: float) -> None:
        self._every = every
        self._waiting: dict[Callable[[], None], None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def join(self, visit: Callable[[], None]) -> None:
        self._waiting[visit] = None
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(_round_after(loop.time(), self._every), self._begin)

    def leave(self, visit: Callable[[], None]) -> None:
        self._waiting.pop(visit, None)
        if self._timer and not self._waiting:
            self._timer.cancel()
            self._timer = None

    def _begin(self) -> None:
        self._timer, waiting, self._waiting = None, self._waiting, {}
        for visit in waiting:
            visit()


def _round_after(now: float, every: float) -> float:
    return (math.floor(now / every) + 1) * every


def seconds_to_round(seconds: float) -> float:
    """Seconds until the first round that is at least so many away: who waits for it wakes the process for nothing else.

    A process that is woken finds its code gone from the processor's caches; that costs more than most of what it does.
    """
    now = asyncio.get_running_loop().time()
    return _round_after(now + seconds, READ_SECONDS) - now


def running_rounds(every: float = READ_SECONDS) -> Rounds:
    """The rounds that all streams of the running loop share."""
    rounds = _of_loops.setdefault(asyncio.get_running_loop(), {})
    if every not in rounds:
        rounds[every] = Rounds(every)
    return rounds[every]
