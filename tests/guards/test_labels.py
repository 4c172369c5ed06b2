"""What a label or a description points at stands in the same template: a field that was lost leaves its label."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POINTS = re.compile(r'\b(?:for|aria-describedby|aria-labelledby)="([^"]*)"')
STANDS = re.compile(r'\bid="([^"]*)"')
WRITTEN_LATER = re.compile(r"\{\{.*?\}\}")


def templates() -> list[Path]:
    folders = [ROOT / "examops", ROOT / "scheduler"]
    found = [file for folder in folders for file in folder.rglob("templates/**/*.html")]
    return sorted(file for file in found if "node_modules" not in file.parts)


def lost(text: str) -> set[str]:
    """Ids that something points at and nothing has; values are alike, conditions are passed over."""
    plain = WRITTEN_LATER.sub("*", text)
    wanted = {one for found in POINTS.findall(plain) if "{" not in found for one in found.split()}
    return wanted - set(STANDS.findall(plain))


@pytest.mark.parametrize("file", templates(), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_labels_and_descriptions_point_at_something(file: Path) -> None:
    assert lost(file.read_text(encoding="utf-8")) == set()


def test_a_lost_field_is_found() -> None:
    assert lost('<label for="note-{{ a.uid }}">甲</label><input id="note-{{ b.uid }}" aria-describedby="help x">') == {
        "help",
        "x",
    }
