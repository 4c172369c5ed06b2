import os
from pathlib import Path

import pytest

from examops.core.language import Message, _, translations
from examops.core.language.plurals import number_in

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "第 {number} 轮，共 {total} 轮"
msgstr "Turn {number} of {total}"

#, fuzzy
msgid "疑"
msgstr "guess"

msgid "缺"
msgstr ""

msgid "还有 {count} 场"
msgid_plural "还有 {count} 场"
msgstr[0] "{count} session left"
msgstr[1] "{count} sessions left"

msgctxt "列名"
msgid "工位"
msgstr "Station"

msgid "工位"
msgstr "workstation"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "en/LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "en/LC_MESSAGES/messages.po").write_text(PO, encoding="utf-8")
    return tmp_path


def test_without_a_reader_the_chinese_text_stands_with_its_values():
    assert _("第 {number} 轮，共 {total} 轮", number=2, total=4) == "第 2 轮，共 4 轮"


def test_a_catalogue_holds_what_is_translated_and_nothing_doubtful(folder: Path):
    texts = translations("en", folder)
    assert texts.gettext("第 {number} 轮，共 {total} 轮") == "Turn {number} of {total}"
    assert [texts.gettext(text) for text in ("疑", "缺")] == ["疑", "缺"]


def test_a_word_of_a_constant_is_looked_up_for_each_reader(app):
    template = app.jinja_env.from_string('{{ "skill"|part }} {{ _("理论") }}')
    message = []
    for language in ("zh_CN", "en"):
        with app.test_request_context(headers={"Cookie": f"examops_language={language}"}):
            message.append(template.render())
    assert message[0] == "实操 理论"
    assert not set(message[1]) & set("实操理论")


def test_a_reader_who_chose_english_gets_english(app, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("examops.core.language.lookup.translations", lambda language: translations(language, folder))
    with app.test_request_context(headers={"Cookie": "examops_language=en"}):
        assert _("第 {number} 轮，共 {total} 轮", number=2, total=4) == "Turn 2 of 4"
    with app.test_request_context(headers={"Cookie": "examops_language=xx"}):
        assert _("第 {number} 轮，共 {total} 轮", number=2, total=4) == "第 2 轮，共 4 轮"


@pytest.fixture
def english(app, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("examops.core.language.lookup.translations", lambda language: translations(language, folder))
    return app.test_request_context(headers={"Cookie": "examops_language=en"})


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (1, "1 session left"),
        (0, "0 sessions left"),
        (7, "7 sessions left"),
        ("<b>1</b>", "<b>1</b> session left"),
        ("1,200", "1,200 sessions left"),
    ],
)
def test_a_text_that_counts_has_its_plural_form(english, count, written):
    with english:
        assert _("还有 {count} 场", count=count) == written
    assert _("还有 {count} 场", count=count) == f"还有 {count} 场"


def test_the_empty_text_stays_empty(english):
    """gettext keeps the head of a catalogue under it."""
    with english:
        assert [_(""), _("", context="列名"), str(Message(""))] == ["", "", ""]


def test_a_context_without_an_entry_means_the_plain_text(english):
    with english:
        assert [_("工位", context=context) for context in ("列名", "别处", "")] == [
            "Station",
            "workstation",
            "workstation",
        ]


@pytest.mark.parametrize(
    ("text", "values", "number"),
    [
        ("{turns} 轮 × {stations} 工位", {"turns": 2, "stations": 1}, 2),
        ("{name} 缺 {count} 项", {"name": "甲", "count": 1}, 1),
        ("第 {number} 轮", {"number": 1}, None),
        ("还有 {count} 场", {"count": "很多"}, 0),
        ("还有 {count} 场", {"count": "1,200"}, 1200),
        ("还有 {count} 场", {"count": '<b>1</b> <span class="limit">/ 10</span>'}, 10),
        ("还有 {count} 场", {}, None),
    ],
)
def test_the_number_is_the_first_value_that_counts(text, values, number):
    assert number_in(text, values) == number


def test_a_compiled_catalogue_older_than_its_source_is_not_believed(folder: Path):
    source = folder / "en/LC_MESSAGES/messages.po"
    ready = source.with_suffix(".mo")
    ready.write_bytes(b"not a catalogue")
    os.utime(ready, ns=(0, 0))
    assert translations.__wrapped__("en", folder).gettext("工位") == "workstation"
    os.utime(source, ns=(0, 0))
    os.utime(ready, ns=(10**9, 10**9))
    with pytest.raises(OSError, match="Bad magic"):
        translations.__wrapped__("en", folder)
