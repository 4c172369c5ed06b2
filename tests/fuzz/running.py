"""How long a property is tried: the same few examples each time, or new ones for EXAMOPS_FUZZ_SECONDS.

The seconds are those of a target: the roster reader, RTSP, SDP, sidecars, the recorder's JSON, the desk's JSON. A
target of several tests shares them out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SECONDS = float(os.environ.get("EXAMOPS_FUZZ_SECONDS", "0"))


def try_property(
    source: st.SearchStrategy[Any], check: Callable[[Any], None], *, examples: int, share: int = 1
) -> None:
    """Try ``check`` on ``examples`` of ``source``; again and again for a ``share``-th of the seconds given."""
    end = time.monotonic() + SECONDS / share
    quiet = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=not SECONDS,
        suppress_health_check=list(HealthCheck),
    )
    quiet(given(source)(check))()

    def while_there_is_time(drawn: Any) -> None:
        if time.monotonic() < end:
            check(drawn)

    while time.monotonic() < end:
        quiet(given(source)(while_there_is_time))()
