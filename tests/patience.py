"""How long tests wait for what must come.

Not a measurement: on a busy machine everything takes as long as it takes. Only what never comes fails, and by then
nothing else would have helped; so every wait of a test is as long as this, however quick the answer is at other times.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S = 180.0
Found = TypeVar("Found")


def wait_for(condition: Callable[[], Found], what: Callable[[], object] | str = "", pause_s: float = 0.1) -> Found:
    """Ask again until it holds, and answer what held. ``what`` says what was waited for, or how things stand."""
    until = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        if time.monotonic() > until:
            raise AssertionError(f"not within {PATIENCE_S:.0f} s: {what() if callable(what) else what}")
        time.sleep(pause_s)
    return found
