"""ID numbers out of what is stored and shown: by the column they stand in, and anywhere by their look."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from examops.core.language import Message
from examops.eligibility.roster.columns import Columns, field_of_header
from examops.eligibility.roster.rows import Cell
from examops.eligibility.roster.texts import INVISIBLE
from examops.eligibility.roster.values import SCIENTIFIC
from examops.eligibility.roster.wording import word_cell_at
from examops.sheets.characters import MARKS

ID_DIGIT, LAST_DIGIT = rf"\d[{MARKS}]*", rf"[\dXx][{MARKS}]*"  # a control character inside does not uncover it
LIKE_AN_ID = re.compile(rf"(?<!\d)((?:{ID_DIGIT}){{4}})((?:{ID_DIGIT}){{7,11}})((?:{LAST_DIGIT}){{4}})(?![\dXx])")
BETWEEN = rf"[\s{INVISIBLE}{MARKS}'‘’“”`\"_.·‐‑‒–—―−-]*"
SPACED_ID = re.compile(rf"(?<!\d)\d(?:{BETWEEN}\d){{16}}{BETWEEN}[\dXx](?!{BETWEEN}[\dXx])")
BIRTH_MONTH = re.compile(r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])")
SHOWN = 4


def id_columns(columns: Columns) -> frozenset[int]:
    """The indices of the columns of ID numbers, a second one that is not used among them."""
    return frozenset(
        one.index for one in columns.columns if one.field == "id_number" or field_of_header(one.header) == "id_number"
    )


def masked_cells(cells: Iterable[Any], by_column: Collection[int]) -> list[str]:
    """The cells as text: what stands in a column of ID numbers is masked whatever it looks like."""
    return [hide_id(_text(cell)) if at in by_column else hide_numbers(_text(cell)) for at, cell in enumerate(cells)]


def masked_fault(error: Cell) -> Message:
    """The words of a fault, without ID numbers."""
    if error.field == "id_number" or field_of_header(error.header) == "id_number":
        error = replace(error, value=hide_id(error.value))
    return hidden(word_cell_at(error))


def hidden(words: Message) -> Message:
    """The same with whatever looks like an ID number masked in its values."""
    return Message(words.text, {name: _hidden(value) for name, value in words.values.items()})


def _hidden(value: Any) -> Any:
    if isinstance(value, Message):
        return hidden(value)
    return hide_numbers(value) if isinstance(value, str) else value


def hide_id(text: str) -> str:
    """All digits and letters but the first and last four; of a short one all. A text without digits is no number; of a
    number in scientific notation three digits stay, and it is read as one again."""
    if SCIENTIFIC.fullmatch(text):
        return f"{float(text):.3g}"
    places = [at for at, mark in enumerate(text) if mark.isdigit() or (mark.isascii() and mark.isalpha())]
    if not any(mark.isdigit() for mark in text):
        return text
    covered = places[SHOWN:-SHOWN] if len(places) > 2 * SHOWN else places
    marks = list(text)
    for at in covered:
        marks[at] = "*"
    return "".join(marks)


def hide_numbers(text: str) -> str:
    """Whatever looks like an ID number, right or wrong, in one piece or with blanks and dashes between, is masked."""
    return SPACED_ID.sub(_spaced, LIKE_AN_ID.sub(_masked, text))


def _masked(found: re.Match[str]) -> str:
    marks = re.sub(r"\d", "", found[2])  # they stay: the cell is still at fault when it is judged again
    return f"{found[1]}**********{marks}{found[3]}"


def _spaced(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return hide_id(found[0]) if BIRTH_MONTH.match(digits[6:]) else found[0]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
