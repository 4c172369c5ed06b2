"""Every word a person reads can be read in English too, and no word goes round the catalogues."""

import os
from pathlib import Path

import pytest

from examops.core.language.catalogues import read_catalogue
from tools import install, words

# Modules and packages whose Chinese must all go through ``_`` or ``N_``.
WORDED = ("examops/web",)
OWN_NAMES = {"中文"}  # a language is named in itself


def test_english_says_everything_and_nothing_else() -> None:
    assert words.faults("en") == []


@pytest.mark.parametrize("path", words.template_files(), ids=lambda path: path.name)
def test_a_template_says_nothing_outside_the_catalogue(path: Path) -> None:
    assert words.in_template(path.read_text(encoding="utf-8"))[1] == []


@pytest.mark.parametrize("path", words.script_files(), ids=lambda path: path.name)
def test_a_script_says_nothing_outside_the_catalogue(path: Path) -> None:
    assert words.in_script(path.read_text(encoding="utf-8"))[1] == []


def test_worded_modules_say_nothing_outside_the_catalogue() -> None:
    paths = [path for path in words.code_files() if str(path.relative_to(words.ROOT)).startswith(WORDED)]
    bare = {path.name: set(words.in_code(path.read_text(encoding="utf-8"))[1]) - OWN_NAMES for path in paths}
    assert {name: found for name, found in bare.items() if found} == {}


def test_the_collector_sees_what_it_must() -> None:
    """The guards above are only as good as this."""
    template = (
        '<p title="{{ _("甲") }}">乙{{ _("丙 {n}", n=strong("丁")) if x else _("戊", context="己") }}{# 庚 #}</p>'
    )
    assert words.in_template(template) == ({("", "甲"), ("", "丙 {n}"), ("己", "戊")}, ['">乙', "丁"])
    code = 'def f():\n    """辛"""\n    return _("壬" if x else "癸"), N_("子"), "丑"'
    assert words.in_code(code) == ({("", "壬"), ("", "癸"), ("", "子")}, ["丑"])
    script = 'say(`http://a ${t("寅 {n}", { n: "卯" })}`); // 辰\n/* 巳 */ const a = `午`;'
    found, bare = words.in_script(script)
    assert found == {("", "寅 {n}")}
    assert [("卯" in line, "午" in line) for line in bare] == [(True, False), (False, True)]


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one catalogue, whose only text waits for a translation."""
    (tmp_path / "en/LC_MESSAGES").mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (tmp_path / "en/LC_MESSAGES/messages.po").write_text(head + 'msgid "新"\nmsgstr ""\n', encoding="utf-8")
    monkeypatch.setattr(words, "TRANSLATIONS", tmp_path)
    monkeypatch.setattr(words, "folder_of", lambda language: tmp_path / language / "LC_MESSAGES")
    monkeypatch.setattr(words, "read_catalogue", lambda language: read_catalogue(language, root=tmp_path))
    monkeypatch.setattr(install, "TRANSLATIONS", tmp_path)
    return tmp_path / "en/LC_MESSAGES"


def test_a_missing_translation_keeps_nobody_from_installing(catalogues: Path) -> None:
    assert words.main(["compile"]) == 0
    assert [path.name for path in sorted(catalogues.iterdir())] == ["messages.mo", "messages.po"]


def test_catalogues_that_changed_after_the_installation_are_compiled_by_the_next(
    catalogues: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "run_quietly", lambda command: words.main([*command][3:]) == 0)
    assert install.install_words()
    assert not install.install_words()
    later = (catalogues / "messages.mo").stat().st_mtime_ns + 10**9
    os.utime(catalogues / "messages.po", ns=(later, later))
    assert install.install_words()
