"""Tasks beside the recording: each is awaited, begun again whatever ends it, and its end is reported."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

log = logging.getLogger("video.service")
RESTART_SECONDS = 1.0
REMEMBER_SECONDS = 120.0  # a fault is reported for so long after the task began again


@dataclass
class SideTasks:
    """``start`` one task per name; ``faults`` names those that ended lately. ``clock`` is monotonic seconds."""

    clock: Callable[[], float]
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _ended: dict[str, tuple[float, str]] = field(default_factory=dict)

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self._tasks[name] = asyncio.create_task(self._repeat(name, work), name=name)

    async def _repeat(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Until cancelled: by us, which ends it, not by something inside the work that was cancelled."""
        while True:
            try:
                await work()
                self._note(name, "ended")
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise
                self._note(name, "cancelled")
            except Exception as error:
                log.exception("%s failed; it begins again", name)
                self._note(name, type(error).__name__)
            await asyncio.sleep(RESTART_SECONDS)

    def _note(self, name: str, cause: str) -> None:
        log.error("side task %s: %s", name, cause)
        self._ended[name] = self.clock(), cause

    def faults(self) -> list[str]:
        """``name: cause`` of tasks that do not run, or were begun again within ``REMEMBER_SECONDS``."""
        now = self.clock()
        dead = [f"{name}: ended for good" for name, task in self._tasks.items() if task.done()]
        return dead + [f"{name}: {cause}" for name, (at, cause) in self._ended.items() if now - at < REMEMBER_SECONDS]

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
