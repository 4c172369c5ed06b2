"""Chinese words are the source; another language is a catalogue of them.

A text is written in Chinese where it is used, as ``_("第 {number} 轮", number=3)``: braces are filled after the
look-up, so a catalogue may turn the order round. ``N_`` marks a text that is stored in a table and looked up when
it is read: ``_(TABLE[code])``. Without a request, or in Chinese, both give back what they got. Where one Chinese
word needs two words elsewhere, ``context`` tells them apart (gettext's ``msgctxt``). Catalogues are gettext files
under ``examops/web/translations/LANGUAGE``, read once per process; nothing compiled is kept. What is stored is a
:class:`Message`: text and values apart, worded for whoever reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from flask_babel import get_locale

from config.occupations import catalogue as occupations

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
    message = texts.get(key(text, context)) or texts.get(text, text)
    return numbered(message, values).format_map(values) if values else message


def numbered(message: str, values: Mapping[str, Any]) -> str:
    """The text with its choices between one and many made. Values may be numbers, words or markup around a number."""

    def choose(match: re.Match[str]) -> str:
        name, one, many = match.groups()
        return one if MARKUP.sub("", str(values[name])) == "1" else many

    return CHOICES.sub(choose, message)


def current_language() -> str:
    """``zh`` or ``en``; Chinese wherever nobody reads (jobs, commands, pure tests)."""
    locale = get_locale()
    return locale.language if locale else SOURCE


@dataclass(frozen=True)
class Message:
    """A text and its values, worded when it is read: as ``str``, in a template, in an f-string.

    Equal to a ``str`` of the same wording. Values must be JSON (or ``Message`` themselves) where it is stored.
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return _(self.text, **self.values)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Message):
            return (self.text, dict(self.values)) == (other.text, dict(other.values))
        return str(self) == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)


def message(text: str, /, **values: Any) -> Message:
    """Like ``_``, for what is stored now and read by somebody later."""
    return Message(text, values)


def join_messages(mark: str, parts: Sequence[Message | str]) -> Message:
    """One text of several; ``mark`` stands between them and may be a text of the catalogue: ``N_("；")``."""
    if not parts:
        return Message("")
    first = parts[0] if isinstance(parts[0], Message) else Message(parts[0])
    return (
        message("{first}{mark}{rest}", first=first, mark=message(mark), rest=join_messages(mark, parts[1:]))
        if parts[1:]
        else first
    )


def to_json(value: Any) -> Any:
    """The same with every :class:`Message` as ``{"text": …, "values": {…}}``."""
    if isinstance(value, Message):
        return {"text": value.text, "values": to_json(dict(value.values))}
    if isinstance(value, Mapping):
        return {key: to_json(one) for key, one in value.items()}
    return [to_json(one) for one in value] if isinstance(value, list | tuple) else value


def from_json(value: Any) -> Any:
    """What :func:`to_json` was given. Lists stay lists."""
    if isinstance(value, dict):
        if value.keys() == {"text", "values"}:
            return Message(value["text"], from_json(value["values"]))
        return {key: from_json(one) for key, one in value.items()}
    return [from_json(one) for one in value] if isinstance(value, list) else value


def render(value: Any) -> Any:
    """JSON for a reader: every :class:`Message` in it, stored or fresh, in their language."""
    if isinstance(value, Message):
        return str(value)
    if isinstance(value, dict):
        found = from_json(value)
        return str(found) if isinstance(found, Message) else {key: render(one) for key, one in found.items()}
    return [render(one) for one in value] if isinstance(value, list | tuple) else value


def to_line(value: Message | str) -> str:
    """For columns of text: what has no values stays as it is, the rest becomes JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(to_json(value), ensure_ascii=False) if value.values else value.text


def from_line(line: str) -> Message:
    """What :func:`to_line` was given; a line that somebody typed is a text without values."""
    if line.startswith('{"text": '):
        try:
            found = from_json(json.loads(line))
        except ValueError:
            return Message(line)
        return found if isinstance(found, Message) else Message(line)
    return Message(line)


@cache
def catalogue(language: str, folder: Path = CATALOGUES) -> Mapping[str, str]:
    """Every text of a language, all its files but the scripts' together. Missing and doubtful ones are left out."""
    texts: dict[str, str] = {}
    for path in sorted((folder / language).glob("*.po")):
        texts |= texts_of(path) if path.name != SCRIPTS else {}
    return (_names(language) if folder == CATALOGUES else {}) | texts


def texts_of(path: Path) -> Mapping[str, str]:
    """What one file says: key → text."""
    with path.open("rb") as file:
        told = [one for one in read_po(file) if one.id and one.string and not one.fuzzy]
    return {key(str(one.id), one.context or ""): str(one.string) for one in told}


def _names(language: str) -> dict[str, str]:
    """Names of occupations, which stand in the data with their English: stored texts carry them as values."""
    return {one.name: one.name_en for one in occupations().by_code.values() if one.name_en} if language == "en" else {}
