"""What an import file holds, and everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.occupation_faults import Reading, read_occupation_file
from examops.catalogue.importing.against import contradictions
from examops.catalogue.importing.table import read_table


@dataclass
class Incoming:
    """``occupations``: code → block as in the house's files, with what the file gives only. ``faults``: one a line."""

    sources: dict[str, Any] = field(default_factory=dict)
    occupations: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read_incoming(file: Path, known: Reading) -> Incoming:
    """XLSX (and what else `examops.sheets` reads) or YAML, by its name. ``known`` is the catalogue as it stands."""
    if file.suffix.lower() in (".yaml", ".yml"):
        return _read_yaml(file, known)
    found, sources, faults = read_table(file.read_bytes(), _blocks(known))
    return Incoming(sources, found, faults)


def _read_yaml(file: Path, known: Reading) -> Incoming:
    """The form of the house's own files, ``sources`` in the same file or known already."""
    reading = Reading(sources=dict(known.sources))
    read_occupation_file(file, reading)
    occupations = {code: {**block, "sector": sector} for code, (sector, block) in reading.occupations.items()}
    own = {key: raw for key, raw in reading.sources.items() if key not in known.sources}
    faults = [*reading.faults, *_against(file, occupations, known)]
    if not occupations and not faults:
        faults.append(f"{file.name}: 文件里没有职业（occupations）")
    return Incoming(own, occupations, faults)


def _against(file: Path, given: dict[str, dict[str, Any]], known: Reading) -> list[str]:
    return [f"{file.name}: {code}: {key}: {words}" for code, key, words in contradictions(given, _blocks(known))]


def _blocks(reading: Reading) -> dict[str, dict[str, Any]]:
    return {code: block for code, (_sector, block) in reading.occupations.items()}
