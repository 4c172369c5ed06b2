"""The preview of an examined roster: tabs, reasons, a page of rows, one row opened and judged before one's eyes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import url_for
from marshmallow import Schema, fields
from sqlalchemy import func, select

from config.rulebook import rulebook
from examops.catalogue import level, named_occupation
from examops.core.database import db
from examops.core.keys import Keyring, open_id_number
from examops.core.language import N_, SOURCE, _, current_language, join_messages
from examops.eligibility import (
    CANDIDATE_KINDS,
    CLAUSES,
    OUTCOMES,
    SENTENCE_MARK,
    Facts,
    Line,
    Verdict,
    judge,
    next_step,
    word,
)
from examops.eligibility.roster import column_letter, title_in, words_of
from examops.registration.models import Batch, Roster, RosterRow
from examops.registration.rosters.context import columns_from_json, roster_context
from examops.registration.rosters.inputs import TABS
from examops.web.formats import mask_name

PAGE = 50
LAST_HEADS = {"ok": N_("结论"), "no": N_("不符合的条款"), "unclear": N_("待核实的条款")}


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
    if not row.facts or not row.cells.get("occupation") or not row.cells.get("level"):
        return None
    facts = replace(Facts.from_json(row.facts), id_number=open_id_number(ring, row))
    return judge(facts, roster_context(roster).for_one(row.cells["occupation"], row.cells["level"]), rulebook())


def preview(roster: Roster, *, tab: str, reason: str, after: int, opened: int | None, ring: Keyring) -> dict[str, Any]:
    """The context of ``registration/roster_preview.html`` (without the long-work tray)."""
    tab = tab if tab in TABS else next((name for name in ("no", "unclear", "ok") if roster.counts.get(name)), "ok")
    batch = db.session.execute(select(Batch).where(Batch.id == roster.batch_id)).scalar_one()
    rows, total = _rows(roster, tab, reason, after)
    current = next((row for row in rows if row.row_number == opened), None)
    columns = columns_from_json(roster.sheet["layout"])
    recognised = sum(bool(column.field) for column in columns.columns)
    counts = {name: int(roster.counts.get(name, 0)) for name in TABS}
    here = {"tab": tab, "reason": reason}
    return {
        "roster": {"name": roster.name, "rows": sum(counts.values()), "batch": batch.name, "cut_off": batch.cut_off_on},
        "recognised_words": f"{recognised} / {len(columns.columns)}",
        "tab_items": [_tab(roster, name, counts[name], name == tab) for name in TABS],
        "chip_items": _chips(roster, tab, reason, counts[tab]),
        "order_words": _("按差距从小到大") if tab == "no" else _("按表行"),
        "page": _page(roster, here, after, len(rows), total),
        "last_head": _(LAST_HEADS[tab]),
        "rows": [_row(roster, row, here, row is current, after) for row in rows[:PAGE]],
        "opened": _opened(roster, current, ring) if current else None,
        "counts": {"ok": counts["ok"], "all": sum(counts.values()), "draft": counts["no"] + counts["unclear"]},
        "download": _download(roster, counts),
        "task": None,
        "save_url": url_for("rosters.save", roster_uid=roster.uid),
        "back_url": url_for("rosters.columns", roster_uid=roster.uid),
    }


def _rows(roster: Roster, tab: str, reason: str, after: int) -> tuple[list[RosterRow], int]:
    condition = [RosterRow.roster_id == roster.id, RosterRow.outcome == tab]
    if reason:
        condition.append(RosterRow.reasons.contains([reason]))
    total = db.session.execute(select(func.count()).select_from(RosterRow).where(*condition)).scalar_one()
    query = select(RosterRow).where(*condition).order_by(RosterRow.shortfall_days.nulls_last(), RosterRow.row_number)
    return list(db.session.execute(query.offset(after).limit(PAGE)).scalars()), int(total)


def _tab(roster: Roster, name: str, count: int, is_current: bool) -> dict[str, Any]:
    url = url_for("rosters.show", roster_uid=roster.uid, tab=name)
    return {"pair": _pair(name), "count": count, "url": url, "current": is_current}


def _pair(outcome: str) -> tuple[str, str]:
    mark, word_ = OUTCOMES[outcome]
    return mark, _(word_)


def _chips(roster: Roster, tab: str, chosen: str, count: int) -> list[dict[str, Any]]:
    """The reasons of this tab by frequency. A person may have several, so they add up to at least the tab."""
    if tab == "ok":
        return []
    code = func.unnest(RosterRow.reasons).label("code")
    query = select(code, func.count().label("n")).where(RosterRow.roster_id == roster.id, RosterRow.outcome == tab)
    found = db.session.execute(query.group_by(code).order_by(func.count().desc()).limit(6)).all()

    def chip(word_: str, number: int, reason: str) -> dict[str, Any]:
        url = url_for("rosters.show", roster_uid=roster.uid, tab=tab, reason=reason or None)
        return {"word": word_, "count": number, "url": url, "current": reason == chosen}

    return [chip(_("全部"), count, ""), *(chip(reason_words(row.code), row.n, row.code) for row in found)]


def reason_words(code: str) -> str:
    if code.startswith("cell:"):
        return _short(_(words_of(code[5:])))
    return " ".join(_(CLAUSES.get(code, code), level="").split())


def _short(words: str) -> str:
    """The first part of a fault, short enough for a filter."""
    head = re.split("[；;（(]", words)[0].strip()
    return head[:16] if current_language() == SOURCE else head[:32]


def _page(roster: Roster, here: dict[str, str], after: int, shown: int, total: int) -> dict[str, Any]:
    def link(start: int) -> str:
        chosen: dict[str, Any] = {key: value for key, value in here.items() if value}
        return url_for("rosters.show", roster_uid=roster.uid, after=start, **chosen)

    return {
        "first": after + 1 if shown else 0,
        "last": after + shown,
        "total": total,
        "newer_url": link(max(0, after - PAGE)) if after else None,
        "older_url": link(after + PAGE) if after + shown < total else None,
    }


def _row(roster: Roster, row: RosterRow, here: dict[str, str], is_open: bool, after: int) -> dict[str, Any]:
    values = row.cells.get("values", {})
    target: dict[str, Any] = {} if is_open else {"open": row.row_number, "_anchor": f"row-{row.row_number}"}
    chosen: dict[str, Any] = {key: value for key, value in here.items() if value}
    link = url_for("rosters.show", roster_uid=roster.uid, after=after or None, **chosen, **target)
    headline = row.lines[0] if row.lines and row.lines[0] else _("各条都符合")
    way_out = str(row.lines[1]) if len(row.lines) > 1 and row.lines[1] else _("看条款")
    return {
        "row_no": row.row_number,
        "name": mask_name(row.name) or _("（未填）"),
        "id_masked": row.id_masked or "—",
        "kind": _(CANDIDATE_KINDS.get(row.cells.get("kind", ""), "")),
        "team": values.get("team") or values.get("class_name") or "",
        "title": _title(row),
        "pair": (OUTCOMES[row.outcome][0], str(headline)),
        "next_step": _("收起") if is_open else way_out,
        "url": link,
        "is_open": is_open,
    }


def _title(row: RosterRow) -> str:
    code, number = row.cells.get("occupation"), row.cells.get("level")
    return f"{named_occupation(code).name if code else ''} {level(number) if number else ''}"


def _opened(roster: Roster, row: RosterRow, ring: Keyring) -> dict[str, Any]:
    verdict = verdict_of(row, roster, ring)
    lines = [
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
    field = _field_to_mend(roster, row)
    return {"lines": lines, "sheet": _sheet(roster, row, field), "fix": _fix(roster, row, field)}


MENDS = {
    "agency": "started_on",
    "employee": "insured_in",
    "student": "enrolled_on",
    "level": "certificate_level",
    "identity": "id_number",
    "id": "id_number",
}


def _field_to_mend(roster: Roster, row: RosterRow) -> str:
    """The cell most likely to hold the mistake: by the first reason, else the first column used."""
    present = [column.field for column in columns_from_json(roster.sheet["layout"]).columns if column.field]
    first = row.reasons[0] if row.reasons else ""
    wanted = first.removeprefix("cell:").split(".")[0]
    for candidate in (MENDS.get(wanted, ""), wanted, "started_on", "certificate_level", "enrolled_on"):
        if candidate in present:
            return candidate
    return next((field for field in present if field not in ("id_number", "number")), "")


def _sheet(roster: Roster, row: RosterRow, field: str) -> dict[str, Any] | None:
    columns = columns_from_json(roster.sheet["layout"]).columns
    at = next((column.index for column in columns if column.field == field), None)
    if at is None:
        return None
    window = columns[max(0, at - 2) : at + 3]
    raw = row.cells.get("raw", [])
    return {
        "title": _("原表第 {row} 行", row=row.row_number),
        "row_no": row.row_number,
        "heads": [(f"{column.letter} {column.header}", column.index == at) for column in window],
        "values": [(raw[column.index] if column.index < len(raw) else "", column.index == at) for column in window],
    }


def _fix(roster: Roster, row: RosterRow, field: str) -> dict[str, Any] | None:
    column = next((c for c in columns_from_json(roster.sheet["layout"]).columns if c.field == field), None)
    if column is None or row.application_id is not None:
        return None
    raw = row.cells.get("raw", [])
    return {
        "label": _(
            "改 {cell} {title}",
            cell=f"{column_letter(column.index)}{row.row_number}",
            title=column.header or title_in(field),
        ),
        "name": "value",
        # A masked number is no number: it is typed anew.
        "value": raw[column.index] if column.index < len(raw) and field != "id_number" else "",
        "proof_url": None,
        "proof_words": "",
        "url": url_for("rosters.correct", roster_uid=roster.uid, row_number=row.row_number, field=field),
    }


def _download(roster: Roster, counts: dict[str, int]) -> dict[str, str] | None:
    left = counts["no"] + counts["unclear"]
    return (
        {
            "words": _("下载 {count} 行及原因", count=left),
            "url": url_for("rosters.corrections_workbook", roster_uid=roster.uid),
        }
        if left
        else None
    )


class ProgressSchema(Schema):
    """The tray of a long task; words are ready to be shown."""

    verb = fields.Str(required=True)
    name = fields.Str(required=True)
    percent = fields.Float(required=True)
    done = fields.Str(required=True)
    total = fields.Str(required=True)
    rate = fields.Str(required=True)
    left = fields.Str(required=True)
    finish_at = fields.Str(required=True)
    finished = fields.Bool(required=True)
    result_words = fields.Str(required=True)
    reload = fields.Bool(required=True, metadata={"description": "The page shows more once it is finished"})
    result_url = fields.Str(required=True, allow_none=True)
    progress_url = fields.Str(required=True)
    cancel_url = fields.Str(required=True, allow_none=True)


def progress(roster: Roster, now: datetime) -> dict[str, Any]:
    """The tray: percent, done and all, rate, time left, result."""
    all_, done = roster.row_count, roster.done_count
    spent = (now - roster.started_at).total_seconds() if roster.started_at else 0.0
    rate = done / spent if spent > 0.5 and done else 0.0
    left = (all_ - done) / rate if rate else 0.0
    finished = roster.state not in ("examining", "saving")
    return {
        "verb": _("保存") if roster.state in ("saving", "saved") else _("核对"),
        "name": roster.name,
        "percent": 100.0 if finished else (100 * done / all_ if all_ else 0.0),
        "done": f"{done:,}",
        "total": _("{count:,} 行", count=all_),
        "rate": _("每秒 {rate:,.0f} 行", rate=rate) if rate else "",
        "left": _("还需 {left:,.0f} 秒", left=left) if left and not finished else "",
        "finish_at": "",
        "finished": finished,
        "result_words": _("看结果"),
        "reload": True,
        "result_url": url_for("rosters.show", roster_uid=roster.uid) if finished else None,
        "progress_url": url_for("rosters.progress", roster_uid=roster.uid),
        "cancel_url": url_for("rosters.stop", roster_uid=roster.uid) if roster.state == "examining" else None,
    }
