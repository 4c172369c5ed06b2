"""The table of timed work and the bodies of its tasks fit together."""

import importlib
import inspect
from pathlib import Path

import pytest

from examops.core.jobs import queue
from scheduler.table import TABLE, JobSpec
from scheduler.tasks import TASK_MODULES, registered_tasks, without_body

ROOT = Path(__file__).parents[2]
OURS = sorted(name for name in registered_tasks() if not name.startswith(("builtin:", "procrastinate.", "example.")))


@pytest.mark.parametrize("spec", TABLE, ids=lambda spec: spec.name)
def test_every_timed_job_has_a_body_that_takes_no_arguments(spec: JobSpec) -> None:
    assert spec not in without_body()
    body = queue.tasks[spec.task].func
    needed = [p for p in inspect.signature(body).parameters.values() if p.default is p.empty]
    assert needed == []


@pytest.mark.parametrize("name", OURS)
def test_every_task_is_a_plain_function_of_its_own_domain(name: str) -> None:
    task = queue.tasks[name]
    assert not inspect.iscoroutinefunction(task.func), "the ledger and the application surround plain functions only"
    module = task.func.__module__
    assert module == "scheduler.rescue" or module == f"examops.{name.split('.', maxsplit=1)[0]}.jobs"


def test_every_module_of_jobs_is_listed() -> None:
    written = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in ROOT.glob("examops/*/jobs.py")}
    assert written - {"examops.core.jobs"} <= set(TASK_MODULES)


def test_every_listed_module_registers_a_task() -> None:
    for module in TASK_MODULES:
        assert any(task.func.__module__ == module for task in queue.tasks.values()), module
        importlib.import_module(module)
