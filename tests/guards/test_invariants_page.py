"""docs/invariants.md lists what must always be true: held against the registry, the constraints and the tests."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from examops.app.domains import registry
from examops.app.tables import METADATA

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "invariants.md").read_text(encoding="utf-8")
HEADING = re.compile(r"^### ([\d.]+) ", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")


def sections() -> dict[str, str]:
    """Number of a promise → what the page says under it."""
    parts = HEADING.split(PAGE)
    return {number: text.split("\n## ")[0] for number, text in zip(parts[1::2], parts[2::2], strict=True)}


def line_of(kind: str, text: str) -> list[str]:
    """What stands in backticks on the line ``- Asked: …`` (or ``Constraints``, ``Tests``) of a section."""
    lines = [line for line in text.splitlines() if line.startswith(f"- {kind}: ")]
    return [code for line in lines for code in CODE.findall(line)]


SECTIONS = sections()
INVARIANTS = registry().invariants()
CONSTRAINTS = {
    str(rule.name) for table in METADATA.sorted_tables for rule in (*table.constraints, *table.indexes) if rule.name
}


@pytest.mark.parametrize("invariant", INVARIANTS, ids=lambda one: one.name)
def test_every_registered_invariant_stands_under_its_number(invariant) -> None:
    assert invariant.name in line_of("Asked", SECTIONS[invariant.reference])


def test_the_page_names_no_invariant_that_is_not_registered() -> None:
    listed = [name for text in SECTIONS.values() for name in line_of("Asked", text)]
    assert sorted(listed) == sorted(invariant.name for invariant in INVARIANTS)


@pytest.mark.parametrize("number", SECTIONS)
def test_every_constraint_named_exists(number: str) -> None:
    named = [name for name in line_of("Constraints", SECTIONS[number]) if re.match(r"(no_overlap|ck|uq|fk|ix)_", name)]
    assert set(named) <= CONSTRAINTS


@pytest.mark.parametrize("number", SECTIONS)
def test_every_test_named_exists(number: str) -> None:
    for named in line_of("Tests", SECTIONS[number]):
        file, name = named.split("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, named


@pytest.mark.parametrize("number", SECTIONS)
def test_what_nothing_asks_or_breaks_is_admitted(number: str) -> None:
    text = SECTIONS[number]
    assert "- Asked: " in text
    assert "- Tests: " in text or "**Not yet**" in text
