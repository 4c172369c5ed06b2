"""What a stranger asks the directory for."""

from __future__ import annotations

from typing import Any

from config.divisions import divisions
from config.levels import LETTERS
from config.traditional import simplified
from examops.web.api import LenientSchema
from examops.web.inputs import OneOf, ShortText, WholeNumber, printable


class SearchText(ShortText):
    """Whatever is typed is searched for: a filter left out in silence would show every body as if it were found. What
    is too long is cut, what cannot be shown is a blank, traditional characters are read as simplified ones."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        text = simplified(printable(value)).strip()[: self.most] if isinstance(value, str) else value
        return super()._deserialize(text, *args, **options)


class SearchSchema(LenientSchema):
    """``after``: the key of the last card of the page before."""

    q = SearchText(60, load_default="")
    district = OneOf(divisions().districts, load_default="")
    occupation = ShortText(20, load_default="")
    level = OneOf(LETTERS, load_default="")
    area = OneOf(("city", *divisions().districts), load_default="")
    after = WholeNumber(0, load_default=0)
