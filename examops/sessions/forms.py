"""Forms of sessions: parsed whole, every fault said at once beside its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from examops.core.clock import SHANGHAI
from examops.core.errors import Invalid
from examops.sessions.planning import Duty, Plan


def parse_plan(form: Mapping[str, Any], duties: Mapping[str, str]) -> Plan:
    """``duties`` maps a staff uid to a role (empty: not on duty). Raises :class:`Invalid` naming every field."""
    faults: list[str] = []

    def read(name: str, word: str, convert: Any) -> Any:
        try:
            return convert(form.get(name, ""))
        except (ValueError, TypeError):
            faults.append(f"{word}没填或填错")
            return None

    code, _, level = str(form.get("target", "")).partition("/")
    if not code or not level.isdigit():
        faults.append("请选职业和等级")
    values = {
        "batch_uid": read("batch", "批次", UUID),
        "room_uid": read("room", "考场", UUID),
        "starts_at": read("starts_at", "开始时间", _moment),
        "turns": read("turns", "轮次", int),
        "minutes": read("minutes", "每轮分钟", int),
        "pause": read("pause", "轮间分钟", int),
    }
    if form.get("part") not in ("theory", "skill", "review"):
        faults.append("请选科目")
    if faults:
        raise Invalid("；".join(faults), advice="改好标出的项再保存")
    chosen = tuple(Duty(UUID(uid), role) for uid, role in duties.items() if role)
    return Plan(occupation_code=code, level=int(level), part=str(form["part"]), duties=chosen, **values)


def _moment(text: str) -> datetime:
    """``2026-11-26T08:30`` as the clock on the wall in Foshan."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
