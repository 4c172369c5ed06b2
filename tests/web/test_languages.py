"""A reader chooses a language on any page, and comes back to that page."""

from pathlib import Path

import pytest
from flask import render_template_string

from examops.core import language

ENGLISH = {"Cookie": "examops_language=en"}


def test_choosing_keeps_the_language_for_a_year_and_comes_back(client):
    answer = client.get("/sign-in?next=/sessions/&language=en")

    cookie = answer.headers["Set-Cookie"]
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=%2Fsessions%2F")
    assert "examops_language=en" in cookie
    assert {"Max-Age=31536000", "SameSite=Lax", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert '<html lang="en">' in client.get(answer.location).text


@pytest.mark.parametrize("path", ["//evil.example/a", "/\\evil.example/a", "/\t/evil.example/a"])
def test_nobody_is_sent_to_a_foreign_address(client, path):
    answer = client.get("/", query_string="language=en", environ_overrides={"PATH_INFO": path})

    assert answer.location.startswith("/")
    assert answer.location[1] not in "/\\\t"


@pytest.mark.parametrize("wanted", ["fr", "en_US", ""])
def test_a_language_that_is_not_ours_changes_nothing(client, wanted):
    answer = client.get(f"/sign-in?language={wanted}")

    assert answer.status_code == 200
    assert "examops_language" not in answer.headers.get("Set-Cookie", "")
    assert '<html lang="zh-CN">' in answer.text


def test_every_page_leads_to_the_other_language(client, make, sign_in):
    assert '<a href="?next=%2Fx&amp;language=en" lang="en"' in client.get("/sign-in?next=/x").text
    signed_in = sign_in(make.user("coordinator", make.body()))
    assert '<a href="?language=en" lang="en"' in signed_in.get("/sessions/week").text
    client.set_cookie("examops_language", "en")
    assert '<a href="?language=zh_CN" lang="zh-CN"' in client.get("/no-such-page").text


def test_a_page_that_answers_a_form_leads_home_in_the_other_language(client):
    answer = client.post("/scope")

    assert answer.status_code == 401
    assert '<a href="/?language=en"' in answer.text


def test_a_sentence_keeps_its_markup_and_escapes_the_rest(app):
    with app.test_request_context(headers=ENGLISH):
        text = (
            '{% from "components/marks.html" import strong %}'
            '{{ _("{title} 有 {letters} 两列，只用第一列", title="<i>", letters=strong("A")) }}'
        )
        assert render_template_string(text) == "&lt;i&gt; is in columns <b>A</b>; only the first is used"


PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{count} 轮"
msgid_plural "{count} 轮"
msgstr[0] "{count} turn"
msgstr[1] "{count} turns"

msgid "标记"
msgstr "Flag"

msgctxt "菜单"
msgid "标记"
msgstr "Flags"
"""


def test_a_catalogue_tells_one_from_many_and_one_place_from_another(app, tmp_path: Path, monkeypatch):
    folder = tmp_path / "en/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(PO, encoding="utf-8")
    (folder / "scripts.po").write_text('msgid "标记"\nmsgstr "Only the browser"\n', encoding="utf-8")
    texts = language.translations("en", tmp_path)
    monkeypatch.setattr(language.lookup, "translations", lambda _: texts)
    with app.test_request_context(headers=ENGLISH):
        assert [language._("{count} 轮", count=count) for count in (1, 2, "1", 0)] == [
            "1 turn",
            "2 turns",
            "1 turn",
            "0 turns",
        ]
        assert (language._("标记"), language._("标记", context="菜单"), language._("标记", context="别处")) == (
            "Flag",
            "Flags",
            "Flag",
        )
    with app.test_request_context():
        assert language._("标记", context="菜单") == "标记"


def test_requests_of_one_application_context_do_not_share_a_language(app):
    with app.app_context():
        english, other = app.test_client(), app.test_client()
        english.set_cookie("examops_language", "en")
        assert "Sign in" in english.get("/sign-in").text
        assert "登录" in other.get("/sign-in").text
        assert language.current_language() == "zh", "nobody reads between two requests"
