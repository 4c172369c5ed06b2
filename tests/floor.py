"""Counts what passed per kind. Under CI nothing that needs a real part may be left out, and no count may fall."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

FLOOR = Path(__file__).parent / "floor.json"
REAL = ("postgres", "s3", "rtsp", "browser")
passed: Counter[str] = Counter()
left_out: list[str] = []
kinds: dict[str, list[str]] = {}


def _kinds(item: pytest.Item) -> list[str]:
    found = [marker.name for marker in item.iter_markers() if marker.name in (*REAL, "race")]
    names = getattr(item, "fixturenames", ())
    if "app" in names or "postgres_url" in names:
        found.append("postgres")
    if "store_keys" in names:
        found.append("s3")
    return sorted(set(found)) or ["plain"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    kinds.update({item.nodeid: _kinds(item) for item in items})


def pytest_deselected(items: list[pytest.Item]) -> None:
    left_out.extend(f"deselected {item.nodeid}" for item in items if set(_kinds(item)) & set(REAL))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    found = kinds.get(report.nodeid, [])
    if report.when == "call" and report.passed and not hasattr(report, "wasxfail"):
        passed.update(found)
    if (report.skipped or hasattr(report, "wasxfail")) and set(found) & set(REAL):
        left_out.append(f"skipped {report.nodeid}")


def faults() -> list[str]:
    floor = json.loads(FLOOR.read_text())
    below = [f"{kind}: {passed[kind]} passed, floor {least}" for kind, least in floor.items() if passed[kind] < least]
    return [*left_out, *below]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("CI") == "true" and faults():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(
        "passed per kind: " + ", ".join(f"{kind} {count}" for kind, count in sorted(passed.items()))
    )
    if os.environ.get("CI") == "true":
        for fault in faults():
            terminalreporter.write_line(f"FLOOR {fault}", red=True)
