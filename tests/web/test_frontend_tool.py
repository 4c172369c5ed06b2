"""What the scripts of the pages need is fetched once, and only as much as is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import frontend

BUILD_ONLY, EVERYTHING = ["ci", "--no-audit", "--no-fund", "--omit=dev"], ["ci", "--no-audit", "--no-fund"]


@pytest.fixture
def fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The calls of npm, which leaves a folder as the real one does."""
    calls: list[list[str]] = []

    def npm(node: Path, words: list[str]) -> None:
        calls.append(list(words))
        (tmp_path / "node_modules").mkdir(exist_ok=True)

    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setattr(frontend, "SOURCE", tmp_path)
    monkeypatch.setattr(frontend, "npm", npm)
    return calls


def test_a_build_leaves_out_what_only_checks_need(fetched: list[list[str]]) -> None:
    frontend.fetch(Path("node"))
    frontend.fetch(Path("node"))
    assert fetched == [BUILD_ONLY]


def test_checks_fetch_the_rest_and_a_build_then_has_enough(fetched: list[list[str]]) -> None:
    frontend.fetch(Path("node"))
    frontend.fetch(Path("node"), checks=True)
    frontend.fetch(Path("node"), checks=True)
    frontend.fetch(Path("node"))
    assert fetched == [BUILD_ONLY, EVERYTHING]


def test_another_lock_is_fetched_anew(fetched: list[list[str]], tmp_path: Path) -> None:
    frontend.fetch(Path("node"), checks=True)
    (tmp_path / "package-lock.json").write_text('{"packages": {}}')
    frontend.fetch(Path("node"), checks=True)
    assert fetched == [EVERYTHING, EVERYTHING]
