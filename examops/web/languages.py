"""Which language a reader sees: what was chosen in this browser, else Chinese. ``?language=en`` on any page chooses.

Programs that call ``/api`` choose nothing in a browser: they ask by ``Accept-Language``.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from babel import Locale
from flask import Flask, g, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel

from examops.core.language import SOURCE, current_language, drop_language, keep_language, script_texts
from examops.web.api import LenientSchema
from examops.web.cookies import is_secure
from examops.web.inputs import OneOf, read_valid

LANGUAGES = {"zh_CN": "中文", "en": "English"}
# Read once: Babel compares a name with each of the thousand locales it knows.
LOCALES = {name: Locale.parse(name) for name in LANGUAGES}
SOURCE_LOCALE = "zh_CN"
TAGS = {"zh_CN": "zh", "en": "en"}  # of BCP 47, as Accept-Language names them; best_match takes zh-CN for zh
COOKIE = "examops_language"
YEAR_S = 365 * 24 * 3600


class LanguageSchema(LenientSchema):
    language = OneOf(LANGUAGES)


CHOICE = LanguageSchema()


def install_languages(app: Flask) -> None:
    """Babel, and the choice of a language. Comes before whatever asks who the reader is."""
    Babel(app, default_locale=SOURCE_LOCALE, default_timezone="Asia/Shanghai", locale_selector=_chosen_locale)
    app.before_request(_keep)
    app.before_request(_choose)
    app.teardown_request(_drop)


def chosen_language() -> str:
    """A locale's name. A cookie that names none of ours counts as none."""
    if not has_request_context():
        return SOURCE_LOCALE
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else _asked_for() if request.path.startswith("/api/") else SOURCE_LOCALE


def _asked_for() -> str:
    found = request.accept_languages.best_match([TAGS[name] for name in LANGUAGES], TAGS[SOURCE_LOCALE])
    return next(name for name, tag in TAGS.items() if tag == found)


def _chosen_locale() -> Locale:
    return LOCALES[chosen_language()]


def page_language() -> str:
    """For ``<html lang>``: ``zh-CN`` or ``en``."""
    return chosen_language().replace("_", "-")


def other_languages() -> list[tuple[str, str, str]]:
    """(tag, word, address) of each language the page is not in; the address is this page's own."""
    return [
        (code.replace("_", "-"), word, _address(code)) for code, word in LANGUAGES.items() if code != chosen_language()
    ]


def script_words() -> Mapping[str, str | list[str]] | None:
    """What the scripts of a page look up, plural forms as lists; nothing in Chinese, which they hold themselves."""
    language = current_language()
    return None if language == SOURCE else script_texts(language)


def _keep() -> None:
    g.language_token = keep_language(_chosen_locale().language)


def _drop(error: BaseException | None) -> None:
    if token := g.pop("language_token", None):
        drop_language(token)


def _choose() -> ResponseReturnValue | None:
    if request.method != "GET" or "language" not in request.args:
        return None
    wanted = read_valid(CHOICE, request.args)["language"]
    if wanted is None:
        return None
    answer = redirect(_this_page())
    answer.set_cookie(COOKIE, wanted, max_age=YEAR_S, samesite="Lax", httponly=True, secure=is_secure())
    return answer


def _this_page() -> str:
    """The page without the choice. Always a path of our own: a double slash would name another host."""
    path, rest = quote(request.path.lstrip("/\\")), urlencode(_kept())
    return f"{request.script_root}/{path}" + (f"?{rest}" if rest else "")


def _kept() -> list[tuple[str, str]]:
    return [pair for pair in request.args.items(multi=True) if pair[0] != "language"]


def _address(code: str) -> str:
    """Relative to the page, or home for an answer to a form whose address cannot be opened again."""
    rule = request.url_rule
    if request.method not in ("GET", "HEAD") and not (rule and "GET" in (rule.methods or ())):
        return f"{request.script_root}/?language={code}"
    return "?" + urlencode([*_kept(), ("language", code)])
