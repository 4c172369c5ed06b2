"""What the reader left out, filled in or joined, told on the preview: nothing of a sheet is lost silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, func, select

from examops.core.clock import local_day
from examops.core.keys import Keyring
from examops.core.language import N_, _
from examops.core.queries import rows_of
from examops.eligibility.roster import Examination, SheetRows, Table, column_letter, hide_numbers
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.updating import gone_words

KEPT = 3  # examples of each kind
SKIPPED_WORDS = {
    "total": N_("跳过 {count} 行合计、小计（{rows}）"),
    "signature": N_("跳过 {count} 行制表、盖章、说明之类的文字（{rows}）"),
    "header": N_("跳过 {count} 行重复的表头（{rows}）"),
    "hidden": N_("表里隐藏的 {count} 行没有读（{rows}）；要读，点“上一步”勾上“隐藏的行也读”"),
}


def reading_to_json(table: Table, found: Examination, read: SheetRows) -> dict[str, Any]:
    """What ``Roster.sheet["reading"]`` keeps: counts, and the first few rows of each kind."""
    counts = Counter(line.kind for line in read.skipped)
    return {
        "skipped": {
            kind: [
                count,
                [
                    [line.row_no, "" if kind == "hidden" else hide_numbers(line.text)]
                    for line in _first(read.skipped, kind)
                ],
            ]
            for kind, count in counts.items()
        },
        "filled": [len(table.filled_rows), list(table.filled_rows[:KEPT])],
        "quotes": [len(table.stray_quotes), [[row, column_letter(at)] for row, at in table.stray_quotes[:KEPT]]],
        "lines": len(found.rows),
        "joined": [[row.row_no, row.continued_in] for row in found.rows if row.continued_in is not None][:KEPT],
        "people": sum(row.continued_in is None for row in found.rows),
    }


def _first(lines: Iterable[Any], kind: str) -> list[Any]:
    return [line for line in lines if line.kind == kind][:KEPT]


def notes(roster: Roster, ring: Keyring) -> list[str]:
    """The sentences for the preview, the gravest first; none for a roster examined before they were kept."""
    reading = roster.sheet.get("reading", {})
    return [
        *_imported_before(roster),
        *gone_words(roster, ring),
        *_other_sheets(roster),
        *(_skipped(kind, *reading["skipped"][kind]) for kind in SKIPPED_WORDS if kind in reading.get("skipped", {})),
        *_quotes(reading),
        *_filled(reading),
        *_joined(reading),
    ]


def _imported_before(roster: Roster) -> list[str]:
    """The same file saved earlier: this one brings it up to date."""
    earlier = next(iter(_saved_before(roster.content_digest, roster.body_id, roster.id)), None)
    if earlier is None or earlier[0] is None:
        return []
    text = N_("同一份文件 {day} 导入过，{count} 人已经报名：这次只看有没有变")
    return [_(text, day=local_day(earlier[0]).isoformat(), count=earlier[1])]


@rows_of
def _saved_before(digest: bytes, body_id: int, but: int) -> Select[datetime, int]:
    """Of the newest: when it was read, and how many people it brought."""
    applied = select(func.count()).where(RosterRow.roster_id == Roster.id, RosterRow.application_id.is_not(None))
    asked: Any = select(Roster.finished_at, applied.scalar_subquery())
    same = asked.where(Roster.content_digest == digest, Roster.body_id == body_id)
    others = same.where(Roster.id != but, Roster.state == "saved")
    return cast("Select[datetime, int]", others.order_by(Roster.id.desc()).limit(1))


def _other_sheets(roster: Roster) -> list[str]:
    others = [name for name, _lines, has_header in roster.sheet.get("sheets", ()) if has_header]
    others = [name for name in others if name != roster.sheet.get("sheet")]
    if not others:
        return []
    named, sheet = _("、").join(_("“{sheet}”", sheet=name) for name in others), roster.sheet.get("sheet", "")
    return [_("只读了工作表“{sheet}”；{others}也像名单，没有读：要报名的，另外再导入一次", sheet=sheet, others=named)]


def _skipped(kind: str, count: int, lines: list[list[Any]]) -> str:
    shown = (_("第 {row} 行“{text}”", row=row, text=text) if text else _("第 {row} 行", row=row) for row, text in lines)
    rows = _("、").join(shown)
    return _(SKIPPED_WORDS[kind], count=count, rows=rows + (_(" 等") if count > len(lines) else ""))


def _quotes(reading: dict[str, Any]) -> list[str]:
    count, places = reading.get("quotes", [0, []])
    where = _("、").join(f"{letter}{row}" for row, letter in places)
    words = _("{count} 格的引号不成对，或格里有换行和分隔符（{where}）：对照原表核对这几行", count=count, where=where)
    return [words] if count else []


def _filled(reading: dict[str, Any]) -> list[str]:
    count, rows = reading.get("filled", [0, []])
    where = _("、").join(map(str, rows)) + (_(" 等") if count > len(rows) else "")
    return [_("合并单元格的值已用到它盖住的 {count} 行（第 {where} 行）", count=count, where=where)] if count else []


def _joined(reading: dict[str, Any]) -> list[str]:
    lines, people = reading.get("lines", 0), reading.get("people", 0)
    if lines == people:
        return []
    pairs = _("、").join(_("第 {row} 行并入第 {first} 行", row=row, first=first) for row, first in reading["joined"])
    words = _(
        "{lines} 行是 {people} 人：同一人的几段派遣合在一起算（{pairs}）", lines=lines, people=people, pairs=pairs
    )
    return [words]
