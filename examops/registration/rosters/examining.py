"""The examination of a whole roster, in a worker: progress is seen while it runs, cancelling stops it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from config.occupations import catalogue
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import DomainError
from examops.core.keys import Keyring, seal_id_number
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.store import Store
from examops.core.transaction import transaction
from examops.eligibility import mask
from examops.eligibility.roster import (
    MARKS,
    Examination,
    ParsedRow,
    Table,
    judge_rows,
    next_action,
    read_rows,
    summary,
    values_to_json,
    word_cell_at,
)
from examops.registration.models import BatchOccupation, Roster, RosterRow
from examops.registration.rosters.context import columns_from_json, roster_context
from examops.registration.rosters.failing import given_back
from examops.registration.rosters.intake import roster_by_uid, table_of
from examops.registration.rosters.known import known_people
from examops.registration.tags import Tag

CHUNK = 2000
ID_DIGIT, LAST_DIGIT = rf"\d[{MARKS}]*", rf"[\dXx][{MARKS}]*"  # a control character inside does not uncover it
LIKE_AN_ID = re.compile(rf"(?<!\d)((?:{ID_DIGIT}){{4}})((?:{ID_DIGIT}){{7,11}})((?:{LAST_DIGIT}){{4}})(?![\dXx])")


BROKE_OFF = N_("核对时系统出错，没有核对完。点“上一步”再核对一次；还是出错，请联系运维")


class Cancelled(Exception):
    """Somebody cancelled while it ran."""


def examine_roster(uid: uuid.UUID, *, actor: Actor, clock: Clock, store: Store, ring: Keyring) -> Message:
    """Judge every row and write the preview. Safe to run twice: the rows are written anew."""
    with given_back(uid, working="examining", state="failed", fault=message(BROKE_OFF), clock=clock):
        return _examine(uid, actor, clock, store, ring)


def _examine(uid: uuid.UUID, actor: Actor, clock: Clock, store: Store, ring: Keyring) -> Message:
    with transaction(SYSTEM):
        roster = roster_by_uid(uid)
        if roster.state != "examining":
            return message(N_("名单已不在核对"))
        is_paste, key = roster.sheet["is_paste"], roster.document_key
    try:
        table = table_of(store.get("documents", key), is_paste)
        examination = _judge(uid, table, ring)
        return _write(uid, table, examination, actor, clock, ring)
    except Cancelled:
        return message(N_("已取消"))
    except DomainError as fault:
        with transaction(SYSTEM):
            roster = roster_by_uid(uid)
            roster.state, roster.fault, roster.finished_at = "failed", fault.wording, clock.now()
        return fault.wording


def _judge(uid: uuid.UUID, table: Table, ring: Keyring) -> Examination:
    with transaction(SYSTEM):
        roster = roster_by_uid(uid)
        context, columns = roster_context(roster), columns_from_json(roster.sheet["layout"])
        rows = read_rows(table, columns)
        roster.row_count = len(rows)
        targets = list(
            db.session.execute(
                select(BatchOccupation.occupation_code, BatchOccupation.level).where(
                    BatchOccupation.batch_id == roster.batch_id
                )
            )
        )
        known = known_people(rows, [(code, level) for code, level in targets], roster.body_id, ring)
    return judge_rows(rows, columns, context, known, progress=lambda done, all_: _tell(uid, done))


def _tell(uid: uuid.UUID, done: int) -> None:
    with transaction(SYSTEM):
        roster = roster_by_uid(uid)
        if roster.state == "cancelled":
            raise Cancelled()
        roster.done_count = done


def _write(uid: uuid.UUID, table: Table, found: Examination, actor: Actor, clock: Clock, ring: Keyring) -> Message:
    """All rows and the new state in one transaction: a reader sees the old preview or the new one."""
    people = [row for row in found.rows if row.continued_in is None]
    with transaction(SYSTEM):
        roster = db.session.execute(select(Roster).where(Roster.uid == uid).with_for_update()).scalar_one()
        if roster.state == "cancelled":
            raise Cancelled()
        db.session.execute(delete(RosterRow).where(RosterRow.roster_id == roster.id))
        continued = continued_rows(found.rows)
        for chunk in _chunks(people):
            values = [row_values(roster, table, row, ring, continued.get(row.row_no, ())) for row in chunk]
            db.session.execute(insert(RosterRow), values)
        roster.state, roster.counts, roster.done_count = "examined", found.counts(), len(found.rows)
        roster.finished_at = clock.now()
        record(Tag.ROSTER_EXAMINED, actor, roster, words=roster.name, counts=roster.counts)
    return message(N_("核对 {count} 人"), count=len(people))


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


def row_values(
    roster: Roster, table: Table, row: ParsedRow, ring: Keyring, continued: Sequence[ParsedRow] = ()
) -> dict[str, Any]:
    """The columns of a preview row. The ID number is kept sealed; everywhere else it stands masked.

    ``continued`` are the rows of :func:`continued_rows`: kept in its ``cells``, for when the person is judged again.
    """
    number = row.id_number
    hashed, sealed = seal_id_number(ring, number) if number else (None, None)
    rest = [{"row": one.row_no, **_kept_cells(table, one), "values": shown_values(one)["values"]} for one in continued]
    facts = {**row.facts.to_json(), "id_number": ""} if row.facts else {}
    return {
        "uid": uuid.uuid4(),
        **owner_of(roster),
        "roster_id": roster.id,
        "row_number": row.row_no,
        "name": row.values.get("name", ""),
        "id_masked": mask(number) if number else "",
        "id_hash": hashed,
        "id_sealed": sealed,
        "cells": {**_kept_cells(table, row), **shown_values(row), "continued": rest},
        "problems": [hidden(word_cell_at(error)) for error in row.errors],
        "facts": facts,
        "lines": [hidden(summary(row)), next_action(row)],
        "outcome": str(row.outcome),
        "reasons": reasons_of(row),
        "shortfall_days": row.verdict.gap_days if row.verdict else None,
    }


def _kept_cells(table: Table, row: ParsedRow) -> dict[str, list[Any]]:
    """The cells as masked text, and the indices of those that were numbers: a number reads otherwise than its text."""
    cells = table.rows[row.row_no - 1] if row.row_no <= len(table.rows) else []
    numbers = [at for at, cell in enumerate(cells) if isinstance(cell, int | float) and not isinstance(cell, bool)]
    return {"raw": hidden_cells(cells), "numbers": numbers}


def hidden(words: Message) -> Message:
    """The same with ID numbers masked in its values."""
    return Message(words.text, {name: _hidden(value) for name, value in words.values.items()})


def _hidden(value: Any) -> Any:
    if isinstance(value, Message):
        return hidden(value)
    return hide_numbers(value) if isinstance(value, str) else value


def hidden_cells(cells: Iterable[Any]) -> list[str]:
    """The cells as text, every one that holds the ID number masked."""
    return [hide_numbers(_text(cell)) for cell in cells]


def hide_numbers(text: str) -> str:
    """Whatever looks like an ID number, right or wrong, is masked."""
    return LIKE_AN_ID.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    marks = re.sub(r"\d", "", found[2])  # they stay: the cell is still at fault when it is judged again
    return f"{found[1]}**********{marks}{found[3]}"


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


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
