"""Where a choice of the import page stands in for a cell: silently only where the sheet has no such column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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

    def faults(self, row: ParsedRow, columns: Mapping[str, Column]) -> Iterator[Cell]:
        """A fault for each empty cell that a default fills though its column exists and others have filled it in."""
        code, level_there = row.values.get("occupation", ("", None))
        faulty = {error.field for error in row.errors}
        for field, is_filled, default in (
            ("occupation", code, _occupation_word(self.occupation)),
            ("level", row.values.get("level") or level_there, level_word(self.level)),
            ("kind", row.values.get("kind") or row.values.get("agency"), message(KINDS.get(self.kind, ""))),
        ):
            column = columns.get(field)
            if column and column.has_content and not is_filled and str(default) and field not in faulty:
                params = {"default": default}
                yield Cell(row.row_no, column.letter, column.header, field, "", f"{field}.defaulted", False, params)


def _occupation_word(code: str) -> Message:
    found = catalogue().by_code.get(code)
    return Message(found.name if found else "")
