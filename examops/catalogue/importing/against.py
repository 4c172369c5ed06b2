"""What a file says beside the catalogue as it stands: each row may be well written and the whole still be wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from examops.catalogue.labels import WHAT

Block = dict[str, Any]
Problem = tuple[str, str, str]  # code, key of the block, what is wrong


def over(known: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The block of an occupation with what a file gives of it."""
    merged = {**known, **given}
    merged["codes"] = {**known.get("codes", {}), **given.get("codes", {})}
    standards = {**known.get("standards", {}), **given.get("standards", {})}
    if standards:
        merged["standards"] = dict(sorted(standards.items()))
    exam = {version: dict(block) for version, block in known.get("exam", {}).items()}
    for version, block in given.get("exam", {}).items():
        exam[version] = {**exam.get(version, {}), **block}
    merged.pop("exam", None)
    return {**merged, "exam": exam} if exam else merged


def contradictions(given: Mapping[str, Block], known: Mapping[str, Block]) -> Iterator[Problem]:
    """``given`` and ``known``: code → block. Only what the file itself says is a fault of it."""
    merged = {**known, **{code: over(known.get(code, {}), block) for code, block in given.items()}}
    owners = _owners([*known.items(), *given.items()])
    for code, block in given.items():
        yield from _names_of_others(code, block, owners, merged)
        yield from _unknown_levels(code, block, merged[code])


def _owners(blocks: Iterable[tuple[str, Block]]) -> dict[str, set[str]]:
    """Plain name → the codes that have it, before the file or by it. A roster names an occupation by any of them."""
    owners: dict[str, set[str]] = {}
    for code, block in blocks:
        for name in _names(block):
            owners.setdefault(_plain(name), set()).add(code)
    return owners


def _names(block: Block) -> list[str]:
    return [one for one in (block.get("name"), block.get("name_en"), *block.get("aliases", ())) if one]


def _plain(name: str) -> str:
    return name.replace(" ", "").lower()


def _names_of_others(
    code: str, block: Block, owners: Mapping[str, set[str]], merged: Mapping[str, Block]
) -> Iterator[Problem]:
    for key in ("name", "name_en", "aliases"):
        for name in _names({key: block.get(key) or ()} if key == "aliases" else {"name": block.get(key)}):
            for other in sorted(owners[_plain(name)] - {code}):
                yield code, key, f"“{name}”已是 {other} {merged[other].get('name', '')} 的名称，核对编码和名称"


def _unknown_levels(code: str, block: Block, merged: Block) -> Iterator[Problem]:
    """Minutes or a ratio of a level that the occupation does not have."""
    levels = {str(one) for one in merged.get("levels", {}).get("value", ())}
    for values in block.get("exam", {}).values():
        for what, by_level in values.items():
            for level in sorted({str(one) for one in by_level} - levels - {"all"}):
                yield code, what, f"{WHAT.get(what, what)}写了等级 {level}，这个职业没有这个等级"
