"""The catalogue as it would be with the file, what that changes, and writing it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from config.occupation_faults import Reading, read_all
from config.occupations import IMPORTED, Catalogue, build
from config.rulebook import Rulebook
from config.strict_yaml import content_hash
from examops.catalogue.importing.against import over
from examops.catalogue.importing.incoming import Incoming
from examops.catalogue.values import DecisionLike, Value, values_of

HEAD = "# 由“catalogue import”写入，同编码的职业以这里为准。不要手改：再导入一次。\n"


@dataclass(frozen=True)
class Place:
    """``folder``: the house's files. ``imports``: the folder of ``imported.yaml``, None where it lies among them."""

    folder: Path
    imports: Path | None = None

    @property
    def file(self) -> Path:
        return (self.imports or self.folder / "occupations") / IMPORTED

    @property
    def moved(self) -> Path | None:
        """The file of before, in the program's folder, from which everything is taken over; None without one."""
        old = self.folder / "occupations" / IMPORTED
        return old if self.imports is not None and old.exists() else None

    def read(self) -> Reading:
        return read_all(self.folder, IMPORTED, self.imports)


@dataclass(frozen=True)
class Change:
    """One value that would be another. ``decision`` is the city's, which stays in force over both."""

    code: str
    name: str
    before: Value | None
    after: Value
    decision: DecisionLike | None


@dataclass(frozen=True)
class Merged:
    """``text`` is the whole new ``imported.yaml``; ``faults`` are those of the catalogue with it."""

    text: str
    faults: list[str]
    catalogue: Catalogue | None


def merge(incoming: Incoming, place: Place) -> Merged:
    """Values that the file leaves out stay. Nothing is written."""
    now = place.read()
    blocks = {code: {**block, "sector": sector} for code, (sector, block) in _imported(place).items()}
    for code, given in incoming.occupations.items():
        sector, known = now.occupations.get(code, ("", {}))
        blocks[code] = over({**known, "sector": sector} if known else {}, given)
    sources = _used(blocks.values(), {**now.sources, **incoming.sources})
    content = {"sources": sources, "occupations": [blocks[code] for code in sorted(blocks)]}
    text = HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
    reading = _read_with(text, place.folder)
    return Merged(text, reading.faults, None if reading.faults else build(reading))


def _imported(place: Place) -> dict[str, tuple[str, dict[str, Any]]]:
    """Of the file of before, while there is none in its place."""
    file = place.file if place.file.exists() else place.moved
    if file is None:
        return {}
    content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    return {row["code"]: (row.get("sector", ""), row) for row in content.get("occupations", [])}


def _used(blocks: Any, sources: dict[str, Any]) -> dict[str, Any]:
    """The documents that these blocks cite."""
    named = set(_cited(list(blocks)))
    return {key: raw for key, raw in sources.items() if key in named}


def _cited(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("source"), str):
            yield value["source"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _cited(one)


def _read_with(text: str, folder: Path) -> Reading:
    """The whole catalogue, read from a copy of the folder with the new file in it."""
    with tempfile.TemporaryDirectory() as copy:
        target = Path(copy)
        (target / "occupations").mkdir()
        for file in [*folder.glob("*.yaml"), *(folder / "occupations").glob("*.yaml")]:
            (target / file.relative_to(folder)).write_bytes(file.read_bytes())
        (target / "occupations" / IMPORTED).write_text(text, encoding="utf-8")
        return read_all(target, IMPORTED)


def changes(
    before: Catalogue, after: Catalogue, codes: Sequence[str], day: date, book: Rulebook, decisions: list[DecisionLike]
) -> list[Change]:
    """Every value of these occupations that would differ, those of new occupations with nothing before."""
    found = []
    for code in codes:
        old = before.by_code.get(code)
        known = values_of(old, day, book, before, decisions) if old else {}
        new = after.by_code[code]
        for key, value in values_of(new, day, book, after, decisions).items():
            was = known.get(key)
            if was is None or content_hash([was.base, was.source]) != content_hash([value.base, value.source]):
                found.append(Change(code, new.name, was, value, value.decision))
    return found


@contextmanager
def undone_on_error(place: Place) -> Iterator[None]:
    """Whatever the block writes to ``imported.yaml`` is put back if the block fails, its commit included."""
    target, before = place.file, written(place)
    try:
        yield
    except BaseException:
        if before is None:
            target.unlink(missing_ok=True)
        elif target.read_text(encoding="utf-8") != before:
            write(before, place)
        raise


def written(place: Place) -> str | None:
    """``imported.yaml`` as it stands, None before the first import."""
    target = place.file
    return target.read_text(encoding="utf-8") if target.exists() else None


def is_written(text: str, place: Place) -> bool:
    """Whether ``imported.yaml`` says this already, in whatever order."""
    now = written(place)
    return now is not None and bool(yaml.safe_load(now) == yaml.safe_load(text))


def write(text: str, place: Place) -> None:
    """Replace ``imported.yaml`` in one step: whoever reads it meets the old file or the new one."""
    target = place.file
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(target)
