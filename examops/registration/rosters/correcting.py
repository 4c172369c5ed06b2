"""One cell corrected: the person is read and judged again, with all their rows, by the same functions as before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import Conflict, NotFound
from examops.core.keys import Keyring, hashes_of_row, id_number_hashes, open_id_number
from examops.core.language import N_, message
from examops.eligibility.roster import (
    Column,
    Columns,
    ParsedRow,
    Table,
    hide_numbers,
    judge_rows,
    read_row,
    readers_for,
    visible,
)
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.context import columns_from_json, roster_context
from examops.registration.rosters.edits import grouped_by_value, keep_change, keep_edits, kept_cell
from examops.registration.rosters.examining import RowWriter, continued_rows
from examops.registration.rosters.known import known_people
from examops.registration.rosters.standing import DROPPED, recounted, standing
from examops.registration.tags import Tag

MOST_CHARACTERS = 200
KEPT = ("uid", "body_id", "district", "roster_id", "row_number")
Cells = list[Any]


def correct_cell(roster: Roster, row_number: int, field: str, value: str, *, actor: Actor, ring: Keyring) -> RosterRow:
    """Put ``value`` into the column of ``field`` and judge the person anew with every row they have; counts follow.

    An unchanged value judges again and changes no cell. Returns the row that now holds the person: another one when
    the corrected row has become a further spell of an earlier row.
    """
    db.session.refresh(roster, with_for_update=True)  # two corrections at once: both rows and counts stay right
    row = row_to_correct(roster, row_number)
    columns = columns_from_json(roster.sheet["layout"])
    at = index_of(columns, field)
    was = cells_of(row, row.cells, columns.columns, ring)
    cells = _with_value(was, row.cells, at, field, value)
    before = row.outcome
    found = judge_again(roster, [row], {row_number: cells}, ring)[row_number]
    if cells[at] != cell_at(was, at):
        note_cells(roster, field, at, {row_number: cell_at(was, at)}, {row_number: cells[at]}, ring)
    _record(roster, row_number, field, before, found.outcome, actor)
    return found


def index_of(columns: Columns, field: str) -> int:
    at = next((column.index for column in columns.columns if field and column.field == field), None)
    if at is None:
        raise NotFound(N_("名单里没有这一列"))
    return at


def cell_at(cells: Cells, at: int) -> Any:
    return cells[at] if at < len(cells) else ""


def note_cells(
    roster: Roster, field: str, at: int, was: Mapping[int, Any], now: Mapping[int, Any], ring: Keyring
) -> None:
    """Keep the values of one column, by row number, for another examination and to be undone."""
    is_id = field == "id_number"
    keep_edits(roster, at, {row: kept_cell(value, roster, ring, is_id=is_id) for row, value in now.items()})
    before = {row: kept_cell(value, roster, ring, is_id=is_id) for row, value in was.items()}
    keep_change(roster, "cells", was.keys(), field=field, at=at, was=grouped_by_value(before))


def judge_again(
    roster: Roster,
    rows: Sequence[RosterRow],
    changed: Mapping[int, Cells],
    ring: Keyring,
    *,
    also: Iterable[bytes] = (),
) -> dict[int, RosterRow]:
    """Judge the people of ``rows`` anew, and those with the hashes ``also``, with every row they have and these cells
    ``changed``, by number of the sheet; counts follow. Rows that are dropped count only where ``rows`` names them.

    Returns the row of the preview that now holds each row of the sheet.
    """
    columns = columns_from_json(roster.sheet["layout"])
    readers = readers_for(columns)
    fresh = (_hashes_of(read_row(number, cells, readers), ring) for number, cells in changed.items())
    hashes = {one for found in (*(hashes_of_row(ring, row) for row in rows), *fresh, also) for one in found}
    stored = [*rows, *_others(roster, rows, hashes)]
    if not stored:
        return {}
    sheet = {number: found for one in stored for number, found in sheet_rows(one, columns, ring)} | dict(changed)
    parsed = [read_row(number, sheet[number], readers) for number in sorted(sheet)]
    context = roster_context(roster)
    judge_rows(parsed, columns, context, known_people(parsed, context.offered or (), roster, ring))
    before = [standing(one) for one in stored]
    found = _write(roster, stored, parsed, sheet, ring)
    roster.counts = recounted(roster.counts, before, map(standing, found.values()))
    return {one.row_no: found[one.continued_in or one.row_no] for one in parsed}


def row_to_correct(roster: Roster, row_number: int) -> RosterRow:
    query = select(RosterRow).where(RosterRow.roster_id == roster.id, RosterRow.row_number == row_number)
    row = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if row is None:
        raise NotFound(N_("名单里没有这一行"))
    if row.application_id is not None:
        raise Conflict(N_("没有改：这个人已经报名，资料不能再从名单里改"), advice=N_("要改的内容报市中心处理"))
    must_be_examined(roster)
    if DROPPED in row.reasons:
        raise Conflict(N_("没有改：这一行已经定为不报"), advice=N_("要改就先取回"))
    return row


def must_be_examined(roster: Roster) -> None:
    if roster.state == "saving":
        raise Conflict(N_("没有改：这份名单正在保存"), advice=N_("等保存完再看这一行"))
    if roster.state != "examined":
        raise Conflict(
            N_("没有改：这份名单已经不在核对（可能在另一个窗口保存了）"), advice=N_("把这一行改好，放进新的名单再导入")
        )


def _others(roster: Roster, rows: Sequence[RosterRow], hashes: set[bytes]) -> list[RosterRow]:
    """Every other row of the people concerned. What is saved already counts as an application, not as a row."""
    query = select(RosterRow).where(
        RosterRow.roster_id == roster.id,
        RosterRow.id_hash.in_(hashes),
        RosterRow.id.not_in([row.id for row in rows]),
        RosterRow.application_id.is_(None),
        ~RosterRow.reasons.contains([DROPPED]),
    )
    return list(db.session.execute(query.execution_options(populate_existing=True)).scalars())


def _hashes_of(row: ParsedRow, ring: Keyring) -> tuple[bytes, ...]:
    return id_number_hashes(ring, row.id_number) if row.id_number else ()


def _with_value(cells: Cells, kept: Mapping[str, Any], at: int, field: str, value: str) -> Cells:
    """The cells with the value put in. What the page showed, sent back as it was, leaves the cell alone."""
    raw = kept.get("raw", [])
    shown = "" if field == "id_number" or at >= len(raw) else raw[at]
    if value.strip() == _as_an_input_shows(shown):
        return cells + [""] * (at + 1 - len(cells))
    return with_cell(cells, at, visible(value.strip()[:MOST_CHARACTERS]))


def with_cell(cells: Cells, at: int, value: Any) -> Cells:
    found = cells + [""] * (at + 1 - len(cells))
    found[at] = value
    return found


def _as_an_input_shows(text: str) -> str:
    return text.replace("\r", "").replace("\n", "").strip()


def sheet_rows(row: RosterRow, columns: Columns, ring: Keyring) -> Iterator[tuple[int, Cells]]:
    """Every row of the sheet that stands behind this row of the preview, by its number."""
    yield row.row_number, cells_of(row, row.cells, columns.columns, ring)
    if "continued" not in row.cells and len(row.facts.get("spells", ())) > 1:
        raise Conflict(
            N_("这个人有几行，是更新以前核对的，单独改一行会漏掉其他行"),
            advice=N_("点“上一步”，把名单再核对一次，然后再改"),
        )
    for one in row.cells.get("continued", ()):
        yield one["row"], cells_of(row, one, columns.columns, ring)


def cells_of(row: RosterRow, kept: Mapping[str, Any], columns: tuple[Column, ...], ring: Keyring) -> Cells:
    """The cells as they were read: numbers as numbers, and what is masked in the text put back."""
    cells: Cells = list(kept.get("raw", ()))
    for at in kept.get("numbers", ()):
        cells[at] = float(cells[at]) if "*" not in cells[at] else cells[at]  # a masked number is none any more
    for column in columns:
        if column.index >= len(cells):
            continue
        told = kept.get("values", {}).get(column.field)
        if column.field == "id_number" and row.id_sealed and row.id_hash:
            cells[column.index] = open_id_number(ring, row)
        elif isinstance(told, str) and told != cells[column.index] == hide_numbers(told):
            cells[column.index] = told
    return cells


def _write(
    roster: Roster, stored: Iterable[RosterRow], parsed: list[ParsedRow], sheet: dict[int, Cells], ring: Keyring
) -> dict[int, RosterRow]:
    """The rows of the preview as judged now, by number:
    changed, added where two spells part, removed where they join.
    """
    rows = {row.row_number: row for row in stored}
    table = Table([sheet.get(number, []) for number in range(1, max(sheet) + 1)])
    continued, writer = continued_rows(parsed), RowWriter(roster, table, ring)
    people = [one for one in parsed if one.continued_in is None]
    for gone in rows.keys() - {one.row_no for one in people}:
        db.session.delete(rows.pop(gone))
    for one in people:
        fresh = writer.values(one, continued.get(one.row_no, ()))
        if one.row_no not in rows:
            rows[one.row_no] = RosterRow(**fresh)
            db.session.add(rows[one.row_no])
        for name in fresh.keys() - {*KEPT}:
            setattr(rows[one.row_no], name, fresh[name])
    db.session.flush()
    return rows


def _record(roster: Roster, row_number: int, field: str, before: str, after: str, actor: Actor) -> None:
    record(
        Tag.ROSTER_ROW_CORRECTED,
        actor,
        roster,
        words=message(N_("{roster} 第 {row} 行"), roster=roster.name, row=row_number),
        field=field,
        before=before,
        after=after,
    )
