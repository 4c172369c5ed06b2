"""Texts that are stored now and read by somebody else later."""

from __future__ import annotations

from pathlib import Path

import pytest

from examops.core.errors import Invalid
from examops.core.language import N_, Message, from_json, from_line, message, render, to_json, to_line, translations

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8"

msgid "第 {row} 行没有姓名"
msgstr "Row {row} has no name"

msgid "补上{what}"
msgstr "Add the {what}"

msgid "姓名"
msgstr "name"

msgid "{words}。{next_step}"
msgstr "{words}. {next_step}"
"""


@pytest.fixture
def english(app, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A request of somebody who chose English, with a catalogue of these four texts."""
    (tmp_path / "en/LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "en/LC_MESSAGES/messages.po").write_text(PO, encoding="utf-8")
    monkeypatch.setattr("examops.core.language.lookup.translations", lambda language: translations(language, tmp_path))
    return lambda: app.test_request_context(headers={"Cookie": "examops_language=en"})


def test_a_stored_text_is_worded_for_whoever_reads_it(english):
    line = to_line(message(N_("补上{what}"), what=message(N_("姓名"))))
    assert str(from_line(line)) == "补上姓名"
    with english():
        assert (str(from_line(line)), f"{from_line(line)}!") == ("Add the name", "Add the name!")


def test_a_text_without_values_and_one_that_somebody_typed_are_stored_as_they_are():
    assert [to_line(message(N_("姓名"))), to_line("{随便}")] == ["姓名", "{随便}"]
    assert str(from_line("{随便}")) == "{随便}"
    assert str(from_line('{"text": 坏的')) == '{"text": 坏的'


def test_json_keeps_texts_and_values_apart_and_is_spoken_in_the_readers_language(english):
    factors = [{"word": message(N_("第 {row} 行没有姓名"), row=3), "have": 2}]
    stored = to_json(factors)
    assert stored == [{"word": {"text": "第 {row} 行没有姓名", "values": {"row": 3}}, "have": 2}]
    assert from_json(stored) == factors
    with english():
        assert render(stored) == render(factors) == [{"word": "Row 3 has no name", "have": 2}]


def test_a_refusal_is_worded_when_it_is_read(english):
    error = Invalid(N_("第 {row} 行没有姓名"), advice=N_("补上{what}"), row=3, what=message(N_("姓名")))
    assert (error.words, error.next_step, str(error.sentence)) == (
        "第 3 行没有姓名",
        "补上姓名",
        "第 3 行没有姓名。补上姓名",
    )
    with english():
        assert (error.words, str(error.sentence)) == ("Row 3 has no name", "Row 3 has no name. Add the name")
        assert error.to_json() == {
            "code": "invalid",
            "message": "Row 3 has no name",
            "advice": "Add the name",
            "clause": "",
            "params": {"row": 3, "what": "name"},
        }


def test_a_refusal_in_a_log_shows_numbers_but_no_words_that_may_be_a_name():
    assert str(Invalid(N_("第 {row} 行 {name} 重复"), row=3, name="李婷")) == "invalid: 第 3 行 {name} 重复"


def test_a_text_is_equal_to_its_wording_and_to_itself():
    assert message(N_("第 {row} 行没有姓名"), row=3) == "第 3 行没有姓名"
    assert {Message("a"), Message("a")} == {Message("a")}
    assert not Message("")
