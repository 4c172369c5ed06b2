"""Looking a text up for whoever reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Any

from flask_babel import get_locale

from examops.core.language.catalogues import translations
from examops.core.language.plurals import number_in

SOURCE = "zh"


def N_(text: str) -> str:
    """Marks a text for the catalogue and returns it unchanged: it is looked up when it is read."""
    return text


def _(text: str, /, context: str = "", **values: Any) -> str:
    """The text in the reader's language, its braces filled. A context without an entry means the plain text."""
    found = look_up(text, context, values)
    return found.format_map(values) if values else found


def look_up(text: str, context: str, values: Mapping[str, Any]) -> str:
    """The text in the reader's language with its braces as they are; ``values`` choose the plural form."""
    language = current_language()
    if language == SOURCE or not text:  # a catalogue keeps its head under the empty text
        return text
    texts, number = translations(language), number_in(text, values)
    if number is None:
        found = texts.pgettext(context, text) if context else text
        return str(found if found != text else texts.gettext(text))
    found = texts.npgettext(context, text, text, number) if context else text
    return str(found if found != text else texts.ngettext(text, text, number))


_kept: ContextVar[str] = ContextVar("examops_language", default="")


def current_language() -> str:
    """``zh`` or ``en``; Chinese wherever nobody reads (jobs, commands, pure tests)."""
    if kept := _kept.get():
        return kept
    locale = get_locale()
    return locale.language if locale else SOURCE


def keep_language(language: str) -> Token[str]:
    """The reader's language for the length of a request, which looks hundreds of texts up; to be given to
    :func:`drop_language` at its end."""
    return _kept.set(language)


def drop_language(token: Token[str]) -> None:
    _kept.reset(token)


@contextmanager
def in_chinese() -> Iterator[None]:
    """Letters, notices and what is stored as plain text are Chinese, whatever language the person reads who acts."""
    token = keep_language(SOURCE)
    try:
        yield
    finally:
        drop_language(token)
