"""Counts what passed per kind. Under CI nothing that needs a real part may be left out, and no count may fall."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

FLOOR = Path(__file__).parent / "floor.json"
REAL = ("postgres", "s3", "rtsp", "browser")
FIXTURES = {"app": "postgres", "postgres_url": "postgres", "store_keys": "s3", "browser": "browser"}
passed: Counter[str] = Counter()
left_out: list[str] = []
kinds: dict[str, list[str]] = {}


def _kinds(item: pytest.Item) -> list[str]:
    marked = {marker.name for marker in item.iter_markers() if marker.name in (*REAL, "race")}
    asked = {FIXTURES[name] for name in getattr(item, "fixturenames", ()) if name in FIXTURES}
    return sorted(marked | asked) or ["plain"]


def _is_real(found: list[str]) -> bool:
    return bool(set(found) & set(REAL))


def pytest_itemcollected(item: pytest.Item) -> None:
    kinds[item.nodeid] = _kinds(item)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:  # a whole module: nobody knows what it would have needed
        left_out.append(f"skipped {report.nodeid}")


def pytest_deselected(items: list[pytest.Item]) -> None:
    left_out.extend(f"deselected {item.nodeid}" for item in items if _is_real(_kinds(item)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    found, is_expected_failure = kinds.get(report.nodeid, []), hasattr(report, "wasxfail")
    if report.when == "call" and report.passed and not is_expected_failure:
        passed.update(found)
    if (report.skipped or is_expected_failure) and _is_real(found):
        left_out.append(f"{'xfail' if is_expected_failure else 'skipped'} {report.nodeid}")


def faults() -> list[str]:
    floor = json.loads(FLOOR.read_text())
    below = [f"{kind}: {passed[kind]} passed, floor {least}" for kind, least in floor.items() if passed[kind] < least]
    return [*left_out, *below]


def _counts() -> bool:
    return os.environ.get("CI") == "true"


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _counts() and faults():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(passed.items()))
    terminalreporter.write_line(f"passed per kind: {told}")
    for fault in faults() if _counts() else ():
        terminalreporter.write_line(f"FLOOR {fault}", red=True)
