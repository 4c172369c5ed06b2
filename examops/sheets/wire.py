"""Tables as JSON: the child process sends them to its parent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from examops.sheets.reader import SheetLimits, Table, read_file, read_text

READ_UPLOAD = f"{__name__}:read_upload"
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
    rows = [[_cell_to_json(cell) for cell in row] for row in table.rows]
    return {"rows": rows, "sheet": table.sheet, "other_sheets": table.other_sheets}


def _cell_to_json(cell: Any) -> Any:
    if isinstance(cell, date | time):
        return [type(cell).__name__, cell.isoformat()]
    return ["timedelta", cell.total_seconds()] if isinstance(cell, timedelta) else cell


def table_from_json(found: dict[str, Any]) -> Table:
    """The inverse. Changes the lists of ``found`` in place, so that a large table is in memory once."""
    for row in found["rows"]:
        for at, cell in enumerate(row):
            if isinstance(cell, list):
                row[at] = FROM_TEXT[cell[0]](cell[1])
    return Table(found["rows"], found["sheet"], tuple(found["other_sheets"]))
