"""The bodies of queue tasks: every domain names the modules that hold its own."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from examops.app.domains import registry
from examops.core.domain import JobSpec
from examops.core.jobs import queue
from scheduler.table import TABLE


def registered_tasks() -> frozenset[str]:
    """Import every task module; returns the names of all tasks a worker can run."""
    for module in registry().task_modules():
        importlib.import_module(module)
    return frozenset(queue.tasks)


def jobs_without_task(table: Iterable[JobSpec] = TABLE) -> list[JobSpec]:
    """Timed jobs whose task no module registers. The clock skips them and logs a warning."""
    known = registered_tasks()
    return [spec for spec in table if spec.task not in known]
