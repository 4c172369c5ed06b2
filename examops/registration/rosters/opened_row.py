"""One row of the preview opened: its faults, the lines of its verdict, the cell to correct."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from config.rulebook import rulebook
from examops.core.keys import Keyring, open_id_number
from examops.core.language import N_, _, join_messages
from examops.eligibility import SENTENCE_MARK, Facts, Line, Verdict, judge, level_word, next_step, word
from examops.eligibility.roster import IGNORED, Column, column_letter, title_in, title_of_difference
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.context import columns_from_json, roster_context
from examops.registration.rosters.originals import seen_groups
from examops.registration.rosters.standing import TURNS, is_dropped


def shown_lines(verdict: Verdict) -> list[dict[str, Any]]:
    """Lines as ``verdict_lines`` draws them."""
    return [_shown(line) for line in verdict.lines]


def _shown(line: Line) -> dict[str, Any]:
    words = word(line)
    return {
        "outcome": str(line.outcome),
        "clause": str(words.clause),
        "found": str(words.found),
        "found_source": str(words.note),
        "limit": str(words.limit),
        "gap": str(words.gap),
        "source": words.cited,
        "text": words.text or words.cited,
        "advice": str(join_messages(SENTENCE_MARK, words.advice)),
    }


def verdict_of(row: RosterRow, roster: Roster, ring: Keyring) -> Verdict | None:
    """Judged anew from the stored facts: the same function, the same outcome."""
    if not row.facts or not row.cells.get("occupation") or not row.level:
        return None
    facts = replace(Facts.from_json(row.facts), id_number=open_id_number(ring, row))
    return judge(facts, roster_context(roster).for_one(row.cells["occupation"], row.level), rulebook())


@dataclass(frozen=True)
class Typed:
    """A cell that was typed and refused."""

    field: str
    value: str


def opened_row(
    roster: Roster, row: RosterRow, ring: Keyring, typed: Typed | None = None, here: dict[str, str] | None = None
) -> dict[str, Any]:
    """``here``: the tab, reason and field of the page, for the links of the cells."""
    verdict = verdict_of(row, roster, ring)
    lines = _update_lines(row) + [
        {
            "outcome": "fail",
            "clause": _("表格内容"),
            "found": str(fault),
            "found_source": "",
            "limit": "",
            "gap": "",
            "source": _("名单格式"),
            "text": _("表格里的值认不出来或缺少"),
            "advice": _("在下面改正，或改原表后重新导入"),
        }
        for fault in row.problems
    ]
    lines += shown_lines(verdict) if verdict else []
    if verdict:
        lines[0].setdefault("advice", str(next_step(verdict)))
    chosen = typed.field if typed else (here or {}).get("field", "")
    field = chosen if chosen in _used(roster) else _field_to_correct(roster, row)
    shown = {"lines": lines, "sheet": _sheet(roster, row, field, here or {}), "fix": _fix(roster, row, field, typed)}
    return {**shown, "originals": _originals(roster, row, ring), "row_no": row.row_number}


def _update_lines(row: RosterRow) -> list[dict[str, Any]]:
    """What the sheet says otherwise than the record of somebody who has applied, and what becomes of it."""
    update, falls = row.cells.get("update", {}), TURNS["falls"] in row.reasons
    return [
        {
            "outcome": "pass" if is_written and not falls else "unclear",
            "clause": _(title_of_difference(field)),
            "found": f"{_told(field, before) or '—'} → {_told(field, after)}",
            "found_source": "",
            "limit": _("保存时写入") if is_written else _("不写入"),
            "gap": "",
            "source": _("报名 {number}", number=update["number"]),
            "text": _("已经报名的人，写入有变的资料，资格按新资料重判；没有变的照旧"),
            "advice": "" if is_written else _(_why_not(field)),
        }
        for field, before, after, is_written in update.get("differences", ())
    ]


def _told(field: str, value: str) -> str:
    return str(level_word(value)) if field == "certificate_level" and value else value


def _why_not(field: str) -> str:
    if field == "name":
        return N_("姓名报市中心核对后改")
    return N_("新内容有错或没有证明：先改好，或补上证明")


PER_LINE = 7  # cells side by side at 1366 pixels
PAPERS = {"employment": N_("用工、社保记录"), "certificates": N_("原有证书"), "schooling": N_("学籍、毕业证")} | {
    "identity": N_("证件")
}


def _originals(roster: Roster, row: RosterRow, ring: Keyring) -> list[dict[str, Any]]:
    """For each group of papers: who saw the original and when, or the address to say so. Nothing without a person."""
    if row.id_hash is None:
        return []
    seen, is_open = seen_groups(roster, row, ring), roster.state == "examined" and row.application_id is None
    named: dict[str, Any] = {"roster_uid": roster.uid, "row_number": row.row_number}
    has_other = row.facts.get("id_type", "resident") != "resident"
    return [
        {
            "word": _(word),
            "seen": seen.get(group),
            "url": url_for("rosters.confirm", **named, group=group),
            "undo_url": url_for("rosters.take_back", **named, group=group) if is_open else None,
        }
        for group, word in PAPERS.items()
        if group in seen or (is_open and (group != "identity" or has_other))
    ]


CORRECTED_FIELDS = {
    "agency": "started_on",
    "employee": "insured_in",
    "student": "enrolled_on",
    "level": "certificate_level",
    "identity": "id_number",
    "id": "id_number",
}


def _field_to_correct(roster: Roster, row: RosterRow) -> str:
    """The cell most likely to hold the mistake: by the first reason, else the first column used."""
    present = [column.field for column in columns_from_json(roster.sheet["layout"]).columns if column.field]
    first = row.reasons[0] if row.reasons else ""
    wanted = first.removeprefix("cell:").split(".")[0]
    for candidate in (CORRECTED_FIELDS.get(wanted, ""), wanted, "started_on", "certificate_level", "enrolled_on"):
        if candidate in present:
            return candidate
    return next((field for field in present if field not in ("id_number", "number")), "")


def _used(roster: Roster) -> list[str]:
    """The fields of the columns that are read."""
    return [c.field for c in columns_from_json(roster.sheet["layout"]).columns if c.field not in ("", *IGNORED)]


def _sheet(roster: Roster, row: RosterRow, field: str, here: dict[str, str]) -> dict[str, Any] | None:
    """Every cell that is read, ``PER_LINE`` side by side, each with the address at which it can be changed."""
    used = [c for c in columns_from_json(roster.sheet["layout"]).columns if c.field not in ("", *IGNORED)]
    raw, is_open = row.cells.get("raw", []), roster.state == "examined" and row.application_id is None
    chosen = {key: value for key, value in here.items() if value and key != "field"}
    named: dict[str, Any] = {"roster_uid": roster.uid, "open": row.row_number, **chosen}

    def cell(column: Column) -> dict[str, Any]:
        address = url_for("rosters.show", **named, field=column.field, _anchor=f"row-{row.row_number}")
        return {
            "head": f"{column.letter} {column.header or title_in(column.field)}",
            "value": raw[column.index] if column.index < len(raw) else "",
            "hit": column.field == field,
            "url": address if is_open and not is_dropped(row) else None,
        }

    cells = [cell(column) for column in used]
    lines = [cells[at : at + PER_LINE] for at in range(0, len(cells), PER_LINE)]
    return (
        {"title": _("原表第 {row} 行", row=row.row_number), "row_no": row.row_number, "lines": lines} if cells else None
    )


def _fix(roster: Roster, row: RosterRow, field: str, typed: Typed | None) -> dict[str, Any] | None:
    column = next((c for c in columns_from_json(roster.sheet["layout"]).columns if c.field == field), None)
    is_locked = roster.state != "examined" or row.application_id is not None or is_dropped(row)
    if column is None or (is_locked and typed is None):
        return None
    raw = row.cells.get("raw", [])
    # A masked number is no number: it is typed anew.
    value = raw[column.index] if column.index < len(raw) and field != "id_number" else ""
    return {
        "label": _(
            "改 {cell} {title}",
            cell=f"{column_letter(column.index)}{row.row_number}",
            title=column.header or title_in(field),
        ),
        "name": "value",
        "value": typed.value if typed else value,
        "is_locked": is_locked,
        "proof_url": None,
        "proof_words": "",
        "url": url_for("rosters.correct", roster_uid=roster.uid, row_number=row.row_number, field=field),
    }
