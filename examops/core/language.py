"""Chinese words are the source; another language is a catalogue of them.

A text is written in Chinese where it is used, as ``_("第 {number} 轮", number=3)``: braces are filled after the look-up, so
a catalogue may turn the order round. ``N_`` marks a text that is stored in a table and looked up when it is read:
``_(TABLE[code])``. Without a request, or in Chinese, both give back what they got. Catalogues are gettext files under
``examops/web/translations/LANGUAGE``, read once per process; nothing compiled is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from flask_babel import get_locale

CATALOGUES = Path(__file__).parent.parent / "web" / "translations"
SOURCE = "zh"


def N_(text: str) -> str:
    """Marks a text for the catalogue and gives it back: it is worded when it is read."""
    return text


def _(text: str, **values: Any) -> str:
    """The text in the reader's language, its braces filled."""
    language = current_language()
    said = text if language == SOURCE else catalogue(language).get(text, text)
    return said.format_map(values) if values else said


def current_language() -> str:
    """``zh`` or ``en``; Chinese wherever nobody reads (jobs, commands, pure tests)."""
    locale = get_locale()
    return locale.language if locale else SOURCE


@cache
def catalogue(language: str, folder: Path = CATALOGUES) -> Mapping[str, str]:
    """Every text of a language, all its files together. Missing and doubtful ones are left out."""
    texts: dict[str, str] = {}
    for path in sorted((folder / language).glob("*.po")):
        with path.open("rb") as file:
            texts |= {str(one.id): str(one.string) for one in read_po(file) if one.id and one.string and not one.fuzzy}
    return texts
