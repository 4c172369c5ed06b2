"""Every word a person reads can be read in English too, and no word goes round the catalogues."""

from pathlib import Path

import pytest

from tools import words

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
