"""Where the bodies of queue tasks live. A domain that adds ``jobs.py`` names it here."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from examops.core.jobs import queue
from scheduler.table import TABLE, JobSpec

TASK_MODULES: list[str] = [
    "examops.accounts.jobs",
    "examops.audit.jobs",
    "examops.footage.jobs",
    "examops.registration.jobs",
    "examops.sessions.jobs",
    "scheduler.rescue",
]


def registered_tasks() -> frozenset[str]:
    """Import every task module; returns the names of all tasks a worker can run."""
    for module in TASK_MODULES:
        importlib.import_module(module)
    return frozenset(queue.tasks)


def without_body(table: Iterable[JobSpec] = TABLE) -> list[JobSpec]:
    """Timed jobs whose task no module registers. The clock leaves them out and says so."""
    known = registered_tasks()
    return [spec for spec in table if spec.task not in known]
