"""The examination of a whole roster, in a worker: progress is seen while it runs, cancelling stops it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from config.occupations import catalogue
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import DomainError
from examops.core.keys import Keyring, seal_id_number
from examops.core.language import N_, Message, join_messages, message
from examops.core.long_work import Cancelled
from examops.core.scope import SYSTEM
from examops.core.store import Store
from examops.core.transaction import transaction
from examops.eligibility import SharedJson, mask
from examops.eligibility.roster import (
    Examination,
    ParsedRow,
    SheetRows,
    Table,
    Update,
    hidden,
    hide_numbers,
    id_columns,
    judge_rows,
    masked_cells,
    masked_fault,
    next_action,
    other_employers,
    read_sheet,
    summary,
    title_of_difference,
    values_to_json,
)
from examops.registration.models import BatchOccupation, Roster, RosterRow
from examops.registration.rosters.context import columns_from_json, roster_context
from examops.registration.rosters.edits import edited_table, parted
from examops.registration.rosters.failing import given_back
from examops.registration.rosters.intake import roster_by_uid, table_of
from examops.registration.rosters.known import known_people
from examops.registration.rosters.reading_notes import reading_to_json
from examops.registration.rosters.standing import ASIDE, DROPPED, REASONS, TURN_WORDS, TURNS, drop
from examops.registration.tags import Tag

CHUNK = 2000
MOST_EMPLOYERS, LONGEST_NAME = 12, 200
BROKE_OFF = N_("核对时系统出错，没有核对完。点“上一步”再核对一次；还是出错，请联系运维")


def examine_roster(uid: uuid.UUID, *, actor: Actor, clock: Clock, store: Store, ring: Keyring) -> Message:
    """Judge every row and write the preview. Safe to run twice: the rows are written anew."""
    with given_back(uid, working="examining", state="failed", fault=message(BROKE_OFF), clock=clock):
        return _examine(uid, actor, clock, store, ring)


def _examine(uid: uuid.UUID, actor: Actor, clock: Clock, store: Store, ring: Keyring) -> Message:
    with transaction(SYSTEM):
        roster = roster_by_uid(uid)
        if roster.state != "examining":
            return message(N_("名单已不在核对"))
        key, sheet = roster.document_key, roster.sheet
    try:
        table = table_of(store.get("documents", key), sheet["is_paste"], sheet.get("sheet", ""))
        table = edited_table(table, roster, ring)
        return _write(uid, table, _judge(uid, table, ring), actor, clock, ring)
    except Cancelled:
        return message(N_("已取消"))
    except DomainError as fault:
        with transaction(SYSTEM):
            roster = roster_by_uid(uid)
            roster.state, roster.fault, roster.finished_at = "failed", fault.wording, clock.now()
        return fault.wording


@dataclass(frozen=True)
class _Judged:
    """``dropped``: the rows that the coordinator had put aside, judged among themselves."""

    people: Examination
    dropped: Examination
    read: SheetRows


def _judge(uid: uuid.UUID, table: Table, ring: Keyring) -> _Judged:
    with transaction(SYSTEM):
        roster = roster_by_uid(uid)
        context, columns = roster_context(roster), columns_from_json(roster.sheet["layout"])
        read = read_sheet(table, columns, with_hidden=bool(roster.sheet.get("with_hidden")))
        rows, dropped = parted(read.rows, roster)
        roster.row_count = len(rows)
        targets = select(BatchOccupation.occupation_code, BatchOccupation.level)
        offered = db.session.execute(targets.where(BatchOccupation.batch_id == roster.batch_id))
        known = known_people(read.rows, [(code, level) for code, level in offered], roster, ring)
    people = judge_rows(rows, columns, context, known, progress=lambda done, all_: _report_progress(uid, done))
    return _Judged(people, judge_rows(dropped, columns, context, known), read)


def _report_progress(uid: uuid.UUID, done: int) -> None:
    with transaction(SYSTEM):
        roster = roster_by_uid(uid)
        if roster.state == "cancelled":
            raise Cancelled()
        roster.done_count = done


def _write(uid: uuid.UUID, table: Table, judged: _Judged, actor: Actor, clock: Clock, ring: Keyring) -> Message:
    """All rows and the new state in one transaction: a reader sees the old preview or the new one."""
    found = judged.people
    people = [row for row in found.rows if row.continued_in is None]
    with transaction(SYSTEM):
        roster = db.session.execute(select(Roster).where(Roster.uid == uid).with_for_update()).scalar_one()
        if roster.state == "cancelled":
            raise Cancelled()
        db.session.execute(delete(RosterRow).where(RosterRow.roster_id == roster.id))
        continued, writer = continued_rows(found.rows), RowWriter(roster, table, ring)
        for chunk in _chunks(people):
            values = [writer.values(row, continued.get(row.row_no, ())) for row in chunk]
            db.session.execute(insert(RosterRow), values)
        dropped = _write_dropped(roster, table, judged.dropped, ring)
        roster.state, roster.counts, roster.done_count = "examined", found.counts() | dropped, len(found.rows)
        reading = reading_to_json(table, found, judged.read)
        roster.sheet = {**roster.sheet, "reading": {**reading, "employers": _employers(roster, found.rows)}}
        roster.finished_at = clock.now()
        record(Tag.ROSTER_EXAMINED, actor, roster, words=roster.name, counts=roster.counts)
    return message(N_("核对 {count} 人"), count=len(people))


def _employers(roster: Roster, rows: Iterable[ParsedRow]) -> list[list[Any]]:
    """Names of employers that are not read as the body: name, people, whether it is much like the body's own."""
    found = other_employers(rows, roster_context(roster).unpinned())
    return [[one.written[:LONGEST_NAME], one.people, one.is_alike] for one in found[:MOST_EMPLOYERS]]


