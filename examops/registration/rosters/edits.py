"""What was changed on the preview, kept with the roster: for another examination of the file, and to be undone.

``Roster.sheet["edited"]`` holds the cells by row number and column index, ``["dropped"]`` the rows that are put aside,
``["changes"]`` the last changes, oldest first: ``{number, kind, rows, …}``, see :func:`keep_change`.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from examops.core.keys import Keyring, id_number_hashes
from examops.core.language import _
from examops.eligibility.roster import ParsedRow, Table, hide_numbers, title_in
from examops.registration.models import Roster

MOST_CHANGES = 10
KEYS = ("edited", "dropped", "changes")
KEYED = "keyed"  # in a sheet that was written anew when the secret was changed: the id of the secret
Kept = Any  # a cell as JSON keeps it: text, number, or {"sealed": …}


def kept_cell(value: Any, roster: Roster, ring: Keyring, *, is_id: bool) -> Kept:
    """An ID number, or what looks like one, is sealed."""
    if not isinstance(value, str) or not value or (not is_id and hide_numbers(value) == value):
        return value
    return {"sealed": base64.b64encode(ring.seal(value, _place(roster))).decode()}


def cell_of(kept: Kept, roster: Roster, ring: Keyring) -> Any:
    return ring.open(base64.b64decode(kept["sealed"]), _place(roster)) if isinstance(kept, dict) else kept


def _place(roster: Roster) -> str:
    return f"roster.sheet.{roster.uid}"


def sheet_under(ring: Keyring, roster: Roster, numbers: Iterable[str]) -> dict[str, Any]:
    """The sheet with everything under the present secret. ``numbers``: of the people in its rows."""

    def anew(kept: Kept) -> Kept:
        return kept_cell(cell_of(kept, roster, ring), roster, ring, is_id=True) if isinstance(kept, dict) else kept

    sheet = {**roster.sheet, KEYED: ring.key_id}
    if edited := sheet.get("edited"):
        sheet["edited"] = {row: {at: anew(kept) for at, kept in cells.items()} for row, cells in edited.items()}
    if changes := sheet.get("changes"):
        sheet["changes"] = [
            {**change, **({"was": [[anew(kept), rows] for kept, rows in change["was"]]} if "was" in change else {})}
            for change in changes
        ]
    if seen := sheet.get("seen"):
        sheet["seen"] = _seen_under(ring, seen, numbers)
    return sheet


def _seen_under(ring: Keyring, seen: Mapping[str, Any], numbers: Iterable[str]) -> dict[str, Any]:
    """Who is in no row any more keeps the hash of before, which nobody asks for."""
    present: dict[str, str] = {}
    for number in numbers:
        hashes = [one.hex() for one in id_number_hashes(ring, number)]
        present |= dict.fromkeys(hashes, hashes[0])
    found: dict[str, Any] = {}
    for hashed, told in seen.items():
        found.setdefault(present.get(hashed, hashed), {}).update(told)
    return found


def keep_edits(roster: Roster, at: int, cells: Mapping[int, Kept]) -> None:
    """``cells`` by row number: the values that now stand in the column ``at``."""
    edited = dict(roster.sheet.get("edited", {}))
    for number, kept in cells.items():
        edited[str(number)] = {**edited.get(str(number), {}), str(at): kept}
    roster.sheet = {**roster.sheet, "edited": edited}


def keep_dropped(roster: Roster, *, put_aside: Collection[int] = (), taken_back: Collection[int] = ()) -> None:
    """Every row of the sheet behind a row of the preview is named."""
    dropped = (set(roster.sheet.get("dropped", ())) | set(put_aside)) - set(taken_back)
    roster.sheet = {**roster.sheet, "dropped": sorted(dropped)}


def keep_change(roster: Roster, kind: str, rows: Collection[int], **more: Any) -> None:
    """``kind``: cells (with ``field``, ``at`` and ``was``: each former value with its rows), dropped or restored."""
    changes = roster.sheet.get("changes", [])
    number = changes[-1]["number"] + 1 if changes else roster.sheet.get("change_count", 0) + 1
    added = {"number": number, "kind": kind, "rows": sorted(rows), **more}
    roster.sheet = {**roster.sheet, "changes": [*changes, added][-MOST_CHANGES:], "change_count": number}


def last_change(roster: Roster) -> dict[str, Any] | None:
    changes = roster.sheet.get("changes", [])
    return changes[-1] if changes else None


def forget_last_change(roster: Roster) -> None:
    roster.sheet = {**roster.sheet, "changes": roster.sheet["changes"][:-1]}


def grouped_by_value(cells: Mapping[int, Kept]) -> list[list[Any]]:
    """``[value, rows]``: of many rows most had the same."""
    found: list[list[Any]] = []
    for number, kept in sorted(cells.items()):
        same = next((one for one in found if one[0] == kept and type(one[0]) is type(kept)), None)
        if same:
            same[1].append(number)
        else:
            found.append([kept, [number]])
    return found


def words_of_change(change: Mapping[str, Any]) -> str:
    """ "第 217 行 派遣起始日期", for the button that undoes it."""
    rows = change["rows"]
    where = _("第 {row} 行", row=rows[0]) if len(rows) == 1 else _("{count} 行", count=len(rows))
    if change["kind"] == "cells":
        return _("{where}改{title}", where=where, title=title_in(change["field"]))
    return _("{where}不报", where=where) if change["kind"] == "dropped" else _("{where}取回", where=where)


def edited_table(table: Table, roster: Roster, ring: Keyring) -> Table:
    """The sheet with the cells as they were changed on the preview."""
    edited = roster.sheet.get("edited", {})
    if not edited:
        return table
    rows = list(table.rows)
    for number, cells in edited.items():
        at = int(number) - 1
        if at >= len(rows):
            continue
        row = list(rows[at])
        for index, kept in cells.items():
            row += [""] * (int(index) + 1 - len(row))
            row[int(index)] = cell_of(kept, roster, ring)
        rows[at] = row
    return replace(table, rows=rows)


def parted(rows: Iterable[ParsedRow], roster: Roster) -> tuple[list[ParsedRow], list[ParsedRow]]:
    """The rows to judge, and those that were dropped on the preview."""
    dropped = set(roster.sheet.get("dropped", ()))
    found: tuple[list[ParsedRow], list[ParsedRow]] = ([], [])
    for row in rows:
        found[row.row_no in dropped].append(row)
    return found


def without_edits(sheet: dict[str, Any]) -> dict[str, Any]:
    """For another sheet of the file, whose rows are other ones."""
    return {key: value for key, value in sheet.items() if key not in KEYS}
