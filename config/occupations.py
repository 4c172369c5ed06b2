"""The catalogue of occupations, with the city's shortage list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config.strict_yaml import read_yaml

FILE = Path(__file__).parent / "catalogue" / "occupations.yaml"
FIELDS = {
    "code": str,
    "name": str,
    "edition": str,
    "levels": list,
    "skill_candidates_per_examiner": int,
    "in_shortage": bool,
    "standards": list,
    "aliases": list,
    "kind": str,
}


class CatalogueFault(ValueError):
    """Faults of the catalogue file, one per line."""


@dataclass(frozen=True)
class Occupation:
    """One occupation. ``levels`` are 5 (初级工) to 1 (高级技师); ``standards`` are versions, oldest first."""

    code: str
    name: str
    edition: str
    levels: tuple[int, ...]
    skill_candidates_per_examiner: int
    in_shortage: bool
    standards: tuple[str, ...]
    aliases: tuple[str, ...]
    kind: str

    @property
    def has_standard(self) -> bool:
        return bool(self.standards)

    @property
    def standard(self) -> str:
        """The newest version, or an empty text."""
        return self.standards[-1] if self.standards else ""


@dataclass(frozen=True)
class Catalogue:
    """Occupations by code, and by every name that a roster may use."""

    by_code: dict[str, Occupation]
    by_name: dict[str, Occupation]
    shortage_source: str
    shortage_kind: str

    def find(self, text: str) -> Occupation | None:
        """By code, name or alias; blanks and a trailing code in brackets are ignored."""
        plain = text.strip().replace(" ", "")
        head = plain.split("(")[0].split("（")[0]
        return self.by_code.get(plain.upper()) or self.by_name.get(plain) or self.by_name.get(head)


def load(file: Path = FILE) -> Catalogue:
    """Read the file, or raise :class:`CatalogueFault` listing every fault."""
    content = read_yaml(file)
    faults = [
        f"missing or unknown {name!r}" for name in {"shortage_source", "shortage_kind", "occupations"} ^ set(content)
    ]
    rows = content.get("occupations", [])
    faults += [fault for row in rows for fault in _faults(row)]
    if faults:
        raise CatalogueFault("\n".join(faults))
    found = [Occupation(**{name: _frozen(row[name]) for name in FIELDS}) for row in rows]
    return Catalogue(
        by_code={one.code: one for one in found},
        by_name={name: one for one in found for name in (one.name, *one.aliases)},
        shortage_source=content["shortage_source"],
        shortage_kind=content["shortage_kind"],
    )


def _faults(row: dict[str, Any]) -> list[str]:
    title = row.get("code", row)
    faults = [f"{title}: unknown key {name!r}" for name in row if name not in FIELDS]
    faults += [
        f"{title}: {name!r} must be {kind.__name__}" for name, kind in FIELDS.items() if type(row.get(name)) is not kind
    ]
    levels = row.get("levels")
    if isinstance(levels, list) and not set(levels) <= {1, 2, 3, 4, 5}:
        faults.append(f"{title}: levels are 1 to 5")
    return faults


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@cache
def catalogue() -> Catalogue:
    """The catalogue of this installation, read once."""
    return load()
