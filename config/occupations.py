"""The catalogue of occupations."""

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
    "standards": list,
    "aliases": list,
    "kind": str,
}
MAY_LACK = {"name_en": str}


class CatalogueFault(ValueError):
    """Faults of the catalogue file, one per line."""


@dataclass(frozen=True)
class Occupation:
    """One occupation. ``levels`` are 5 (初级工) to 1 (高级技师); ``standards`` are versions, oldest first.

    ``name_en`` is the English name where an established one exists, else "".
    """

    code: str
    name: str
    edition: str
    levels: tuple[int, ...]
    standards: tuple[str, ...]
    aliases: tuple[str, ...]
    kind: str
    name_en: str = ""

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

    def find(self, text: str) -> Occupation | None:
        """By code, name or alias; blanks and a trailing code in brackets are ignored."""
        plain = _plain(text)
        head = plain.split("(")[0].split("（")[0]
        return self.by_code.get(plain.upper()) or self.by_name.get(plain) or self.by_name.get(head)


def _plain(name: str) -> str:
    return name.strip().replace(" ", "").lower()


def load(file: Path = FILE) -> Catalogue:
    """Read the file, or raise :class:`CatalogueFault` listing every fault."""
    content = read_yaml(file)
    faults = [f"missing or unknown {name!r}" for name in {"occupations"} ^ set(content)]
    rows = content.get("occupations", [])
    faults += [fault for row in rows for fault in _faults(row)]
    if faults:
        raise CatalogueFault("\n".join(faults))
    found = [Occupation(**{name: _frozen(value) for name, value in row.items()}) for row in rows]
    return Catalogue(
        by_code={one.code: one for one in found},
        by_name={_plain(name): one for one in found for name in (one.name, one.name_en, *one.aliases) if name},
    )


def _faults(row: dict[str, Any]) -> list[str]:
    title = row.get("code", row)
    faults = [f"{title}: unknown key {name!r}" for name in row if name not in {**FIELDS, **MAY_LACK}]
    faults += [
        f"{title}: {name!r} must be {kind.__name__}"
        for name, kind in {**FIELDS, **MAY_LACK}.items()
        if type(row.get(name)) is not kind and not (name in MAY_LACK and name not in row)
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
