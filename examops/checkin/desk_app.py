"""What makes the desk an application of the tablet: its service worker, and the manifest by which it is installed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, send_from_directory
from flask.typing import ResponseReturnValue

from examops.accounts import guarded, open_to_all
from examops.core.errors import NotFound
from examops.core.language import N_, _
from examops.web.assets import STATIC, asset

bp = guarded(Blueprint("desk_app", __name__, url_prefix="/desk"), open_to_all("没有任何人的资料，离线也要取得到"))
SCOPE = "/desk/"  # the worker's address lies in it, so that it reaches nothing else of the product


@bp.get("/worker.js")
def worker() -> ResponseReturnValue:
    """The service worker; asked for anew whenever a desk opens"""
    built = asset("desk_worker.js")
    if not built:
        raise NotFound(N_("页面脚本还没有构建"), advice=N_("请联系系统运维"))
    answer = send_from_directory(STATIC, built.removeprefix("/static/"), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-store"  # a browser keeps the worker itself, and asks here for a newer one
    return answer


@bp.get("/app.webmanifest")
def manifest() -> Response:
    """How the desk is installed on a tablet"""
    icon = {"src": asset("desk.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    content: dict[str, Any] = {
        "id": SCOPE,
        "name": _("签到台"),
        "short_name": _("签到台"),
        "start_url": SCOPE,
        "scope": SCOPE,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#1d242c",
        "icons": [icon],
    }
    answer = jsonify(content)
    answer.mimetype = "application/manifest+json"
    return answer
