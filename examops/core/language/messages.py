"""Texts that are stored now and worded when somebody reads them: id and values apart."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from examops.core.language.lookup import _


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


PLAIN = frozenset((str, int, float, bool, type(None)))


def to_json(value: Any) -> Any:
    """The same with every :class:`Message` as ``{"text": …, "values": {…}}``."""
    if type(value) in PLAIN:  # most of what a verdict holds; asking an abstract class costs ten times as much
        return value
    if isinstance(value, Message):
        return {"text": value.text, "values": to_json(dict(value.values))}
    if isinstance(value, Mapping):
        return {key: to_json(one) for key, one in value.items()}
    return [to_json(one) for one in value] if isinstance(value, list | tuple) else value


def from_json(value: Any) -> Any:
    """What :func:`to_json` was given. Lists stay lists."""
    if isinstance(value, dict):
        if len(value) == 2 and "text" in value and "values" in value:
            return Message(value["text"], from_json(value["values"]))
        return {key: from_json(one) if isinstance(one, dict | list) else one for key, one in value.items()}
    if isinstance(value, list):
        return [from_json(one) if isinstance(one, dict | list) else one for one in value]
    return value


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
