"""The checklist of cameras names tests that exist, and every row has one."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/design/rtsp.md").read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]


def test_every_test_that_the_checklist_names_exists() -> None:
    """Names that stand in backticks on the page and in the tests alike."""
    written = {
        node.name
        for path in (ROOT / "tests/video").glob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 60
    assert named - written == set()


def test_every_row_of_the_checklist_names_a_test() -> None:
    assert [int(row[0].strip("| ")) for row in ROWS] == list(range(1, 48))
    assert [row[0] for row in ROWS if "`test_" not in row[-1]] == []
