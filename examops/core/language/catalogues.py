"""Catalogues of a language, loaded once per process: compiled at installation, else compiled here in memory."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from config.occupations import catalogue as occupations

TRANSLATIONS = Path(__file__).parents[2] / "web" / "translations"
MESSAGES, SCRIPTS = "messages", "scripts"  # what the server says; what the browser says


def folder_of(language: str, root: Path = TRANSLATIONS) -> Path:
    return root / language / "LC_MESSAGES"


def read_catalogue(language: str, name: str = MESSAGES, root: Path = TRANSLATIONS) -> Catalog:
    """The editable catalogue, with what is missing or doubtful in it."""
    with (folder_of(language, root) / f"{name}.po").open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as an ``.mo`` file: what is missing or doubtful is left out."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


@cache
def translations(language: str, root: Path = TRANSLATIONS) -> Translations:
    """The server's texts. An ``.mo`` older than its ``.po`` is not believed."""
    source = folder_of(language, root) / f"{MESSAGES}.po"
    ready = source.with_suffix(".mo")
    if ready.exists() and ready.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        found = Translations(io.BytesIO(ready.read_bytes()))
    else:
        found = Translations(io.BytesIO(compiled(read_catalogue(language, root=root))))
    if root == TRANSLATIONS:
        found._catalog.update(_names(language))
    return found


@cache
def script_texts(language: str) -> Mapping[str, str | list[str]]:
    """What the scripts of a page look up: text → translation, or its plural forms."""
    catalogue = read_catalogue(language, SCRIPTS)
    texts: dict[str, str | list[str]] = {}
    for entry in catalogue:
        if entry.id and entry.string and not entry.fuzzy:
            key = entry.id[0] if isinstance(entry.id, tuple | list) else entry.id
            texts[key] = list(entry.string) if isinstance(entry.string, tuple | list) else entry.string
    return texts


def _names(language: str) -> dict[str, str]:
    """Names of occupations, which stand in the data with their English: stored texts carry them as values."""
    named = occupations().by_code.values() if language == "en" else ()
    return {one.name: cast(str, one.name_en) for one in named if one.name_en}
