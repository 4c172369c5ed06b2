"""The collector of circles of references, out of the way: it took a tenth of a process's time."""

from __future__ import annotations

import gc

# Looked for after so many new objects, not after 700: what a test leaves in circles is found a few tests later.
RARELY = (50_000, 10, 20)


def pytest_collection_finish() -> None:
    """What was imported and collected lives as long as the process: it is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RARELY)
