"""What a version says: its hash, and what it still lacks. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.level_conditions import condition_faults
from config.strict_yaml import content_hash
from examops.core.language import N_, Message, message
from examops.specifications.models import OWN_KINDS, Specification, WorkPlan

AnyVersion = Specification | WorkPlan


def content_of(row: AnyVersion) -> dict[str, Any]:
    """Everything that counts, nothing about its way: what the hash and the filing's digest cover."""
    if isinstance(row, WorkPlan):
        return {"what": "work_plan", "version": row.version, "lines": row.lines}
    return {
        "what": "specification",
        "occupation": row.occupation_code,
        "kind": row.kind,
        "name": row.name,
        "version": row.version,
        "national_version": row.national_version,
        "levels": row.levels,
    }


def hash_of(row: AnyVersion) -> str:
    return content_hash(content_of(row))


def faults_of(row: AnyVersion) -> Iterator[Message]:
    """What stands in the way of handing it in."""
    if isinstance(row, WorkPlan):
        if not row.lines:
            yield message(N_("工作方案没有一行"))
        return
    if not row.levels:
        yield message(N_("评价规范没有一个等级"))
    if row.kind not in OWN_KINDS:
        return
    if row.document_id is None:
        yield message(N_("没有选评价规范的文本材料"))
    for level, one in row.levels.items():
        if not one["text"] or list(condition_faults(one["conditions"])):
            yield message(N_("等级 {level} 没有写申报条件"), level=level)
