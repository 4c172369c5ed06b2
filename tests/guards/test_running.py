"""A test that hangs does not hang the run without a word: it is named, and its stack is shown."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.patience import PATIENCE_S, wait_for

ROOT = Path(__file__).parents[2]
TESTS = """
import time

def test_hangs():
    time.sleep(1000)

def test_ends():
    pass
"""


# The process that gives tests away hears of a start a moment after it, and is asked only then.
CONFTEST = """
import os
from pathlib import Path
import pytest

pytest_plugins = ["tests.running"]

@pytest.hookimpl(trylast=True)
def pytest_runtest_logstart(nodeid):
    if "PYTEST_XDIST_WORKER" not in os.environ:
        Path("heard").touch()
"""


def begin(folder: Path, *words: str) -> subprocess.Popen[str]:
    (folder / "test_it.py").write_text(TESTS)
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\n")
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    environ = {**outer, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    line = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "no:cacheprovider", "-q", "-n", "1", *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(line, cwd=folder, env=environ, stdout=pipe, stderr=subprocess.STDOUT, text=True)


def test_a_run_that_is_ended_from_outside_names_the_tests_that_still_ran(tmp_path: Path) -> None:
    with begin(tmp_path) as run:
        wait_for((tmp_path / "heard").exists, "the run knows that the test has begun")
        run.send_signal(signal.SIGTERM)
        words = run.communicate(timeout=PATIENCE_S)[0]
    assert re.search(r"^RUNNING for \d+ s: test_it\.py::test_hangs$", words, re.M), words
    assert "test_ends" not in words
    assert run.returncode == 128 + signal.SIGTERM


def test_a_test_that_hangs_ends_with_its_stack_and_the_run_goes_on(tmp_path: Path) -> None:
    """With the settings of this repository, but for how long a hanging test is given."""
    given = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert 2 * PATIENCE_S < given["faulthandler_timeout"] < 900
    exits = f"faulthandler_exit_on_timeout={given['faulthandler_exit_on_timeout']}"
    with begin(tmp_path, "-o", "faulthandler_timeout=5", "-o", exits) as run:
        words = run.communicate(timeout=PATIENCE_S)[0]
    assert re.search(r'File ".*test_it\.py", line 5 in test_hangs', words), words
    assert "crashed while running 'test_it.py::test_hangs'" in words
    assert "1 failed, 1 passed" in words
    assert run.returncode == 1
