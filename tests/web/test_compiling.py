"""Templates compiled our way say what Jinja's own code says, and ask less of each value, text and call."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.templating import Environment
from jinja2 import DictLoader, pass_context
from markupsafe import Markup

from examops.core.language import _, drop_language, keep_language, message
from examops.web import compiling
from examops.web.compiling import PageEnvironment
from examops.web.templating import worded

MARKS = "{% macro bold(what, more=_('至')) %}<b>{{ what }} {{ more }}</b>{% endmacro %}"
MARKS += "{% macro each(rows) %}{% for row in rows %}{{ caller(row) }}{% endfor %}{% endmacro %}"
PARTS = {
    "marks.html": MARKS,
    "base.html": "<title>{% block title %}{% endblock %}</title>{% block content %}{% endblock %}{{ _('登录') }}",
    "part.html": "{{ part }}|{{ _('没有') }}",
}
PAGES = {
    "values": "{{ a }} {{ b }} {{ none }} {{ 7 }} {{ number }} {{ lacking }}"
    "{{ stored }} {{ a|upper }} {{ things.k }} {{ things.lacking }} {{ things.items()|list }}",
    "set": "{% set said %}<i>{{ a }}</i>{% endset %}{{ said }} {{ said|length }} {{ a ~ b }} {{ b ~ a }}"
    "{{ [a, b]|join('<') }}",
    "texts": "{{ _('没有') }} {{ _('登录', context='动作') }} {{ _('第 {number} 轮', number=number) }}"
    " {{ _(word) }} {{ _('') }}",
    "texts in calls": "{% import 'marks.html' as marks %}{{ marks.bold(_('没有')) }}{{ marks.bold(a, b) }}"
    "{{ _('没有')|upper }}",
    "markup in texts": "{% from 'marks.html' import bold %}{{ _('第 {number} 轮', number=bold(a)) }}",
    "hidden name": "{% for _ in (shout,) %}{{ _('没有') }}{% endfor %}{% set _ = shout %}{{ _('没有') }}",
    "hidden by a parameter": "{% macro m(_) %}{{ _('没有') }}{% endmacro %}{{ m(shout) }}",
    "loops": "{% for x in [a, b] %}{% set y = x %}{{ loop.index }}{{ peek() }}{{ shout(y) }}{% else %}-{% endfor %}",
    "calls": "{% from 'marks.html' import each %}{% call(row) each([a, b, 3]) %}<td>{{ row }}</td>{% endcall %}",
    "macros": "{% from 'marks.html' import bold %}{% macro two(x, y='<') %}{{ x }}{{ y }}{{ kwargs }}{% endmacro %}"
    "{% macro some(x) %}{{ x }}{{ varargs }}{% endmacro %}{{ bold(a, more=b) }}{{ bold() }}{{ two(a) }}"
    "{{ two(a, z=b) }}{{ some(a, b, 3) }}{{ bold(bold(a)) ~ a }}"
    "{% autoescape false %}{{ bold(a) ~ a }}{% endautoescape %}",
    "methods": "{{ a.upper() }} {{ things.get('k') }} {{ things.items()|list }} {{ make() }} {{ holder.call(a) }}",
    "unescaped": "{% autoescape false %}{{ a }}{{ b }}{{ _('没有') }}{% endautoescape %}{{ a|safe }}",
    "blocks": "{% extends 'base.html' %}{% block title %}{{ _('没有') }}{{ super() }}{{ a }}{% endblock %}"
    "{% block content %}{% include 'part.html' %}{{ self.title() }}{% endblock %}",
}


class Holder:
    def call(self, value: object) -> str:
        return f"<{value}>"


@pass_context
def peek(context: Any) -> str:
    return f"{context.get('x')}{context.get('y')}<{context.get('a')}>"


def _values() -> dict[str, Any]:
    return {
        **{"a": "<a href='x'>\"&\"</a>", "b": Markup("<br>"), "number": 5, "word": "没有", "part": "<p>"},
        **{"stored": message("第 {number} 轮", number="<3>"), "things": {"k": "<v>"}, "holder": Holder()},
        **{"shout": lambda text: f"{text}<!>", "peek": peek, "make": lambda: Markup("<hr>")},
    }


def _rendered(kind: type[Environment], source: str) -> str:
    env = kind(Flask(__name__), autoescape=lambda name: True, loader=DictLoader({**PARTS, "page.html": source}))
    env.globals["_"] = worded
    twice = [env.get_template("page.html").render(_values()) for _round in range(2)]
    assert twice[0] == twice[1]
    return twice[0]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("source", PAGES.values(), ids=PAGES)
def test_pages_read_as_jinja_would_write_them(source: str, language: str) -> None:
    token = keep_language(language)
    try:
        assert _rendered(PageEnvironment, source) == _rendered(Environment, source)
    finally:
        drop_language(token)


def test_a_macro_that_is_given_too_much_still_refuses() -> None:
    with pytest.raises(TypeError, match="takes not more than 2 argument"):
        _rendered(PageEnvironment, "{% from 'marks.html' import bold %}{{ bold(1, 2, 3) }}")


def test_the_application_compiles_its_templates_so(app: Flask) -> None:
    assert type(app.jinja_env) is PageEnvironment
    code = app.jinja_env.compile("{{ _('没有') }}{{ value }}", name="x.html", raw=True)
    assert "environment.text('没有', '')" in code
    assert "escape(" not in code


def test_a_text_of_a_template_is_in_the_readers_language(app: Flask) -> None:
    template = app.jinja_env.from_string("{{ _('没有') }}")
    found = []
    for language in ("zh", "en", "zh"):
        token = keep_language(language)
        found.append((template.render(), _("没有")))
        drop_language(token)
    assert [shown for shown, _asked in found] == [asked for _shown, asked in found]
    assert found[0] != found[1]


def test_a_value_is_escaped_like_everywhere_else() -> None:
    for value in ("<&>'\"", "甲 <b>", "", 0, None, Markup("<b>"), message("<{x}>", x=1), 1.5, True):
        assert compiling.written(value) == str(Markup.escape(value))
