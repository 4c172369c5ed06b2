"""docs/glossary.md names classes, columns and roles that exist, and every table of a body has a word."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from examops.accounts import ROLE_WORDS
from examops.app.tables import TENANT_TABLES
from examops.core.database import Base

ROOT = Path(__file__).parents[2]
LINES = [
    [cell.strip() for cell in line.strip("|\n").split(" | ")]
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| word", "| ---"))
]
CARRIERS = [(cells[0].strip("| "), name) for cells in LINES for name in re.findall(r"`([^`]+)`", cells[-1])]
MODELS = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}


def exists(name: str) -> bool:
    """A path of the repository, a role, ``Class.column``, or a dotted name below one of our packages."""
    if "/" in name:
        return (ROOT / name).exists()
    if name in ROLE_WORDS:
        return True
    owner, _, attribute = name.split(" = ", maxsplit=1)[0].rpartition(".")
    if owner in MODELS:
        return attribute in MODELS[owner].__table__.c
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        return owner != "" and hasattr(importlib.import_module(owner), attribute)
    return True


@pytest.mark.parametrize(("word", "name"), CARRIERS, ids=[f"{word}: {name}" for word, name in CARRIERS])
def test_what_carries_a_word_exists(word: str, name: str) -> None:
    assert exists(name)


def test_a_name_that_is_gone_is_seen() -> None:
    assert exists("examops.sessions.models.Booking")
    assert not exists("examops.sessions.models.Reservation")
    assert not exists("Booking.seat_colour")


def test_each_line_has_a_word_in_both_languages_and_says_what_it_is() -> None:
    assert [cells for cells in LINES if len(cells) != 4 or not all(cells)] == []


def test_every_table_of_a_body_has_a_word() -> None:
    named = {name.rpartition(".")[2] for _, name in CARRIERS}
    tables = {MODELS[name].__table__.name for name in named if name in MODELS}
    assert set(TENANT_TABLES) - tables == set(), "add a line to docs/glossary.md"
