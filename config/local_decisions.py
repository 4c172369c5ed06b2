"""What a city has decided for its own installation: dated values added to rules that were shipped, never other ones.

A folder of YAML files beside the installation's settings (``EXAMOPS_DECISIONS``). Each value is of the kind
``local decision`` and says who decided and when it was put there, so that verdicts of before are found and judged anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from config.rulebook_faults import LOCAL, entry_faults
from config.strict_yaml import YamlFault, read_yaml

Contents = dict[str, dict[str, Any]]


def with_decisions(shipped: Contents, folder: Path) -> tuple[Contents, list[str]]:
    """The shipped entries with the added values, and every fault of the files; faulty decisions are left out."""
    found, problems = dict(shipped), []
    for file in sorted(folder.rglob("*.yaml")):
        try:
            content = read_yaml(file)
        except YamlFault as error:
            problems.append(f"{file.name}: {error}")
            continue
        for key, raw in content.items():
            faults = list(_decision_faults(found.get(key), raw))
            if not faults:
                added = {**found[key], "values": {**found[key]["values"], **raw["values"]}}
                faults = entry_faults(f"{key.split('.')[0]}.yaml", key, added, is_known=False)
            problems += [f"{file.name}: {key}: {fault}" for fault in faults]
            if not faults:
                found[key] = added
    return found, problems


def _decision_faults(shipped: dict[str, Any] | None, raw: Any) -> Iterator[str]:
    if shipped is None:
        yield "is no rule of this release: a decision adds a value to one"
        return
    if not isinstance(raw, dict) or set(raw) != {"values"} or not isinstance(raw["values"], dict) or not raw["values"]:
        yield "has nothing but 'values', with one block for each day"
        return
    for day, cell in raw["values"].items():
        if day in shipped["values"]:
            yield f"{day}: stands already; what is written is corrected by a value of a later day"
        if not isinstance(cell, dict) or cell.get("kind") != LOCAL:
            yield f"{day}: is of the kind {LOCAL!r}"
        elif not isinstance(cell.get("recorded_on", day if "corrects" in cell else None), date):
            yield f"{day}: missing 'recorded_on', the day on which it was put here"
