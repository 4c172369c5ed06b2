"""Under CI a test that needs a real part cannot be left out, whichever way somebody tries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAD = "import pytest\n\n"
BROWSER = "@pytest.mark.browser\ndef test_page():\n    pass\n"
CONFTEST = """
import sys
from pathlib import Path
from tests import floor
floor.FLOOR = Path(__file__).parent / "floor.json"
pytest_plugins = ["tests.floor"]
"""
INI = "[pytest]\nmarkers =\n    browser\n    postgres\n    s3\n    rtsp\n    race\n"


def run(
    folder: Path, body: str | dict[str, str], *words: str, ci: str = "true", least: str = '{"browser": 1}'
) -> tuple[int, str]:
    """Exit status and words of pytest on one file of tests, or on several by their names."""
    bodies = {"it": body} if isinstance(body, str) else body
    tests = {f"test_{name.replace(' ', '_')}.py": HEAD + text for name, text in bodies.items()}
    for name, text in {"conftest.py": CONFTEST, "pytest.ini": INI, "floor.json": least, **tests}.items():
        (folder / name).write_text(text)
    environ = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    line = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "no:cacheprovider", "-q", *words, str(folder)]
    done = subprocess.run(line, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_what_runs_is_fine(tmp_path: Path) -> None:
    assert run(tmp_path, BROWSER)[0] == 0


WAYS = {
    "mark": "@pytest.mark.skip\n" + BROWSER,
    "call": "@pytest.mark.browser\ndef test_page():\n    pytest.skip('not today')\n",
    "fixture": "@pytest.fixture\ndef browser():\n    pytest.skip('none')\n\ndef test_page(browser):\n    pass\n",
    "expected failure": "@pytest.mark.xfail\n@pytest.mark.browser\ndef test_page():\n    assert False\n",
    "expected failure that passes": "@pytest.mark.xfail(strict=False)\n" + BROWSER,
    "module": "pytest.skip('all of it', allow_module_level=True)\n",
    "import": "pytest.importorskip('no_such_module')\n" + BROWSER,
}


@pytest.mark.parametrize("processes", ["0", "2"])
def test_every_way_of_leaving_out_fails_under_ci_and_only_there(tmp_path: Path, processes: str) -> None:
    status, words = run(tmp_path, WAYS, "-n", processes, least="{}")
    assert status == 1, words
    floor = [line for line in words.splitlines() if line.startswith("FLOOR")]
    assert [name for name in WAYS if not any(f"test_{name.replace(' ', '_')}.py" in line for line in floor)] == []

    assert run(tmp_path, WAYS, "-n", processes, ci="", least="{}")[0] == 0


@pytest.mark.parametrize("processes", ["0", "2"])
def test_deselecting_fails_under_ci(tmp_path: Path, processes: str) -> None:
    body = BROWSER + "\ndef test_plain():\n    pass\n"
    status, words = run(tmp_path, body, "-n", processes, "-m", "not browser", least="{}")

    assert status == 1
    assert words.count("FLOOR deselected") == 1


@pytest.mark.parametrize("processes", ["0", "2"])
def test_fewer_tests_than_before_fail_under_ci(tmp_path: Path, processes: str) -> None:
    status, words = run(tmp_path, BROWSER, "-n", processes, least='{"browser": 2}')

    assert status == 1
    assert "browser: 1 passed, floor 2" in words
