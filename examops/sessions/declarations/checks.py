"""The compact checks before declaring a session: clause, value, limit. Pure over a SessionView."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from config.rulebook import Rulebook
from examops.core.clock import local_day
from examops.core.language import _
from examops.sessions.capacity.limits import largest_panel
from examops.sessions.models import SessionGroup
from examops.sessions.overview.session_view import SessionView

# Citations, Chinese for every reader.
CAMERA_CLAUSE, CARD_CLAUSE, RECUSAL_CLAUSE = "市工作方案 一(三)", "考评人员管理办法", "考评人员管理办法 回避"


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
    day = local_day(view.session.starts_at)
    practical = [group for group in view.groups if group.part != "theory"]
    return [
        *[_stations(view, group, rules, day) for group in view.groups],
        *[_panel(view, group, rules, day) for group in practical],
        _covered(view),
        _cameras(view),
        _cards(view, day),
        _recusal(view),
    ]


def _check(word: str, passed: bool, value: object, limit: str, clause: str = "", text: str = "") -> Check:
    return Check(word, "pass" if passed else "fail", str(value), limit, clause or _("系统规则"), text)


def _word(word: str, view: SessionView, group: SessionGroup) -> str:
    return word if len(view.groups) == 1 else _("第 {number} 组{word}", number=group.number, word=word)


def _stations(view: SessionView, group: SessionGroup, rules: Rulebook, day: date) -> Check:
    """The policy counts workstations for each occupation."""
    rule = rules["capacity.min_workstations"].on(day)
    count = len(view.stations_by_group[group.id])
    return _check(_word(_("工位"), view, group), count >= rule.value, count, f"≥ {rule.value}", rule.clause, rule.text)


def _panel(view: SessionView, group: SessionGroup, rules: Rulebook, day: date) -> Check:
    rule = rules["capacity.examiners_min"].on(day)
    count = len(view.panel_of(group))
    lawful = largest_panel(count, rule.value) == count
    return _check(
        _word(_("考评员"), view, group),
        lawful and count > 0,
        count,
        _("≥ {number}，单数", number=rule.value),
        rule.clause,
        rule.text,
    )


def _covered(view: SessionView) -> Check:
    seen = {station for row in view.cameras if row.camera.admitted_at for station in row.seen}
    count = sum(station.id in seen for station in view.stations)
    return _check(_("工位覆盖"), count == len(view.stations), count, f"/ {len(view.stations)}", CAMERA_CLAUSE)


def _cameras(view: SessionView) -> Check:
    admitted = sum(row.camera.admitted_at is not None for row in view.cameras)
    return _check(_("摄像机准入"), admitted == len(view.cameras) > 0, admitted, f"/ {len(view.cameras)}", CAMERA_CLAUSE)


def _cards(view: SessionView, day: object) -> Check:
    examiners = [row for row in view.duties if row.SessionDuty.role in ("leader", "examiner")]
    valid = sum(row.valid_until is not None and row.valid_until >= day for row in examiners)
    return _check(_("考评证当日有效"), valid == len(examiners), valid, f"/ {len(examiners)}", CARD_CLAUSE)


def _recusal(view: SessionView) -> Check:
    return _check(_("须回避"), not view.recused, len(view.recused), _("须为 {number}", number=0), RECUSAL_CLAUSE)