def _write_dropped(roster: Roster, table: Table, found: Examination, ring: Keyring) -> dict[str, int]:
    """The rows that were put aside stay there; their count by its name."""
    continued, people = continued_rows(found.rows), [row for row in found.rows if row.continued_in is None]
    writer = RowWriter(roster, table, ring)
    for row in people:
        kept = RosterRow(**writer.values(row, continued.get(row.row_no, ())))
        drop(kept)
        db.session.add(kept)
    return {ASIDE[DROPPED]: len(people)} if people else {}


def _chunks(rows: list[ParsedRow]) -> Iterator[list[ParsedRow]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def continued_rows(rows: Iterable[ParsedRow]) -> dict[int, list[ParsedRow]]:
    """By row number, the later rows of the sheet whose spell of work that row took over."""
    found: dict[int, list[ParsedRow]] = {}
    for row in rows:
        if row.continued_in is not None:
            found.setdefault(row.continued_in, []).append(row)
    return found


class RowWriter:
    """The columns of the preview rows of one roster; what all of them share is worked out once."""

    def __init__(self, roster: Roster, table: Table, ring: Keyring) -> None:
        self.roster, self.table, self.ring = roster, table, ring
        self.masked = id_columns(columns_from_json(roster.sheet["layout"]))
        self.facts = SharedJson()

    def values(self, row: ParsedRow, continued: Sequence[ParsedRow] = ()) -> dict[str, Any]:
        """Of one person. The ID number is kept sealed; everywhere else it stands masked.

        ``continued`` are the rows of :func:`continued_rows`: kept in its ``cells``, for when the person is judged
        again.
        """
        number = row.id_number
        hashed, sealed = seal_id_number(self.ring, number) if number else (None, None)
        rest = [
            {"row": one.row_no, **self._kept_cells(one), "values": shown_values(one)["values"]} for one in continued
        ]
        return {
            "uid": uuid.uuid4(),
            **owner_of(self.roster),
            "roster_id": self.roster.id,
            "row_number": row.row_no,
            "name": row.values.get("name", ""),
            "id_masked": mask(number) if number else "",
            "id_hash": hashed,
            "id_sealed": sealed,
            "cells": {**self._kept_cells(row), **shown_values(row), "continued": rest, **_update(row)},
            "problems": [masked_fault(error) for error in row.errors],
            "facts": {**self.facts.of(row.facts), "id_number": ""} if row.facts else {},
            "lines": update_lines(row.update) if row.update else [_headline(row), next_action(row)],
            "outcome": "no" if row.update else str(row.outcome),
            "reasons": _update_reasons(row.update) if row.update else reasons_of(row),
            "shortfall_days": row.verdict.gap_days if row.verdict else None,
        }

    def _kept_cells(self, row: ParsedRow) -> dict[str, list[Any]]:
        """The cells as masked text, and the indices of those that were numbers: a number reads otherwise than its
        text."""
        rows = self.table.rows
        cells = rows[row.row_no - 1] if row.row_no <= len(rows) else []
        numbers = [at for at, cell in enumerate(cells) if isinstance(cell, int | float) and not isinstance(cell, bool)]
        return {"raw": masked_cells(cells, self.masked), "numbers": numbers}


def _update(row: ParsedRow) -> dict[str, Any]:
    """``update`` of the cells: each difference ``[field, before, after, is_written]``, in an order that stays."""
    if row.update is None:
        return {}
    told = [
        [one.field, hide_numbers(one.before), hide_numbers(one.after), one.is_written] for one in row.update.differences
    ]
    return {"update": {"number": row.update.applied.number, "differences": told}}


def _update_reasons(update: Update) -> list[str]:
    return [REASONS[update.standing], *([TURNS[update.turn]] if update.turn else [])]


def update_lines(update: Update) -> list[Message]:
    """The two texts of the list: what is different, and what becomes of it."""
    titles = join_messages(N_("、"), [Message(title_of_difference(one.field)) for one in update.differences])
    if update.is_faulty and not update.differences:
        return [message(N_("已报名，表格内容有错，没有写入")), message(N_("看原因"))]
    if update.turn:
        words, next_words = TURN_WORDS[update.turn]
        return [message(words, titles=titles), message(next_words)]
    return {
        "same": lambda: [message(N_("已报名，没有变")), message(N_("不用再报"))],
        "changed": lambda: [message(N_("已报名，有变：{titles}"), titles=titles), message(N_("保存时写入"))],
        "differs": lambda: [message(N_("已报名，新内容不写入：{titles}"), titles=titles), message(N_("看原因"))],
    }[update.standing]()


def _headline(row: ParsedRow) -> Message:
    return hidden(summary(row, masked_fault))


def shown_values(row: ParsedRow) -> dict[str, Any]:
    occupation = catalogue().by_code.get(row.occupation_code)
    values = {name: value for name, value in values_to_json(row.values).items() if name != "id_number"}
    return {
        "values": {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()},
        "occupation": row.occupation_code,
        "occupation_name": occupation.name if occupation else "",
        "level": row.level,
        "kind": row.facts.kind.value if row.facts and row.facts.kind else "",
    }


def reasons_of(row: ParsedRow) -> list[str]:
    """Codes to filter by: faults of cells, then failing clauses, then unclear ones."""
    codes = [f"cell:{error.code}" for error in row.errors]
    if row.verdict:
        codes += [line.code for line in (*row.verdict.failing, *row.verdict.unclear)]
    return list(dict.fromkeys(codes))
