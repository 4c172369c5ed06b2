"""Chinese words are the source; another language is a catalogue of them.

A text is written in Chinese where it is used, as ``_("第 {number} 轮", number=3)``: braces are filled after the look-up, so
a catalogue may turn the order round. ``N_`` marks a text that is stored in a table and looked up when it is read:
``_(TABLE[code])``. Without a request, or in Chinese, both give back what they got. Where one Chinese word needs two
words elsewhere, ``context`` tells them apart (gettext's ``msgctxt``). Catalogues are gettext files under
``examops/web/translations/LANGUAGE``, read once per process; nothing compiled is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from flask_babel import get_locale

CATALOGUES = Path(__file__).parent.parent / "web" / "translations"
SOURCE = "zh"
SCRIPTS = "scripts.po"  # what the browser says, and nobody else
CHOICES = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")
MARKUP = re.compile("<[^>]*>")


def N_(text: str) -> str:
    """Marks a text for the catalogue and gives it back: it is worded when it is read."""
    return text


def key(text: str, context: str = "") -> str:
    """What a catalogue is asked for, as gettext joins it."""
    return f"{context}\x04{text}" if context else text


def _(text: str, /, context: str = "", **values: Any) -> str:
    """The text in the reader's language, its braces filled.

    A context without an entry of its own means the plain text. ``{count:turn|turns}`` in a catalogue is the first word
    for one and the second for any other number.
    """
    language = current_language()
    texts = {} if language == SOURCE else catalogue(language)
    said = texts.get(key(text, context)) or texts.get(text, text)
    return numbered(said, values).format_map(values) if values else said


def numbered(said: str, values: Mapping[str, Any]) -> str:
    """The text with its choices between one and many made. Values may be numbers, words or markup around a number."""

    def choose(match: re.Match[str]) -> str:
        name, one, many = match.groups()
        return one if MARKUP.sub("", str(values[name])) == "1" else many

    return CHOICES.sub(choose, said)


def current_language() -> str:
    """``zh`` or ``en``; Chinese wherever nobody reads (jobs, commands, pure tests)."""
    locale = get_locale()
    return locale.language if locale else SOURCE


@cache
def catalogue(language: str, folder: Path = CATALOGUES) -> Mapping[str, str]:
    """Every text of a language, all its files but the scripts' together. Missing and doubtful ones are left out."""
    texts: dict[str, str] = {}
    for path in sorted((folder / language).glob("*.po")):
        texts |= texts_of(path) if path.name != SCRIPTS else {}
    return texts


def texts_of(path: Path) -> Mapping[str, str]:
    """What one file says: key → text."""
    with path.open("rb") as file:
        told = [one for one in read_po(file) if one.id and one.string and not one.fuzzy]
    return {key(str(one.id), one.context or ""): str(one.string) for one in told}
