"""The order of the files when several processes share them: those that take longest by the clock begin first.

xdist gives the files with the most tests away first, so a file with one test of a minute came last, and two of three
processes waited for it. Only the order of files changes; within a file tests stay as they are written.
"""

from __future__ import annotations

from collections import Counter

import pytest

LONG = (  # half a minute and more, by the clock
    "guards/test_role_pairs.py",
    "e2e/test_exam_day.py",
    "guards/test_odd_input.py",
    "faults/test_kills.py",
    "guards/test_routes.py",
    "e2e/test_review_room.py",
    "e2e/test_axe.py",
    "demo/test_start.py",
    "demo/test_story.py",
    "demo/test_story_filings.py",
    "domains/ops/setup/test_setup.py",
    "guards/test_limits.py",
    "domains/ops/test_rekey.py",
    "scheduler/test_worker.py",
    "video/test_refused_writes.py",
    "functional/test_recording.py",
    "guards/test_odd_values.py",
    "guards/test_api.py",
    "bench/test_dataset.py",
    "demo/testcam/test_compression.py",
)


def _place(nodeid: str) -> int:
    """In ``LONG``, or behind it."""
    file = nodeid.split("::", maxsplit=1)[0]
    return next((n for n, name in enumerate(LONG) if file.endswith(f"tests/{name}")), len(LONG))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Counter(item.nodeid.split("::", maxsplit=1)[0] for item in items)
    items.sort(key=lambda item: (_place(item.nodeid), -tests[item.nodeid.split("::", maxsplit=1)[0]]))
