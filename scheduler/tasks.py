"""The bodies of queue tasks: every domain names the modules that hold its own."""

from __future__ import annotations

import importlib

from examops.core.domain import JobSpec, Registry
from examops.core.jobs import queue


def registered_tasks(domains: Registry) -> frozenset[str]:
    """Import every task module of these domains; returns the names of all tasks a worker of this process can run."""
    for module in domains.task_modules():
        importlib.import_module(module)
    return frozenset(queue.tasks)


def jobs_without_task(domains: Registry) -> list[JobSpec]:
    """Timed jobs whose task no module registers. The clock skips them and logs a warning."""
    known = registered_tasks(domains)
    return [spec for spec in domains.timed_jobs() if spec.task not in known]
