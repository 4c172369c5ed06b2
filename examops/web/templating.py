"""Filters, functions and variables that every template has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, request, session, url_for
from flask_wtf.csrf import generate_csrf
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import escape

from examops.core.domain import Registry
from examops.core.extensions import clock
from examops.core.language import _, look_up
from examops.web.assets import asset, bundle_fault
from examops.web.languages import other_languages, page_language, script_words
from examops.web.navigation import current


def worded(text: str, /, context: str = "", **values: Any) -> str:
    """``_`` of the templates. Values may carry markup (``strong(12)``): a sentence around them stays one text."""
    found = look_up(text, context, values)
    for value in values.values():
        if hasattr(value, "__html__"):
            return escape(found).format(**values)
    return found.format_map(values) if values else found


def csrf_token() -> str:
    """Flask-WTF's own, which looks its settings up for each form of a page before it finds that it has the token."""
    token: str = g.get("csrf_token") or generate_csrf()
    return token


def install_filters(app: Flask, known: Registry) -> None:
    """Filters and functions of the templates that need nobody signed in."""
    app.jinja_env.filters.update({name: _for_each_reader(words) for name, words in known.filters().items()})
    app.jinja_env.globals.update(
        _=worded, page_language=page_language, other_languages=other_languages, script_words=script_words
    )
    app.jinja_env.globals.update(asset=asset, bundle_fault=bundle_fault, endpoints=app.view_functions)
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.jinja_env.tests["contains_id"] = lambda members, wanted: wanted in members
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _for_each_reader(words: Callable[..., Any]) -> Callable[..., Any]:
    """Prevents Jinja from constant-folding the filter: ``"skill"|part`` would keep the first reader's language."""

    @pass_context
    def asked(_context: Context, *values: Any, **named: Any) -> Any:
        return words(*values, **named)

    return asked


def install_templating(app: Flask, known: Registry) -> None:
    install_filters(app, known)

    @app.context_processor
    def common() -> dict[str, Any]:
        user, role = getattr(g, "user", None), getattr(g, "role", "")
        nav = tuple(entry for entry in known.rail(role) if entry.endpoint in app.view_functions) if user else ()
        search = known.search_for(role) if user else None
        return {
            "me": {"id": user.id, "uid": user.uid, "name": user.name, "role": role} if user else None,
            "role_word": getattr(g, "role_word", ""),
            "nav": nav,
            "nav_current": current(nav, request.endpoint),
            "search_url": url_for(search.endpoint) if search else None,
            **_grant_choice(),
            "now": clock().now(),
            "home_url": url_for("accounts.home"),
            "password_url": url_for("accounts.password"),
            "sign_out_url": url_for("accounts.sign_out"),
            "sign_out_everywhere_url": url_for("accounts.sign_out_everywhere"),
        }


def render_part(name: str, **context: Any) -> str:
    """A part of a page that stands in no frame: without what the frame asks the database and looks up for itself."""
    return current_app.jinja_env.get_template(name).render(context)


def _grant_choice() -> dict[str, Any]:
    """What the top bar says about the person's grants, and which of them may be chosen."""
    ask = getattr(g, "grant_options", None)
    grants = ask() if ask and getattr(g, "user", None) else []
    chosen = session.get("grant")
    current = next((one for one in grants if str(one.uid) == chosen), grants[0] if len(grants) == 1 else None)
    together = _("全部 {count} 项任职", count=len(grants)) if grants else ""
    options = [("", together), *((str(one.uid), f"{one.kind} {one.words}") for one in grants)]
    return {
        "scope_kind": current.kind if current else _("范围"),
        "scope_label": current.place if current else together,
        "scope_url": url_for("accounts.choose_scope"),
        "scopes": [
            {"value": value, "word": word, "current": value == (str(current.uid) if current else "")}
            for value, word in options
        ]
        if len(grants) > 1
        else [],
    }
