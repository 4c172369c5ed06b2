"""Input by declared schemas: one way for forms, query strings and JSON.

A schema is a :class:`~examops.web.api.LenientSchema` of the fields below; the same object describes the API. Reading
answers a ``dict`` of its attributes or raises :class:`InvalidInput` with every fault at once, field by field::

    class SeatSchema(LenientSchema):
        seat = ShortText(20, required=True, label=N_("座位"))
        starts_at = Moment(local=True, label=N_("开考时间"))

    values = read_form(SeatSchema)

An empty text counts as not given, as browsers send it for an untouched field. Every field is bounded, so that what
passes fits a column: no number outside of ``bigint``, no NUL, control character or lone surrogate, no year 1 or 9999.
"""

from __future__ import annotations

from examops.web.inputs.fields import (
    MAX_BIGINT,
    MAX_WRITTEN,
    UNPRINTABLE,
    UNSTORABLE,
    AsTyped,
    Day,
    ListOf,
    Moment,
    Number,
    OneOf,
    Part,
    ShortText,
    Uid,
    WholeNumber,
    YesNo,
    fits_json_column,
    input_fault,
    printable,
)
from examops.web.inputs.reading import (
    InvalidInput,
    invalid_input,
    read,
    read_form,
    read_json,
    read_query,
    read_together,
    read_valid,
)

__all__ = [
    "MAX_BIGINT",
    "MAX_WRITTEN",
    "UNPRINTABLE",
    "UNSTORABLE",
    "AsTyped",
    "Day",
    "InvalidInput",
    "ListOf",
    "Moment",
    "Number",
    "OneOf",
    "Part",
    "ShortText",
    "Uid",
    "WholeNumber",
    "YesNo",
    "fits_json_column",
    "input_fault",
    "invalid_input",
    "printable",
    "read",
    "read_form",
    "read_json",
    "read_query",
    "read_together",
    "read_valid",
]
