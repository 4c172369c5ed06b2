"""A cell as plain text: without what nobody sees, blanks of one kind, full-width characters made plain."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Unicode's format characters (Cf) and variation selectors: copied from web pages and chat programs, seen by nobody.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_BLANK = re.compile(r"[^\S\n\r\t]")  # no-break, narrow, ideographic …: all but line breaks and tabs
BLANKS = re.compile(r"\s+")
# What keeps a spreadsheet from reading digits as a number: ="0757" in CSV, an apostrophe in front.
FORMULA_TEXT = re.compile(r'="((?:[^"]|"")*)"', re.DOTALL)
APOSTROPHES = "'‘’`´"
# Web exports write midnight by the local time of 1900, in our zone 5 min 43 s (or, rounded, 43 s) early.
MIDNIGHT_EARLY = timedelta(minutes=10)


def text_of(value: Any) -> str:
    """A cell as text: whole numbers without ".0", a moment as its day, blanks at the ends dropped."""
    if isinstance(value, str):
        return _plain(value)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return day_of_moment(value).isoformat()
    return str(value)


def _plain(text: str) -> str:
    if text.isascii():
        if text.isalnum():
            return text
    else:
        text = _BLANK.sub(" ", _INVISIBLE.sub("", text)).translate(FULL_WIDTH)
    text = text.strip()
    if formula := FORMULA_TEXT.fullmatch(text):
        text = formula[1].replace('""', '"').strip()
    return text.lstrip(APOSTROPHES).strip()


def day_of_moment(moment: datetime) -> date:
    """The day of a moment; one within ten minutes before midnight is the day that begins then."""
    return (moment + MIDNIGHT_EARLY).date() if moment.year < date.max.year else moment.date()
