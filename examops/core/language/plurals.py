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


def counted(text: str) -> str:
    """The name of the first counting value in ``text``; "" for a text without plural forms."""
    found = _COUNTED.search(text)
    return found[1] if found else ""


def number_in(text: str, values: Mapping[str, Any]) -> int | None:
    """The number that chooses the plural form; None where the text counts nothing, or words stand for the number.

    A value may be markup around a number: ``<strong>12</strong>``.
    """
    name = counted(text)
    written = _MARKUP.sub("", str(values.get(name, ""))) if name else ""
    return int(written) if written.isdecimal() else None
