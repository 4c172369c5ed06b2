"""Many rows of the preview changed at once, dropped or taken back, and the last change undone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.keys import Keyring, hashes_of_row
from examops.core.language import N_, Message, join_messages, message
from examops.eligibility.roster import title_of, visible
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.context import columns_from_json
from examops.registration.rosters.correcting import (
    MOST_CHARACTERS,
    cell_at,
    index_of,
    judge_again,
    must_be_examined,
    note_cells,
    sheet_rows,
    with_cell,
)
from examops.registration.rosters.edits import (
    cell_of,
    forget_last_change,
    keep_change,
    keep_dropped,
    keep_edits,
    last_change,
)
from examops.registration.rosters.standing import DROPPED, drop, is_dropped, recounted, standing, standing_at
from examops.registration.tags import Tag

MOST_ROWS = 2000
LOGGED_ROWS = 200
PERSONAL = ("name", "id_number", "telephone", "certificate_number", "student_number")
OF_A_SPELL = ("kind", "agency", "host", "employer", "started_on", "ended_on", "insured_in", "insured_by", "works_in")
SENTENCES = N_("；")


@dataclass(frozen=True)
class Choice:
    """Rows of the preview by their numbers; ``everybody``: all of a tab, and of one reason of it, instead."""

    rows: Collection[int] = ()
    everybody: bool = False
    tab: str = ""
    reason: str = ""


def set_many(roster: Roster, choice: Choice, field: str, value: str, *, actor: Actor, ring: Keyring) -> Message:
    """Put one value into one column of all chosen people. Who has several spells of work keeps the columns of a spell.

    Raises :class:`Conflict` for columns that name a person, and where nobody is chosen.
    """
    rows = _chosen(roster, choice)
    if field in PERSONAL:
        raise Conflict(N_("没有改：这一列一人一个样，不能一起改"), advice=N_("点开每一行，单独改"))
    columns = columns_from_json(roster.sheet["layout"])
    at, value = index_of(columns, field), visible(value.strip()[:MOST_CHARACTERS])
    left = [row for row in rows if field in OF_A_SPELL and row.cells.get("continued")]
    people = [row for row in rows if row not in left]
    sheet = {number: cells for row in people for number, cells in sheet_rows(row, columns, ring)}
    was = {number: cell_at(cells, at) for number, cells in sheet.items() if cell_at(cells, at) != value}
    if was:
        judge_again(roster, people, {number: with_cell(sheet[number], at, value) for number in was}, ring)
        note_cells(roster, field, at, was, dict.fromkeys(was, value), ring)
        _record(Tag.ROSTER_ROWS_CHANGED, roster, was, actor, field=field)
    title = Message(title_of(field))
    told = [message(N_("改了 {count} 人的“{title}”"), count=len(people), title=title)]
    if left:
        told.append(message(N_("{count} 人有几段派遣，没有改，点开单独改"), count=len(left)))
    return join_messages(SENTENCES, told)


def drop_rows(roster: Roster, choice: Choice, *, actor: Actor, ring: Keyring) -> Message:
    """Put the chosen people aside: they count for nothing, and are not saved, until they are taken back."""
    rows = _chosen(roster, choice)
    numbers = _numbers(rows)
    _put_aside(roster, rows, ring)
    keep_change(roster, "dropped", numbers)
    _record(Tag.ROSTER_ROW_DROPPED, roster, numbers, actor)
    return message(N_("{count} 人定为不报，随时可以取回"), count=len(rows))


def restore_rows(roster: Roster, choice: Choice, *, actor: Actor, ring: Keyring) -> Message:
    """Take the chosen people back and judge them, with whoever shares an ID number with them."""
    rows = _chosen(roster, choice, dropped=True)
    numbers = _numbers(rows)
    _take_back(roster, rows, ring)
    keep_change(roster, "restored", numbers)
    _record(Tag.ROSTER_ROW_RESTORED, roster, numbers, actor)
    return message(N_("取回 {count} 人，已重新判断"), count=len(rows))


def undo(roster: Roster, number: int, *, actor: Actor, ring: Keyring) -> Message:
    """Undo the change of this number. Raises :class:`Conflict` unless it is the last: a second click undoes none."""
    db.session.refresh(roster, with_for_update=True)
    must_be_examined(roster)
    change = last_change(roster)
    if change is None or change["number"] != number:
        raise Conflict(N_("没有撤销：这已经不是最后一处改动"), advice=N_("看一眼现在的样子，再决定要不要撤销"))
    if change["kind"] == "cells":
        _put_back(roster, change, ring)
    else:
        rows = _holding(roster, change["rows"])
        (_take_back if change["kind"] == "dropped" else _put_aside)(roster, rows, ring)
    forget_last_change(roster)
    _record(Tag.ROSTER_CHANGE_UNDONE, roster, change["rows"], actor, undone=change["kind"])
    return message(N_("撤销了，已按原来的内容重新判断"))


def _chosen(roster: Roster, choice: Choice, *, dropped: bool = False) -> list[RosterRow]:
    db.session.refresh(roster, with_for_update=True)
    must_be_examined(roster)
    query = select(RosterRow).where(RosterRow.roster_id == roster.id, RosterRow.application_id.is_(None))
    if choice.everybody:
        query = query.where(*standing_at(roster.id, choice.tab))
        query = query.where(RosterRow.reasons.contains([choice.reason])) if choice.reason else query
    else:
        query = query.where(RosterRow.row_number.in_(choice.rows))
    has_dropped = RosterRow.reasons.contains([DROPPED])
    query = query.where(has_dropped if dropped else ~has_dropped).order_by(RosterRow.row_number).limit(MOST_ROWS + 1)
    found = list(db.session.execute(query.execution_options(populate_existing=True)).scalars())
    if not found:
        raise Conflict(N_("没有改：还没有选人"), advice=N_("在行首打勾，或选“这一类全部”"))
    if len(found) > MOST_ROWS:
        advice = N_("先点一个原因缩小范围，或改原表后重新导入")
        raise Conflict(N_("没有改：一次最多改 {most} 人"), advice=advice, most=MOST_ROWS)
    return found


def _numbers(rows: Sequence[RosterRow]) -> list[int]:
    """Of every row of the sheet behind these people."""
    return sorted({number for row in rows for number in (row.row_number, *_continued(row))})


def _continued(row: RosterRow) -> list[int]:
    return [one["row"] for one in row.cells.get("continued", ())]


def _put_aside(roster: Roster, rows: Sequence[RosterRow], ring: Keyring) -> None:
    before, hashes = [standing(row) for row in rows], {one for row in rows for one in hashes_of_row(ring, row)}
    for row in rows:
        drop(row)
    db.session.flush()
    keep_dropped(roster, put_aside=_numbers(rows))
    roster.counts = recounted(roster.counts, before, map(standing, rows))
    judge_again(roster, [], {}, ring, also=hashes)


def _take_back(roster: Roster, rows: Sequence[RosterRow], ring: Keyring) -> None:
    keep_dropped(roster, taken_back=_numbers(rows))
    judge_again(roster, rows, {}, ring)


def _put_back(roster: Roster, change: dict[str, Any], ring: Keyring) -> None:
    columns, at = columns_from_json(roster.sheet["layout"]), change["at"]
    rows = [row for row in _holding(roster, change["rows"]) if not is_dropped(row)]
    sheet = {number: cells for row in rows for number, cells in sheet_rows(row, columns, ring)}
    kept = {number: value for value, numbers in change["was"] for number in numbers if number in sheet}
    cells = {number: with_cell(sheet[number], at, cell_of(value, roster, ring)) for number, value in kept.items()}
    judge_again(roster, rows, cells, ring)
    keep_edits(roster, at, kept)


def _holding(roster: Roster, numbers: Collection[int]) -> list[RosterRow]:
    """The rows of the preview that hold these rows of the sheet. Raises :class:`Conflict` where one is saved."""
    query = select(RosterRow).where(RosterRow.roster_id == roster.id)
    direct = RosterRow.row_number.in_(numbers)
    has_more = RosterRow.cells["continued"].astext.not_in(("[]",))
    rows = db.session.execute(query.where(direct | has_more).execution_options(populate_existing=True)).scalars()
    found = [row for row in rows if {row.row_number, *_continued(row)} & set(numbers)]
    if any(row.application_id is not None for row in found):
        raise Conflict(N_("没有撤销：改动里的人已经报名"), advice=N_("要改的内容报市中心处理"))
    return found


def _record(tag: Tag, roster: Roster, rows: Collection[int], actor: Actor, **more: Any) -> None:
    numbers = sorted(rows)
    if len(numbers) == 1:
        words = message(N_("{roster} 第 {row} 行"), roster=roster.name, row=numbers[0])
    else:
        words = message(N_("{roster} {count} 行"), roster=roster.name, count=len(numbers))
    more |= {"rows": numbers[:LOGGED_ROWS], "count": len(numbers), "after": roster.counts}
    record(tag, actor, roster, words=words, **more)
