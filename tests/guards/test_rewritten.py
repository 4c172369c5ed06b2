"""What is rewritten before a run is what pytest finds when it imports the file."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from _pytest.assertion import rewrite as of_pytest

from tests.rewritten import rewrite

TEXT = "def test_of_two_and_two():\n    found = 2 + 2\n    assert found == 5\n"


def test_a_file_is_not_rewritten_again_and_says_what_it_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "test_rewritten_before.py"
    file.write_text(TEXT)
    rewrite(file, request.config)
    monkeypatch.setattr(of_pytest, "_rewrite_test", lambda *_: pytest.fail("rewritten again"))
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("test_rewritten_before")
    with pytest.raises(AssertionError, match="assert 4 == 5"):
        module.test_of_two_and_two()


def test_a_file_that_has_changed_is_rewritten(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    file = tmp_path / "test_changed.py"
    file.write_text(TEXT)
    rewrite(file, request.config)
    (kept,) = tmp_path.glob("__pycache__/*")
    before = kept.read_bytes()
    rewrite(file, request.config)
    assert kept.read_bytes() == before
    file.write_text(TEXT.replace("5", "6"))
    rewrite(file, request.config)
    assert kept.read_bytes() != before
