"""The changes of a run (or dry run): lines for the report, and counts per body for the audit log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from examops.core.clock import local_day
from examops.core.language import N_, Message, message
from examops.ops.setup.content import placed

COUNTED = {
    "机构": N_("机构 {count}"),
    "职业": N_("职业 {count}"),
    "考点": N_("考点 {count}"),
    "考场": N_("考场 {count}"),
    "工位": N_("工位 {count}"),
    "摄像机": N_("摄像机 {count}"),
    "摄像机看到的工位": N_("摄像机看到的工位 {count}"),
    "考务人员": N_("考务人员 {count}"),
    "证": N_("证 {count}"),
    "账号": N_("账号 {count}"),
    "任职": N_("任职 {count}"),
    "隐私告知": N_("隐私告知 {count}"),
}
COLUMNS = {
    "name": "名称",
    "short_name": "简称",
    "kind": "类别",
    "district": "区",
    "address": "地址",
    "telephone": "电话",
    "filed_on": "备案日",
    "levels": "等级",
    "contact": "联系人",
    "seats": "座位",
    "occupations": "职业",
    "position": "位置",
    "source": "地址",
    "width": "宽",
    "height": "高",
    "is_door": "对着门",
    "admitted_at": "准入",
    "fitness": "适用性测试",
    "team": "部门",
    "user_id": "登录账号",
    "valid_from": "起",
    "valid_until": "止",
    "is_head": "负责人",
}


@dataclass(frozen=True)
class Line:
    kind: str
    words: str


@dataclass
class SetupResult:
    """``passwords`` are (login, name, password) of new accounts: printed once, stored nowhere."""

    added: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    passwords: list[tuple[str, str, str]] = field(default_factory=list, repr=False)
    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def add(self, owner: str, kind: str, words: str, count: int = 1) -> None:
        """``owner`` is the credit code of the body it belongs to, empty for what belongs to none."""
        self.added.append(Line(kind, words))
        self.counts.setdefault((owner, "added"), Counter())[kind] += count

    def change(self, owner: str, kind: str, words: str) -> None:
        self.changed.append(Line(kind, words))
        self.counts.setdefault((owner, "changed"), Counter())[kind] += 1

    def leave(self, kind: str, words: str) -> None:
        self.left.append(Line(kind, words))

    @property
    def owners(self) -> list[str]:
        return sorted({owner for owner, _ in self.counts})

    def has_added(self, owner: str, kind: str) -> bool:
        return kind in self.counts.get((owner, "added"), ())

    def counted(self, owner: str, what: str) -> list[Message]:
        """``what`` is ``added`` or ``changed``."""
        counts = self.counts.get((owner, what), Counter())
        return [message(COUNTED[kind], count=count) for kind, count in counts.items()]


def difference(column: str, before: Any, after: Any) -> str:
    return f"{COLUMNS.get(column, column)} {_shown(before)} → {_shown(after)}"


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return local_day(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "、".join(f"{name} {one}" for name, one in value.items()) or "（无）"
    if isinstance(value, list | tuple):
        return "、".join(str(one) for one in value) or "（无）"
    return "（无）" if value in ("", None) else str(value)


def report(outcome: SetupResult) -> list[str]:
    """The plan in lines: what is added, what is changed, what the file does not name."""
    return [
        *_part("新增", "+", outcome.added),
        *_part("更改", "~", outcome.changed),
        *_part("不在文件里，原样保留", "·", outcome.left),
        *([f"请留意 {len(outcome.warnings)} 处"] if outcome.warnings else []),
        *(f"  ! {one}" for one in placed(outcome.warnings, outcome.lines)),
    ]


def _part(title: str, mark: str, lines: Iterable[Line]) -> list[str]:
    shown = [f"  {mark} {line.kind} {line.words}" for line in lines]
    return [f"{title} {len(shown)} 项", *shown] if shown else []
