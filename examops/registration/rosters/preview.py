"""The preview of an examined roster: tabs, reasons, a page of rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVarTuple
from uuid import UUID

from flask import url_for
from sqlalchemy import BigInteger, Select, func, literal, select, type_coerce
from sqlalchemy.orm import load_only

from examops.accounts import shown_name
from examops.catalogue import level, occupation, occupation_word
from examops.core.database import db
from examops.core.keys import Keyring
from examops.core.language import N_, SOURCE, _, current_language
from examops.core.queries import records_of
from examops.core.reading import read
from examops.eligibility import CANDIDATE_KINDS, CLAUSES, OUTCOMES
from examops.eligibility.roster import IGNORED, Columns, title_in, words_of
from examops.registration.models import Batch, Roster, RosterRow
from examops.registration.rosters.changing import PERSONAL
from examops.registration.rosters.context import columns_from_json
from examops.registration.rosters.edits import last_change, words_of_change
from examops.registration.rosters.employers import questions
from examops.registration.rosters.inputs import PAGE, TABS
from examops.registration.rosters.opened_row import Typed, opened_row
from examops.registration.rosters.reading_notes import notes
from examops.registration.rosters.standing import ASIDE, TURN_REASONS, TURNS, people_in, standing, standing_at

LAST_HEADS = {
    "ok": N_("结论"),
    "no": N_("不符合的条款"),
    "unclear": N_("待核实的条款"),
} | dict.fromkeys(ASIDE.values(), N_("说明"))
ASIDE_PAIRS = {
    "changed": ("act", N_("已报名，有变")),
    "differs": ("look", N_("已报名，不写入")),
    "same": ("off", N_("已报名，没有变")),
    "dropped": ("off", N_("不报")),
}

Ts = TypeVarTuple("Ts")
LINE = (
    *(RosterRow.row_number, RosterRow.body_id, RosterRow.name, RosterRow.id_masked, RosterRow.cells),
    *(RosterRow.lines, RosterRow.outcome, RosterRow.reasons),
)  # what a row shows while it is not opened


@dataclass(frozen=True)
class Shown:
    """Which rows: a tab ("" for the first that has people), one reason of it, a page, and one row opened at the cell
    of a ``field``, with what was ``typed`` and refused there."""

    tab: str = ""
    reason: str = ""
    after: int = 0
    opened: int | None = None
    typed: Typed | None = None
    field: str = ""


def tab_of(roster_uid: UUID, row_number: int) -> str:
    query = select(RosterRow).join(Roster, Roster.id == RosterRow.roster_id)
    found = query.where(Roster.uid == roster_uid, RosterRow.row_number == row_number)
    row = db.session.execute(found).scalar_one_or_none()
    return standing(row) if row else ""


def preview(roster: Roster, shown: Shown, *, ring: Keyring) -> dict[str, Any]:
    """The context of ``registration/roster_preview.html`` (without the long-work tray)."""
    tab, reason, after = shown.tab, shown.reason, shown.after
    tab = (
        tab
        if tab in TABS
        else next((name for name in ("no", "unclear", "ok", *ASIDE.values()) if roster.counts.get(name)), "ok")
    )
    (batch,) = _batch(roster.batch_id)
    rows, total = _rows(roster, tab, reason, after, LINE if shown.opened is None else ())
    current = next((row for row in rows if row.row_number == shown.opened), None)
    if shown.typed and current is None:  # on another page of the list: it alone
        current = _row_of(roster, shown.opened)
        rows = [*([current] if current else []), *rows][:PAGE]
    columns = columns_from_json(roster.sheet["layout"])
    recognised = sum(bool(column.field) for column in columns.columns)
    counts = {name: int(roster.counts.get(name, 0)) for name in TABS}
    here = {"tab": tab, "reason": reason}
    link = url_for("rosters.show", roster_uid=roster.uid, after=after or None, tab=tab, reason=reason or None)
    return {
        "roster": {"name": roster.name, "rows": sum(counts.values()), "batch": batch.name, "cut_off": batch.cut_off_on},
        "recognised_words": f"{recognised} / {len(columns.columns)}",
        "tab_items": [
            _tab(roster, name, counts[name], name == tab) for name in TABS if counts[name] or name in OUTCOMES
        ],
        "chip_items": _chips(roster, tab, reason, counts[tab]),
        "order_words": _("按差距从小到大") if tab == "no" else _("按表行"),
        "page": _page(roster, here, after, len(rows), total),
        "last_head": _(LAST_HEADS[tab]),
        "rows": [_row(row, link, row is current) for row in rows[:PAGE]],
        "opened": opened_row(roster, current, ring, shown.typed, here | {"field": shown.field}) if current else None,
        "counts": {
            "ok": counts["ok"],
            "changed": counts["changed"],
            "falls": _falls(roster) if counts["changed"] else 0,
            "all": people_in(counts),
            "draft": counts["no"] + counts["unclear"],
        },
        "changes": _changes(roster, here, columns, total),
        "download": _download(roster, counts),
        "task": None,
        "notes": notes(roster, ring),
        "employers": questions(roster),
        "save_url": url_for("rosters.save", roster_uid=roster.uid),
        "back_url": url_for("rosters.columns", roster_uid=roster.uid),
    }


def _rows(roster: Roster, tab: str, reason: str, after: int, columns: Sequence[Any]) -> tuple[list[RosterRow], int]:
    """A page, and how many there are: known of a whole tab, counted in the same query for one reason. ``columns`` are
    those that are shown; none given: all of them."""
    condition, known = standing_at(roster.id, tab), int(roster.counts.get(tab, 0))
    if reason:
        condition.append(RosterRow.reasons.contains([reason]))
    total = select(func.count()).select_from(RosterRow).where(*condition).scalar_subquery()
    if columns and not reason:
        page, count = _OF_TAB[tab](roster.id, after), known
    else:
        found = read(_page_at(select(RosterRow, total if reason else literal(known)).where(*condition), after, columns))
        page, count = [row.RosterRow for row in found], found[0][1] if found else 0
    if not page and after:  # behind the last page
        return [], int(db.session.execute(select(total)).scalar_one())
    return page, count if page else 0


def _page_at(rows: Select[*Ts], after: int, columns: Sequence[Any]) -> Select[*Ts]:
    ordered = rows.order_by(RosterRow.shortfall_days.nulls_last(), RosterRow.row_number)
    ordered = ordered.options(load_only(*columns, raiseload=True)) if columns else ordered
    return ordered.offset(type_coerce(after, BigInteger)).limit(PAGE)


def _tab_query(tab: str, roster_id: int, after: int) -> Select[RosterRow]:
    return _page_at(select(RosterRow).where(*standing_at(roster_id, tab)), after, LINE)


_OF_TAB = {tab: records_of(partial(_tab_query, tab)) for tab in TABS}


@records_of
def _batch(batch_id: int) -> Select[Batch]:
    return select(Batch).where(Batch.id == batch_id)


def _row_of(roster: Roster, row_number: int | None) -> RosterRow | None:
    query = select(RosterRow).where(RosterRow.roster_id == roster.id, RosterRow.row_number == row_number)
    return db.session.execute(query).scalar_one_or_none()


def _tab(roster: Roster, name: str, count: int, is_current: bool) -> dict[str, Any]:
    url = url_for("rosters.show", roster_uid=roster.uid, tab=name)
    return {"pair": _pair(name), "count": count, "url": url, "current": is_current}


def _pair(name: str) -> tuple[str, str]:
    mark, word_ = OUTCOMES[name] if name in OUTCOMES else ASIDE_PAIRS[name]
    return mark, _(word_)


def _chips(roster: Roster, tab: str, chosen: str, count: int) -> list[dict[str, Any]]:
    """The reasons of this tab by frequency. A person may have several, so they add up to at least the tab."""
    if tab not in ("no", "unclear", "changed"):
        return []
    code = func.unnest(RosterRow.reasons).label("code")
    query = select(code, func.count().label("n")).where(*standing_at(roster.id, tab))
    found = db.session.execute(query.group_by(code).order_by(func.count().desc()).limit(6)).all()
    if tab == "changed":
        found = [row for row in found if row.code in TURN_REASONS]
        if not found:
            return []

    def chip(word_: str, number: int, reason: str) -> dict[str, Any]:
        url = url_for("rosters.show", roster_uid=roster.uid, tab=tab, reason=reason or None)
        return {"word": word_, "count": number, "url": url, "current": reason == chosen}

    return [chip(_("全部"), count, ""), *(chip(reason_words(row.code), row.n, row.code) for row in found)]


def reason_words(code: str) -> str:
    if code in TURN_REASONS:
        return _(TURN_REASONS[code])
    if code.startswith("cell:"):
        return _short(_(words_of(code[5:])))
    return " ".join(_(CLAUSES.get(code, code), level="").split())


def _short(words: str) -> str:
    """The first part of a fault, short enough for a filter: what follows names values, which differ by row."""
    head = re.split("[；;（(，,：:{“]", words)[0].strip()
    return head[:16] if current_language() == SOURCE else head[:32]


def _falls(roster: Roster) -> int:
    query = select(func.count()).where(*standing_at(roster.id, "changed"), RosterRow.reasons.contains([TURNS["falls"]]))
    return int(db.session.execute(query).scalar_one())


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


def _row(row: RosterRow, link: str, is_open: bool) -> dict[str, Any]:
    """``link`` is the page's own address; a row that is open leads back to it."""
    values, number = row.cells.get("values", {}), row.row_number
    headline = row.lines[0] if row.lines and row.lines[0] else _("各条都符合")
    next_action = str(row.lines[1]) if len(row.lines) > 1 and row.lines[1] else _("看条款")
    return {
        "row_no": number,
        "name": shown_name(row) or _("（未填）"),
        "id_masked": row.id_masked or "—",
        "kind": _(CANDIDATE_KINDS.get(row.cells.get("kind", ""), "")),
        "team": values.get("team") or values.get("class_name") or "",
        "title": _title(row),
        "pair": ("stop" if TURNS["falls"] in row.reasons else _pair(standing(row))[0], str(headline)),
        "next_step": _("收起") if is_open else next_action,
        "url": link if is_open else f"{link}&open={number}#row-{number}",
        "is_open": is_open,
    }


def _changes(roster: Roster, here: dict[str, str], columns: Columns, total: int) -> dict[str, Any] | None:
    """What the bar for chosen rows offers, and the change that may be undone; nothing once a roster is saved."""
    if roster.state != "examined":
        return None
    last = last_change(roster)
    return {
        "url": url_for("rosters.change_rows", roster_uid=roster.uid),
        "here": here,
        "total": total,
        "is_dropped": here["tab"] == "dropped",
        "fields": [
            (column.field, column.header or title_in(column.field))
            for column in columns.columns
            if column.field not in ("", *PERSONAL, *IGNORED)
        ],
        "undo": {
            "url": url_for("rosters.undo_change", roster_uid=roster.uid),
            "number": last["number"],
            "words": words_of_change(last),
        }
        if last
        else None,
    }


def _title(row: RosterRow) -> str:
    code = row.cells.get("occupation")
    return f"{occupation_word(occupation(code)) if code else ''} {level(row.level) if row.level else ''}"


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
