"""What every template may count on."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, session, url_for

from examops.core.extensions import clock
from examops.web.assets import asset
from examops.web.navigation import rail
from examops.web.words import FILTERS


def install_templating(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(asset=asset)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def common() -> dict[str, Any]:
        user, role = getattr(g, "user", None), getattr(g, "role", "")
        return {
            "me": {"name": user.name, "role": role} if user else None,
            "role_word": getattr(g, "role_word", ""),
            "nav": [entry for entry in rail(role) if entry.endpoint in app.view_functions] if user else (),
            "scope_label": session.get("scope_label", ""),
            "now": clock().now(),
            "home_url": url_for("accounts.home"),
        }
