"""Values of the catalogue, each with the document that says it and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from config.rulebook_faults import CERTAINTIES

NOT_FOUND = "not found"


@dataclass(frozen=True)
class Source:
    """A named document. ``number`` and ``issued_on`` as printed on it, empty where they were not seen; ``read_at`` is
    the page that was read. ``certainty``: an official page, a copy on another host, one unofficial page, none found.
    """

    key: str
    title: str
    number: str
    issued_on: str
    read_at: str
    certainty: str

    @property
    def words(self) -> str:
        named = "，".join(part for part in (self.number, self.issued_on) if part)
        return f"{self.title}（{named}）" if named else self.title


@dataclass(frozen=True)
class Sourced:
    """One value with its source and the place in it."""

    value: Any
    source: Source
    clause: str = ""

    @property
    def is_illustrative(self) -> bool:
        """No published source was found: an example until somebody confirms it."""
        return self.source.certainty == NOT_FOUND


SOURCE_KEYS = ("title", "number", "issued_on", "read_at", "certainty")


def source_faults(raw: Any) -> list[tuple[str, str]]:
    """(key, what is wrong with it) of one document as it stands in a file."""
    if not isinstance(raw, dict):
        return [("", "is not a block of keys")]
    faults = [(name, f"unknown key {name!r}") for name in raw if name not in SOURCE_KEYS]
    faults += [(name, f"{name!r} must be a text") for name in SOURCE_KEYS if not isinstance(raw.get(name), str)]
    if raw.get("certainty") not in CERTAINTIES:
        faults.append(("certainty", f"certainty must be one of {', '.join(CERTAINTIES)}"))
    return faults + ([] if raw.get("title") else [("title", "needs a title")])
