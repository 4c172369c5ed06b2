"""Where a list goes on: what the links to its further pages carry."""

from __future__ import annotations

from examops.web.api import LenientSchema
from examops.web.inputs import ShortText, WholeNumber


class BeforeSchema(LenientSchema):
    """``before`` is the key of :mod:`examops.core.paging` that the page before gave; "" on the first page."""

    before = ShortText(100)


class BeforeNumberSchema(LenientSchema):
    """``before`` is the inner number of the last row of the page before; 0 on the first page."""

    before = WholeNumber(1, load_default=0)


class AfterNumberSchema(LenientSchema):
    """``after`` is the number of the last row of the page before; 0 on the first page."""

    after = WholeNumber(0, load_default=0)
