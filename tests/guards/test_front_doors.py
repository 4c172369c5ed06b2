"""Domains meet at their front doors: a domain's ``__init__``, or that of one of its rooms. Models are open to joins."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = {"core", "web", "app", "sheets"}  # words of no domain, and the root that composes them all
FILES = sorted([*ROOT.glob("examops/**/*.py"), *ROOT.glob("scheduler/**/*.py")])


def domain_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "examops" and len(parts) > 1 else parts[0]


def is_door(module: str) -> bool:
    """``examops.sessions``, ``examops.sessions.booking`` (a package) and ``examops.sessions.models`` are doors."""
    parts = module.split(".")
    return len(parts) < 3 or (len(parts) == 3 and (parts[2] == "models" or (ROOT / Path(*parts)).is_dir()))


def reached_in(source: str, own: str) -> Iterator[str]:
    """Modules inside other domains that ``source``, a file of the domain ``own``, imports from."""
    for node in ast.walk(ast.parse(source)):
        module = node.module if isinstance(node, ast.ImportFrom) else None
        if module and module.startswith("examops.") and domain_of(module) not in {own, *SHARED} and not is_door(module):
            yield module


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_domain_reaches_inside_another(file: Path) -> None:
    own = domain_of(".".join(file.relative_to(ROOT).with_suffix("").parts))
    assert own == "app" or list(reached_in(file.read_text(encoding="utf-8"), own)) == []


def test_the_guard_sees_who_reaches_inside() -> None:
    line = "from examops.sessions.booking.service import book\nfrom examops.sessions.booking import book\n"
    assert list(reached_in(line, "checkin")) == ["examops.sessions.booking.service"]
    assert list(reached_in(line, "sessions")) == []
