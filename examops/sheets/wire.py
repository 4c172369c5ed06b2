"""Tables as JSON: the child process sends them to its parent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from examops.sheets.reader import read_file, read_heads, read_text
from examops.sheets.table import Cells, SheetLimits, Table
from examops.sheets.workbooks import SheetHead

READ_UPLOAD, READ_HEADS = f"{__name__}:read_upload", f"{__name__}:heads_to_json"
FROM_TEXT: Mapping[str, Callable[[Any], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
}


def read_upload(data: bytes, *, is_paste: bool, sheet: str, limits: dict[str, int]) -> dict[str, Any]:
    """The table as JSON: what :func:`table_from_json` takes."""
    bounds = SheetLimits(**limits)
    table = read_text(data.decode("utf-8", "surrogatepass"), bounds) if is_paste else read_file(data, sheet, bounds)
    return {**asdict(replace(table, rows=[])), "rows": _rows_to_json(table.rows)}


def heads_to_json(data: bytes, *, limits: dict[str, int]) -> list[dict[str, Any]]:
    """The heads of the sheets as JSON: what :func:`heads_from_json` takes."""
    heads = read_heads(data, SheetLimits(**limits))
    return [{"name": head.name, "rows": head.rows, "head": _rows_to_json(head.head)} for head in heads]


def heads_from_json(found: list[dict[str, Any]]) -> list[SheetHead]:
    return [SheetHead(one["name"], one["rows"], _cells_from_json(one["head"])) for one in found]


def _rows_to_json(rows: list[Cells]) -> list[list[Any]]:
    return [[_cell_to_json(cell) for cell in row] for row in rows]


def _cell_to_json(cell: Any) -> Any:
    if isinstance(cell, date | time):
        return [type(cell).__name__, cell.isoformat()]
    return ["timedelta", cell.total_seconds()] if isinstance(cell, timedelta) else cell


def table_from_json(found: dict[str, Any]) -> Table:
    """The inverse. Changes the lists of ``found`` in place, so that a large table is in memory once."""
    return Table(
        _cells_from_json(found["rows"]),
        found["sheet"],
        tuple(found["other_sheets"]),
        tuple(found["hidden_rows"]),
        tuple(found["filled_rows"]),
        tuple((row, column) for row, column in found["stray_quotes"]),
        found["from_1904"],
    )


def _cells_from_json(rows: list[list[Any]]) -> list[Cells]:
    for row in rows:
        for at, cell in enumerate(row):
            if isinstance(cell, list):
                row[at] = FROM_TEXT[cell[0]](cell[1])
    return rows
