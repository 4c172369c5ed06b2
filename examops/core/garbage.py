"""Long work that makes many objects and few circles: the collector waits until it is done."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for circles of references inside; what nothing refers to is freed as always.

    Each search walks every object alive: of 50,000 rows with their facts and verdicts that is a quarter of the time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
