"""Law is quoted in Chinese to everybody; that something is a rule of the system's own is said in the reader's words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from examops.core.errors import Invalid
from examops.core.language import cited
from examops.core.language.citations import SUBJECTS

ROOT = Path(__file__).parents[2]
CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff]")
OWN = sorted(
    {
        found.strip()
        for file in (ROOT / "config/rules").rglob("*.yaml")
        for found in re.findall(r"^\s*clause: (系统规则.*)$", file.read_text("utf-8"), re.MULTILINE)
    }
)


@pytest.fixture
def english(app):
    with app.test_request_context(headers={"Cookie": "examops_language=en"}):
        yield


def test_every_rule_of_our_own_has_its_subject() -> None:
    assert len(OWN) > 30
    assert {clause.removeprefix("系统规则 ") for clause in OWN} <= set(SUBJECTS)


@pytest.mark.postgres
@pytest.mark.s3
@pytest.mark.parametrize("clause", [*OWN, "系统规则", "系统规则 缺考；系统规则 名单"])
def test_in_english_it_is_a_system_rule(english, clause: str) -> None:
    words = str(cited(clause))
    assert words.startswith("System rule")
    assert not CJK.search(words)
    assert Invalid("x", clause=clause).to_json()["clause"] == words


@pytest.mark.postgres
@pytest.mark.s3
@pytest.mark.parametrize("law", ["", "市工作方案 一(三)", "考评人员管理办法 回避"])
def test_law_is_quoted_as_it_is(english, law: str) -> None:
    assert cited(law) == law
    assert str(cited(f"{law}；系统规则 缺考")) == f"{law}; System rule: No-show"


@pytest.mark.postgres
@pytest.mark.s3
@pytest.mark.parametrize("clause", OWN)
def test_in_chinese_nothing_changes(app, clause: str) -> None:
    with app.test_request_context():
        assert str(cited(clause)) == clause
