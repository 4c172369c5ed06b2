"""The compact checks before declaring a session: clause, value, limit. Pure over a SessionView."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from config.rulebook import Rulebook
from examops.core.clock import SHANGHAI
from examops.sessions.capacity import largest_panel
from examops.sessions.models import SessionGroup
from examops.sessions.queries import SessionView


@dataclass(frozen=True)
class Check:
    word: str
    outcome: str
    value: str
    limit: str
    clause: str
    text: str


def checks(view: SessionView, rules: Rulebook) -> list[Check]:
    """All of them, passed or not."""
    day = view.session.starts_at.astimezone(SHANGHAI).date()
    practical = [group for group in view.groups if group.part != "theory"]
    return [
        *[_stations(view, group, rules, day) for group in view.groups],
        *[_panel(view, group, rules, day) for group in practical],
        _covered(view), _cameras(view), _cards(view, day), _recusal(view),
    ]  # fmt: skip


def _check(word: str, passed: bool, value: object, limit: str, clause: str = "系统规则", text: str = "") -> Check:
    return Check(word, "pass" if passed else "fail", str(value), limit, clause, text)


def _word(word: str, view: SessionView, group: SessionGroup) -> str:
    return word if len(view.groups) == 1 else f"第 {group.number} 组{word}"


def _stations(view: SessionView, group: SessionGroup, rules: Rulebook, day: date) -> Check:
    """The policy counts workstations for each occupation."""
    rule = rules["capacity.min_workstations"].on(day)
    count = len(view.stations_by_group[group.id])
    return _check(_word("工位", view, group), count >= rule.value, count, f"≥ {rule.value}", rule.clause, rule.text)


def _panel(view: SessionView, group: SessionGroup, rules: Rulebook, day: date) -> Check:
    rule = rules["capacity.examiners_min"].on(day)
    count = len(view.panel_of(group))
    lawful = largest_panel(count, rule.value) == count
    return _check(
        _word("考评员", view, group), lawful and count > 0, count, f"≥ {rule.value}，单数", rule.clause, rule.text
    )


def _covered(view: SessionView) -> Check:
    seen = {station for row in view.cameras if row.camera.admitted_at for station in row.seen}
    count = sum(station.id in seen for station in view.stations)
    return _check("工位覆盖", count == len(view.stations), count, f"/ {len(view.stations)}", "市工作方案 一(三)")


def _cameras(view: SessionView) -> Check:
    admitted = sum(row.camera.admitted_at is not None for row in view.cameras)
    return _check(
        "摄像机准入", admitted == len(view.cameras) > 0, admitted, f"/ {len(view.cameras)}", "市工作方案 一(三)"
    )


def _cards(view: SessionView, day: object) -> Check:
    examiners = [row for row in view.duties if row.SessionDuty.role in ("leader", "examiner")]
    valid = sum(row.valid_until is not None and row.valid_until >= day for row in examiners)
    return _check("考评证当日有效", valid == len(examiners), valid, f"/ {len(examiners)}", "考评人员管理办法")


def _recusal(view: SessionView) -> Check:
    return _check("须回避", not view.recused, len(view.recused), "须为 0", "考评人员管理办法 回避")
