"""Which language a reader sees: what was chosen in this browser, else Chinese."""

from __future__ import annotations

from flask import has_request_context, request

LANGUAGES = {"zh_CN": "中文", "en": "English"}
COOKIE = "examops_language"


def chosen_language() -> str:
    """A locale's name. A cookie that names none of ours counts as none."""
    chosen = request.cookies.get(COOKIE, "") if has_request_context() else ""
    return chosen if chosen in LANGUAGES else "zh_CN"
