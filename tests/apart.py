"""Coroutines of tests, run in a thread of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def run_apart(work: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """What ``work()`` answers, or raises. Browser tests of the same process keep a loop running on the main thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()
