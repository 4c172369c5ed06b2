"""One block (mapping) of the setup file. A fault is recorded with its path, and reading continues."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Convert = Callable[[Any], Any]


class InvalidValue(ValueError):
    """An invalid value. The text says what is expected and never repeats a secret."""


@dataclass
class SetupFindings:
    """Faults and warnings of the file, each ``path: text``. With a fault nothing is saved."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Block:
    """``path`` locates the block in the file, as ``bodies[0].sites[1]``; "" is the whole file."""

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
        """Key → converted value, for keys that are present and valid. A missing required key is a fault."""
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
        """Record a fault for each unknown key: a misspelt one would otherwise be ignored."""
        for name in self.content.keys() - self.asked:
            near = difflib.get_close_matches(name, self.asked, 1)
            self.fault(name, f"没有这个键{f'，是不是 {near[0]}？' if near else ''}")


def _rows(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidValue("须是列表，每项以“- ”开头；没有就写 []")
    return value
