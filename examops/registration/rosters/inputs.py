"""What the pages of rosters and their photos read from forms and addresses. Files are no fields of a schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema

from config.occupations import catalogue
from examops.catalogue import LEVELS
from examops.core.language import N_
from examops.eligibility import CANDIDATE_KINDS
from examops.eligibility.roster import FIELDS
from examops.registration.rosters.context import VOUCHED
from examops.registration.rosters.standing import ASIDE, OUTCOMES
from examops.web.api import LenientSchema
from examops.web.inputs import AsTyped, ListOf, OneOf, ShortText, Uid, WholeNumber, YesNo
from examops.web.pages import AfterNumberSchema

PAGE = 50  # rows of the preview on one page
MAX_ROWS = 10_000_000  # no roster has that many: numbers beyond it are no rows
TABS = (*OUTCOMES, *ASIDE.values())
FIELD_NAMES = tuple(field.name for field in FIELDS)


class UploadSchema(LenientSchema):
    """What goes with a file. ``pasted`` is kept as it came: its characters are judged cell by cell."""

    batch = Uid(required=True, fault=N_("请选一个批次"))
    occupation = OneOf(catalogue().by_code, load_default="")
    level = OneOf(LEVELS, load_default="")
    kind = OneOf(CANDIDATE_KINDS, load_default="")
    vouched = ListOf(OneOf(VOUCHED), most=20)
    pasted = AsTyped()


class ShownSchema(AfterNumberSchema):
    """Which rows of the preview: a tab, one reason of it, a page, and one row opened at the cell of a field."""

    tab = OneOf(TABS)
    reason = ShortText(100)
    after = WholeNumber(0, MAX_ROWS, load_default=0)
    open = WholeNumber(1, MAX_ROWS)
    field = OneOf(FIELD_NAMES)


class ChangeSchema(LenientSchema):
    """Rows of the preview, ticked or all of a tab and reason, and what to do with them; see ``changing.py``."""

    act = OneOf(("set", "drop", "restore"), required=True)
    row = ListOf(WholeNumber(1, MAX_ROWS), most=PAGE)
    all = YesNo()
    tab = OneOf(TABS, load_default="no")
    reason = ShortText(100)
    field = OneOf(FIELD_NAMES, load_default="")
    value = AsTyped()


class EmployerSchema(LenientSchema):
    """Whether an employer's name of the roster is this body; ``undo`` takes the answer back."""

    name = ShortText(200, required=True)
    act = OneOf(("ours", "other", "undo"), required=True)


class UndoSchema(LenientSchema):
    change = WholeNumber(1, MAX_ROWS, required=True)


class CellSchema(LenientSchema):
    """A corrected cell, as it was typed: its characters are judged with the row."""

    value = AsTyped()


def columns_schema(letters: Iterable[str], sheets: Iterable[str]) -> Schema:
    """``column-A`` … of a sheet with these columns: a field of the roster, "" for a column that is not used. ``sheet``
    is one of ``sheets``; ``with_hidden`` says that the hidden rows count too."""
    names = ["", *FIELD_NAMES]
    chosen: dict[str, Any] = {f"column-{letter}": ColumnField(names) for letter in letters}
    chosen |= {"sheet": OneOf(sheets, load_default=""), "with_hidden": YesNo()}
    return LenientSchema.from_dict(chosen)()


class ColumnField(OneOf):
    """Empty is an answer of its own here; not sent is another one (None): the column stays as it is."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        return "" if isinstance(value, str) and not value.strip() else super().deserialize(value, attr, data, **options)
