"""One cell corrected: the row is read and judged again by the same functions; the rest of the file is left alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import Conflict, NotFound
from examops.core.keys import Keyring
from examops.core.language import N_, message
from examops.eligibility.roster import Column, Table, judge_rows, read_row, readers_for
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.context import columns_from_json, roster_context
from examops.registration.rosters.examining import row_values
from examops.registration.rosters.known import known_people
from examops.registration.tags import Tag


def correct_cell(roster: Roster, row_number: int, field: str, value: str, *, actor: Actor, ring: Keyring) -> RosterRow:
    """Put ``value`` into the column of ``field`` and judge the row anew; counts follow."""
    row = db.session.execute(
        select(RosterRow).where(RosterRow.roster_id == roster.id, RosterRow.row_number == row_number).with_for_update()
    ).scalar_one_or_none()
    if row is None:
        raise NotFound(N_("名单里没有这一行"))
    if roster.state != "examined" or row.application_id is not None:
        raise Conflict(N_("这一行已经保存，不能在这里改"), advice=N_("到考生资料里更正"))
    columns = columns_from_json(roster.sheet["layout"])
    cells = _cells(row, columns.columns, ring)
    at = next((column.index for column in columns.columns if column.field == field), None)
    if at is None:
        raise NotFound(N_("名单里没有这一列"))
    cells += [""] * (at + 1 - len(cells))
    cells[at] = value.strip()[:200]
    parsed = read_row(row_number, cells, readers_for(columns.columns))
    context = roster_context(roster)
    known = known_people([parsed], context.offered or (), roster.body_id, ring)
    judge_rows([parsed], columns, context, known)
    before = row.outcome
    table = Table([[]] * (row_number - 1) + [cells])
    for name, fresh in row_values(roster, table, parsed, ring).items():
        if name not in ("uid", "body_id", "district", "roster_id", "row_number"):
            setattr(row, name, fresh)
    roster.counts = _moved(roster.counts, before, row.outcome)
    db.session.flush()
    record(
        Tag.ROSTER_ROW_CORRECTED,
        actor,
        roster,
        words=message(N_("{roster} 第 {row} 行"), roster=roster.name, row=row_number),
        field=field,
        before=before,
        after=row.outcome,
    )
    return row


def _moved(counts: dict[str, Any], before: str, after: str) -> dict[str, Any]:
    if before == after:
        return counts
    return {**counts, before: counts.get(before, 1) - 1, after: counts.get(after, 0) + 1}


def _cells(row: RosterRow, columns: tuple[Column, ...], ring: Keyring) -> list[str]:
    """The cells as kept, the masked ID number put back."""
    cells = list(row.cells.get("raw", []))
    at = next((column.index for column in columns if column.field == "id_number"), None)
    if at is not None and row.id_sealed and row.id_hash and at < len(cells):
        cells[at] = ring.open(bytes(row.id_sealed), "person.id_sealed." + bytes(row.id_hash).hex())
    return cells
