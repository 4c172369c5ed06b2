"""Where a choice of the import page stands in for a cell: silently only where the sheet has no such column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from config.occupations import catalogue
from examops.core.language import Message, message
from examops.eligibility.roster.columns import Column
from examops.eligibility.roster.rows import Cell, ParsedRow
from examops.eligibility.wording import level_word
from examops.eligibility.words import KINDS


@dataclass(frozen=True)
class Defaults:
    """What the import page or the batch says for columns that a sheet does not have; "" and None for nothing."""

    occupation: str = ""
    level: str | None = None
    kind: str = ""

    def apply(self, row: ParsedRow) -> None:
        """Set what the row applies for."""
        code, level_there = row.values.get("occupation", ("", None))
        row.occupation_code = code or (self.occupation if "occupation" not in row.values else "")
        row.level = row.values.get("level") or level_there or self.level

    def openings(self, columns: Mapping[str, Column]) -> list[tuple[Column, Message]]:
        """The columns that others have filled in, with what stands in for their empty cells; once for a whole sheet."""
        words = {
            "occupation": _occupation_word(self.occupation),
            "level": level_word(self.level),
            "kind": message(KINDS.get(self.kind, "")),
        }
        found = [(columns[field], default) for field, default in words.items() if field in columns and str(default)]
        return [(column, default) for column, default in found if column.has_content]


def faults(row: ParsedRow, openings: Iterable[tuple[Column, Message]]) -> Iterator[Cell]:
    """A fault for each empty cell that a default fills though its column exists and others have filled it in."""
    faulty = {error.field for error in row.errors}
    for column, default in openings:
        if column.field not in faulty and not _is_filled(row, column.field):
            code, params = f"{column.field}.defaulted", {"default": default}
            yield Cell(row.row_no, column.letter, column.header, column.field, "", code, False, params)


def _is_filled(row: ParsedRow, field: str) -> bool:
    if field == "kind":
        return bool(row.values.get("kind") or row.values.get("agency"))
    code, level_there = row.values.get("occupation", ("", None))
    return bool(code if field == "occupation" else row.values.get("level") or level_there)


def _occupation_word(code: str) -> Message:
    found = catalogue().by_code.get(code)
    return Message(found.name if found else "")
