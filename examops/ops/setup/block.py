"""One block of keys of the file, read key by key: what is wrong is kept with its path, and reading goes on."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Convert = Callable[[Any], Any]


class InvalidValue(ValueError):
    """A value that cannot be taken; the text says what is wanted, and never repeats a secret."""


@dataclass
class SetupFindings:
    """Everything to tell about the file, each ``path: words``. Faults keep it from being saved, warnings do not."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Block:
    """``path`` is how the reader of the file finds it: ``bodies[0].sites[1]``; empty for the file itself."""

    def __init__(self, content: Any, path: str, notes: SetupFindings) -> None:
        self.path, self.notes, self.asked = path, notes, set[str]()
        self.content: dict[str, Any] = content if isinstance(content, dict) else {}
        self.is_block = isinstance(content, dict)
        if not self.is_block:
            self.fault("", "须是“键: 值”")

    def at(self, name: str) -> str:
        return ".".join(part for part in (self.path, name) if part)

    def fault(self, name: str, words: str) -> None:
        self.notes.faults.append(f"{self.at(name) or '文件'}: {words}")

    def warn(self, name: str, words: str) -> None:
        self.notes.warnings.append(f"{self.at(name)}: {words}")

    def facts(self, required: Mapping[str, Convert], optional: Mapping[str, Convert] | None = None) -> dict[str, Any]:
        """The values that stand in the block and can be taken; keys left out of ``optional`` are not among them."""
        found = {}
        for name, convert in {**required, **(optional or {})}.items():
            self.asked.add(name)
            if self.content.get(name) is None and not (name in self.content and name in required):
                if name in required and self.is_block:
                    self.fault(name, "没有写")
                continue
            try:
                found[name] = convert(self.content[name])
            except InvalidValue as error:
                self.fault(name, str(error))
        return found

    def blocks(self, name: str) -> list[Block]:
        """The blocks of a list; the list must be written, if only as ``[]``."""
        content = self.facts({name: _rows}).get(name, [])
        return [Block(one, f"{self.at(name)}[{n}]", self.notes) for n, one in enumerate(content)]

    def close(self) -> None:
        """Keys that nobody asked for are faults: a misspelt one would be left out in silence."""
        for name in self.content.keys() - self.asked:
            near = difflib.get_close_matches(name, self.asked, 1)
            self.fault(name, f"没有这个键{f'，是不是 {near[0]}？' if near else ''}")


def _rows(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidValue("须是列表，每项以“- ”开头；没有就写 []")
    return value
