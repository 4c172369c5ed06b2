from pathlib import Path

import pytest

from examops.core.language import _, catalogue

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8"

msgid "第 {number} 轮，共 {total} 轮"
msgstr "Turn {number} of {total}"

#, fuzzy
msgid "疑"
msgstr "guess"

msgid "缺"
msgstr ""
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "some.po").write_text(PO, encoding="utf-8")
    return tmp_path


def test_without_a_reader_the_chinese_text_stands_with_its_values():
    assert _("第 {number} 轮，共 {total} 轮", number=2, total=4) == "第 2 轮，共 4 轮"


def test_a_catalogue_holds_what_is_translated_and_nothing_doubtful(folder: Path):
    assert catalogue("en", folder) == {"第 {number} 轮，共 {total} 轮": "Turn {number} of {total}"}


def test_a_word_of_a_constant_is_looked_up_for_each_reader(app):
    template = app.jinja_env.from_string('{{ "skill"|part }} {{ _("理论") }}')
    message = []
    for language in ("zh_CN", "en"):
        with app.test_request_context(headers={"Cookie": f"examops_language={language}"}):
            message.append(template.render())
    assert message[0] == "实操 理论"
    assert not set(message[1]) & set("实操理论")


def test_a_reader_who_chose_english_gets_english(app, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("examops.core.language.catalogue", lambda language: catalogue(language, folder))
    with app.test_request_context(headers={"Cookie": "examops_language=en"}):
        assert _("第 {number} 轮，共 {total} 轮", number=2, total=4) == "Turn 2 of 4"
    with app.test_request_context(headers={"Cookie": "examops_language=xx"}):
        assert _("第 {number} 轮，共 {total} 轮", number=2, total=4) == "第 2 轮，共 4 轮"
