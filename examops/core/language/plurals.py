"""Which texts have plural forms, and which of their values is the number that chooses one.

Chinese has one form, so the source cannot show where another language needs two. What counts things is therefore
called by one of a few names, and a text that holds such a name is extracted as a plural entry of the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

COUNTED = ("count", "rows", "days", "left", "turns")
_COUNTED = re.compile(r"\{(" + "|".join(COUNTED) + r")\}")
_MARKUP = re.compile("<[^>]*>")
_NUMBER = re.compile(r"\d[\d,]*")


def counted(text: str) -> str:
    """The name of the first counting value in ``text``; "" for a text without plural forms."""
    found = _COUNTED.search(text)
    return found[1] if found else ""


def number_in(text: str, values: Mapping[str, Any]) -> int | None:
    """The number that chooses the plural form; None where the text counts nothing or lacks its value.

    A value may be markup around a number, or a number as people read it: ``<b>12</b>``, ``1,200``, ``5 / 10``. The
    last number counts, because what is counted stands after it. Words without a number count as none: "no people".
    """
    name = counted(text)
    if name not in values:
        return None
    numbers = _NUMBER.findall(_MARKUP.sub("", str(values[name])))
    return int(numbers[-1].replace(",", "")) if numbers else 0
