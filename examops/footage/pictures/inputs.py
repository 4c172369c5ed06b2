"""What forms and the API of coverage marks read."""

from __future__ import annotations

from typing import Any

from marshmallow import validates_schema

from examops.core.language import N_
from examops.web.api import LenientSchema
from examops.web.inputs import Moment, OneOf, Uid, WholeNumber, input_fault

MAX_PIXELS, MOST_TOLD = 10_000, 1_000_000


class StationSchema(LenientSchema):
    station = Uid()


class LosingSchema(LenientSchema):
    """``sessions`` and ``people``: what the person was shown to lose their places when a mark ends."""

    sessions = WholeNumber(0, MOST_TOLD, load_default=0)
    people = WholeNumber(0, MOST_TOLD, load_default=0)


class MarkPlaceSchema(LenientSchema):
    """``x`` and ``y`` are pixels of the camera's picture, from the upper left; ``still_at``: when that was taken."""

    x = WholeNumber(0, MAX_PIXELS, label=N_("横向位置"))
    y = WholeNumber(0, MAX_PIXELS, label=N_("纵向位置"))
    still_at = Moment()

    @validates_schema
    def both_or_none(self, values: dict[str, Any], **options: Any) -> None:
        if (values.get("x") is None) != (values.get("y") is None):
            raise input_fault(N_("横向、纵向位置要一起填"), "x")


class MarkSchema(MarkPlaceSchema, LosingSchema):
    station = Uid(required=True, label=N_("工位"))
    act = OneOf(("put", "end"), load_default="put")
