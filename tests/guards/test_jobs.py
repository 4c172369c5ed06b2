"""The table of timed work and the bodies of its tasks fit together."""

import ast
import importlib
import inspect
from pathlib import Path

import pytest

from examops.app.domains import registry
from examops.core.domain import JobSpec
from examops.core.jobs import queue
from scheduler.tasks import jobs_without_task, registered_tasks

ROOT = Path(__file__).parents[2]
OTHERS = ("builtin:", "procrastinate.", "example.")
OURS = sorted(name for name in registered_tasks(registry()) if not name.startswith(OTHERS))


@pytest.mark.parametrize("spec", registry().timed_jobs(), ids=lambda spec: spec.name)
def test_every_timed_job_has_a_body_that_takes_no_arguments(spec: JobSpec) -> None:
    assert spec not in jobs_without_task(registry())
    body = queue.tasks[spec.task].func
    needed = [p for p in inspect.signature(body).parameters.values() if p.default is p.empty]
    assert needed == []


@pytest.mark.parametrize("name", OURS)
def test_every_task_is_a_plain_function_of_its_own_domain(name: str) -> None:
    task = queue.tasks[name]
    assert not inspect.iscoroutinefunction(task.func), "the ledger and the application surround plain functions only"
    module = task.func.__module__
    if name in task.aliases:  # queued by the release before this one
        assert task.name != name
    else:
        assert module == "scheduler.rescue" or module == f"examops.{name.split('.', maxsplit=1)[0]}.jobs"


def enqueued() -> list[tuple[str, ast.Call]]:
    """``(file, call)`` of every ``defer("task.name", …)`` in the product."""
    calls = []
    for path in [*ROOT.glob("examops/**/*.py"), *ROOT.glob("scheduler/**/*.py")]:
        text = path.read_text()
        for node in ast.walk(ast.parse(text)) if "defer(" in text else ():
            is_defer = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "defer"
            if is_defer and node.args and isinstance(node.args[0], ast.Constant):
                calls.append((str(path.relative_to(ROOT)), node))
    return calls


ENQUEUED = enqueued()


@pytest.mark.parametrize(("file", "call"), ENQUEUED, ids=[f"{file}:{call.lineno}" for file, call in ENQUEUED])
def test_what_is_enqueued_has_a_body_in_that_queue_taking_these_arguments(file: str, call: ast.Call) -> None:
    task = queue.tasks[call.args[0].value]
    given = {word.arg: word.value for word in call.keywords}
    named = given.get("queue_name", ast.Constant("default"))
    assert isinstance(named, ast.Constant)
    assert named.value == task.queue
    parameters = inspect.signature(task.func).parameters
    arguments = given.keys() - {"queue_name", "lock", "once", "at", "priority"}
    needed = {name for name, parameter in parameters.items() if parameter.default is parameter.empty}
    assert needed <= arguments <= parameters.keys()


def test_jobs_are_enqueued_somewhere() -> None:
    assert {call.args[0].value for _, call in ENQUEUED} & {"footage.sample"}


def test_every_module_of_jobs_is_listed() -> None:
    written = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in ROOT.glob("examops/*/jobs.py")}
    assert written - {"examops.core.jobs"} <= set(registry().task_modules())


def test_every_listed_module_registers_a_task() -> None:
    for module in registry().task_modules():
        assert any(task.func.__module__ == module for task in queue.tasks.values()), module
        importlib.import_module(module)
