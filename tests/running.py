"""Which tests run: said of those that take long, and of all of them when the run is ended from outside.

A run that its limit ends would else be a line of dots. The process that gives tests away speaks: with several processes
it hears of every start and end.
"""

from __future__ import annotations

import signal
import threading
import time
from typing import Any

import pytest

LONG_S = 240.0  # longer than any test takes on a machine of its own
running: dict[str, float] = {}  # since when, by the clock of time.monotonic()


def lines(now: float, least_s: float = 0.0) -> list[str]:
    """One for each test that has run for so long, the oldest first."""
    kept = sorted(running.items(), key=lambda one: one[1])
    return [f"RUNNING for {now - since:.0f} s: {nodeid}" for nodeid, since in kept if now - since >= least_s]


def pytest_runtest_logstart(nodeid: str) -> None:
    running[nodeid] = time.monotonic()


def pytest_runtest_logfinish(nodeid: str) -> None:
    running.pop(nodeid, None)


@pytest.hookimpl(trylast=True)  # the terminal is there
def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    if hasattr(config, "workerinput") or threading.current_thread() is not threading.main_thread():
        return
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")

    def ended(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)  # whoever asks twice means it
        _tell(reporter, lines(time.monotonic()))
        pytest.exit(f"ended from outside by {signal.Signals(number).name}", returncode=128 + number)

    signal.signal(signal.SIGTERM, ended)
    threading.Thread(target=_watch, args=(reporter,), daemon=True).start()


def _tell(reporter: Any, words: list[str]) -> None:
    reporter.ensure_newline()
    for one in words:
        reporter.write_line(one)


def _watch(reporter: Any) -> None:
    while True:
        time.sleep(LONG_S / 2)
        if words := lines(time.monotonic(), LONG_S):
            _tell(reporter, words)
