"""A browser test that acts and then reads waits in between: what a click leads to begins after the click returns.

A page is asked at once for what it shows (``inner_text``, ``count``, ``evaluate`` …), while the next one is on its way
or half there. On an idle machine that is always right; on a busy one it is not. Read from the tests' own source.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

E2E = Path(__file__).parents[1] / "e2e"
ACTS = {"click", "dblclick", "tap", "press"}
# Playwright asks these of the page as it stands; everything that waits for an element first waits for the wrong page.
READS = {
    *("all", "all_inner_texts", "all_text_contents", "bounding_box", "content", "count", "evaluate", "evaluate_all"),
    *("get_attribute", "inner_html", "inner_text", "input_value", "is_checked", "is_disabled", "is_enabled"),
    *("is_hidden", "is_visible", "text_content", "title"),
}
WAITS = {
    *("expect_event", "expect_navigation", "expect_response", "goto", "reload", "wait_for", "wait_for_event"),
    *("wait_for_function", "wait_for_load_state", "wait_for_selector", "wait_for_url"),
}


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _names(node: ast.AST) -> set[str]:
    return {_name(one) for one in ast.walk(node) if isinstance(one, ast.Call)}


def _reads(node: ast.AST) -> set[str]:
    addresses = {
        "url"
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute) and one.attr == "url" and ast.unparse(one.value).endswith("page")
    }
    return (_names(node) & READS) | addresses


def _is_act(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
        and statement.value.func.attr in ACTS
    )


def _blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for part in ("body", "orelse", "finalbody"):
            block = getattr(node, part, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def helpers_that_wait(trees: list[ast.Module]) -> set[str]:
    """Functions of the tests that wait themselves, or call one that does."""
    functions = [one for tree in trees for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
    found: set[str] = set()
    while more := {one.name for one in functions if _names(one) & (WAITS | found)} - found:
        found |= more
    return found


def hasty(source: str, waits: set[str]) -> list[str]:
    """Each reading that follows an act of the same block without a wait in between."""
    found = []
    for block in _blocks(ast.parse(source)):
        acted = 0
        for statement in block:
            if _names(statement) & waits:
                acted = 0
            elif acted and (reads := _reads(statement)):
                found.append(f"line {statement.lineno}: {', '.join(sorted(reads))} after the act of line {acted}")
                acted = 0
            if _is_act(statement):
                acted = statement.lineno
    return found


def _sources() -> dict[str, str]:
    return {file.relative_to(E2E).as_posix(): file.read_text() for file in sorted(E2E.rglob("*.py"))}


def test_whoever_acts_waits_before_they_read() -> None:
    sources = _sources()
    waits = WAITS | helpers_that_wait([ast.parse(source) for source in sources.values()])
    assert {"next_page", "sign_in", "until_loaded"} <= waits
    assert {name: found for name, source in sources.items() if (found := hasty(source, waits))} == {}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('page.locator("h2 a").click()\nshoot(page)\nassert page.evaluate("1") == 1', [3]),
        ('page.keyboard.press("Enter")\nassert page.locator("b").inner_text() == "x"', [2]),
        ('row.get_by_role("button").tap()\nfor one in page.locator("b").all():\n    one.check()', [2]),
        ('page.click("a")\nuid = page.url.split("/")', [2]),
        ('def f():\n    page.locator("a").click()\n    assert page.locator("b").count() == 1', [3]),
        ('page.locator("a").click()\npage.locator("b").wait_for()\nassert page.locator("b").count() == 1', []),
        ('with next_page(page):\n    page.locator("a").click()\nassert page.locator("b").count() == 1', []),
        ('page.locator("a").click()\npage.locator("#name").fill("x")', []),
    ],
)
def test_a_hole_is_seen(source: str, lines: list[int]) -> None:
    found = hasty(source, WAITS | {"next_page"})
    assert [int(one.split(":")[0].removeprefix("line ")) for one in found] == lines


def test_what_is_waited_for_is_a_function() -> None:
    """An expression is read again and again as a text, which the content policy allows the first time only: it waits
    where it holds at once, and fails where there is something to wait for."""
    found = [
        f"{name}:{call.lineno}: {ast.unparse(call)[:80]}"
        for name, source in _sources().items()
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and _name(call) == "wait_for_function"
        if not isinstance(call.args[0], ast.Name) and "=>" not in ast.unparse(call.args[0])
    ]
    assert found == []


def test_no_browser_test_sleeps_or_is_short_of_patience() -> None:
    """``wait_for_timeout`` and ``time.sleep`` hope that it is long enough; a timeout of its own is too short some day.

    How long everything waits stands in tests/patience.py."""
    found = []
    for name, source in _sources().items():
        for call in (one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.Call)):
            given = [word.value for word in call.keywords if word.arg == "timeout"]
            if _name(call) in ("sleep", "wait_for_timeout") or any(isinstance(one, ast.Constant) for one in given):
                found.append(f"{name}:{call.lineno}: {ast.unparse(call)[:80]}")
    assert found == []


def unstored(source: str) -> list[int]:
    """The line of each ``reload`` of a desk's page that no ``until_stored`` stands before."""
    found = []
    for block in _blocks(ast.parse(source)):
        for before, statement in zip([None, *block], block, strict=False):
            if isinstance(statement, ast.Expr) and _names(statement) == {"reload"}:
                found += [] if before and "until_stored" in _names(before) else [statement.lineno]
    return found


def test_a_desk_is_loaded_again_when_it_has_stored_what_it_shows() -> None:
    """The desk tells at once and writes in the background: a page that goes too soon takes what waits with it."""
    desks = {name: source for name, source in _sources().items() if name.startswith("test_desk")}
    assert sum(source.count(".reload()") for source in desks.values()) >= 5, "desks are loaded again somewhere"
    assert {name: lines for name, source in desks.items() if (lines := unstored(source))} == {}
    waits = 'until_stored(page, "waiting", 1)\npage.reload()'
    assert (unstored(waits), unstored("page.locator(1).wait_for()\npage.reload()")) == ([], [2])
