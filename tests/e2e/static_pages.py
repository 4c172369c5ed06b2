"""A tiny application: the real templates and styles with example data, to see how pages look without the domains."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, FileSystemLoader

from examops.app.domains import registry
from examops.web.headers import policy
from examops.web.languages import install_languages
from examops.web.navigation import current
from examops.web.templating import install_filters

ROOT = Path(__file__).parents[2] / "examops"
NOW = datetime(2026, 11, 23, 1, 12, tzinfo=UTC)  # 09:12 in Foshan


def make_static_app(pages: dict[str, tuple[str, dict[str, Any]]], answers: dict[str, Any]) -> Flask:
    """``pages``: address → template and context; ``answers``: address → JSON, or a function of the posted JSON."""
    app = Flask("static_pages", root_path=str(ROOT), static_folder="web/static")
    folders = [ROOT / "web/templates", *sorted(ROOT.glob("*/templates"))]
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folders)])  # type: ignore[assignment]
    install_languages(app)
    install_filters(app, registry())
    app.jinja_env.globals["csrf_token"] = lambda: "a-token"
    app.jinja_env.filters["bodies_not_filed"] = lambda _role: []  # there is no database to ask
    nav = registry().rail("coordinator")
    for entry in nav:
        app.add_url_rule(f"/go/{entry.endpoint}", entry.endpoint, lambda: "")
    for address, (template, context) in pages.items():
        app.add_url_rule(address, address.replace(".", "-"), _page(template, context, nav))
    for address, answer in answers.items():
        app.add_url_rule(address, address.replace(".", "-"), _answer(answer), methods=["GET", "POST"])
    app.after_request(_secure)
    return app


def _page(template: str, context: dict[str, Any], nav: tuple[Any, ...]) -> Any:
    def show() -> str:
        frame = {
            "me": {"name": "李小婷", "role": "coordinator"},
            "role_word": "考务",
            "nav": nav,
            "now": NOW,
            "nav_current": current(nav, context.get("endpoint")),
            "scope_label": "佛山市顺德区华岭电器有限公司",
            "search_url": "/search",
            "notices": {"count": 4, "url": "/notices"},
            "home_url": "/",
            "sign_out_url": "/out",
            "sign_out_everywhere_url": "/out-everywhere",
            "password_url": "/password",
        }
        return render_template(template, **{**frame, **context})

    return show


def _answer(answer: Any) -> Any:
    def reply() -> ResponseReturnValue:
        if not callable(answer):
            return jsonify(answer)
        made = answer(request)
        return jsonify(made) if isinstance(made, dict | list) else made

    return reply


def _secure(response: Any) -> Any:
    response.headers["Content-Security-Policy"] = policy(request.host_url.rstrip("/"))
    return response
