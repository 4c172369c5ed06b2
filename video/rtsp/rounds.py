"""One timer for all streams of an event loop: they are read one after the other at the same moments."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from weakref import WeakKeyDictionary

READ_SECONDS = 0.1

_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, Rounds] = WeakKeyDictionary()


class Rounds:
    """Each round calls those that joined since the one before, once; they join again when they want to be called again.

    A round begins at each multiple of ``READ_SECONDS`` of the loop's clock while anybody waits for it. What is called
    must not raise.
    """

    def __init__(self) -> None:
        self._waiting: dict[Callable[[], None], None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def join(self, visit: Callable[[], None]) -> None:
        self._waiting[visit] = None
        if self._timer is None:
            loop = asyncio.get_running_loop()
            at = (math.floor(loop.time() / READ_SECONDS) + 1) * READ_SECONDS
            self._timer = loop.call_at(at, self._begin)

    def leave(self, visit: Callable[[], None]) -> None:
        self._waiting.pop(visit, None)
        if self._timer and not self._waiting:
            self._timer.cancel()
            self._timer = None

    def _begin(self) -> None:
        self._timer, waiting, self._waiting = None, self._waiting, {}
        for visit in waiting:
            visit()


def running_rounds() -> Rounds:
    """The rounds that all streams of the running loop share."""
    return _of_loops.setdefault(asyncio.get_running_loop(), Rounds())
