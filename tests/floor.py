"""Counts what passed per kind. Under CI nothing that needs a real part may be left out, and no count may fall.

With several processes (``-n 2``) workers collect and run; reports carry their kinds to the controller, which counts.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

FLOOR = Path(__file__).parent / "floor.json"
REAL = ("postgres", "s3", "rtsp", "browser")
FIXTURES = {"app": "postgres", "postgres_url": "postgres", "store_keys": "s3", "browser": "browser"}
passed: Counter[str] = Counter()
left_out: list[str] = []


def _kinds(item: pytest.Item) -> list[str]:
    marked = {marker.name for marker in item.iter_markers() if marker.name in (*REAL, "race")}
    asked = {FIXTURES[name] for name in getattr(item, "fixturenames", ()) if name in FIXTURES}
    return sorted(marked | asked) or ["plain"]


def _is_real(found: list[str]) -> bool:
    return bool(set(found) & set(REAL))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    report.kinds = _kinds(item)
    return report


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:  # a whole module: nobody knows what it would have needed
        left_out.append(f"skipped {report.nodeid}")


def pytest_deselected(items: list[pytest.Item]) -> None:
    left_out.extend(f"deselected {item.nodeid}" for item in items if _is_real(_kinds(item)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    found, is_expected_failure = getattr(report, "kinds", []), hasattr(report, "wasxfail")
    if report.when == "call" and report.passed and not is_expected_failure:
        passed.update(found)
    if (report.skipped or is_expected_failure) and _is_real(found):
        left_out.append(f"{'xfail' if is_expected_failure else 'skipped'} {report.nodeid}")


def faults() -> list[str]:
    floor = json.loads(FLOOR.read_text())
    below = [f"{kind}: {passed[kind]} passed, floor {least}" for kind, least in floor.items() if passed[kind] < least]
    return [*dict.fromkeys(left_out), *below]  # every worker deselects the same tests


def _counts() -> bool:
    return os.environ.get("CI") == "true"


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    left_out.extend(getattr(node, "workeroutput", {}).get("left_out", []))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = [one for one in left_out if one.startswith("deselected")]
    elif _counts() and faults():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(passed.items()))
    terminalreporter.write_line(f"passed per kind: {told}")
    for fault in faults() if _counts() else ():
        terminalreporter.write_line(f"FLOOR {fault}", red=True)
