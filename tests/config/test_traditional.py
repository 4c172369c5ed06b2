"""Traditional characters as simplified ones."""

from __future__ import annotations

import pytest

from config.traditional import load, simplified


def test_what_is_typed_in_traditional_characters_is_read_in_simplified_ones() -> None:
    assert simplified("養老護理員 電工 禪城 CNC 焊工") == "养老护理员 电工 禅城 CNC 焊工"
    table = load()
    assert not set(table) & set(table.values())  # once is enough


@pytest.mark.parametrize("pairs", ["電", "電电電电"])
def test_a_file_with_a_lone_or_repeated_character_is_refused(tmp_path, pairs: str) -> None:
    (file := tmp_path / "traditional.yaml").write_text(f'pairs: ["{pairs}"]\n', encoding="utf-8")
    with pytest.raises(ValueError, match="alone or twice"):
        load(file)
