"""One cell, read: numbers, levels, kinds, texts. Days are read in ``days.py``. A fault is a code with parameters."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from config.occupations import catalogue
from examops.eligibility.id_number import normalise
from examops.eligibility.roster.cell_fault import CellFault
from examops.eligibility.roster.levels import level_in
from examops.eligibility.roster.texts import BLANKS, text_of
from examops.eligibility.roster.words_read import (
    KIND_WORDS,
    NO,
    NOTHING,
    OUTSOURCED,
    RESIDENT,
    SEX_WORDS,
    YES,
)

LONGEST_NAME = 60  # characters of an occupation before its level
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+")
LOST_FROM = 10**15  # a floating point number keeps fifteen digits; the rest is gone
MOBILE = re.compile(r"1[3-9][0-9]{9}")
TELEPHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
COUNTRY = re.compile(r"(?:\+|00)86(?=\d{11})")
BETWEEN_LETTERS = re.compile(r"(?<=[A-Za-z.,'-])\s+(?=[A-Za-z])")


def read_name(value: Any) -> str:
    """Without blanks and line breaks, but for one between words in Latin letters."""
    name = BLANKS.sub("", BETWEEN_LETTERS.sub("\0", text_of(value))).replace("\0", " ")
    if any(mark.isdigit() for mark in name):
        raise CellFault("name.digits")
    return name


def read_id(value: Any) -> str:
    """The ID number as text. Excel numbers and "4.40604E+17" have lost their last digits and are refused."""
    if isinstance(value, str) and value.isascii() and value.isalnum():
        return value.upper()  # as it stands in nearly every row
    if _lost_digits(value):
        raise CellFault("id.lost_digits")
    return normalise(text_of(value))


def read_number(value: Any) -> str:
    """The number of a document as text; one that a spreadsheet stored as a number may have lost its last digits."""
    if _lost_digits(value):
        raise CellFault("number.lost_digits", stops=False)
    return read_text(value)


def _lost_digits(value: Any) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return abs(value) >= LOST_FROM
    text = text_of(value)
    return "+" in text and SCIENTIFIC.fullmatch(text) is not None


def read_kind(value: Any) -> str:
    text = text_of(value).lower()
    if text in OUTSOURCED:
        raise CellFault("kind.outsourced")
    if text and text not in KIND_WORDS:
        raise CellFault("kind.unknown")
    return KIND_WORDS.get(text, "")


def read_level(value: Any) -> str | None:
    text = text_of(value)
    return None if text in NOTHING else level_in(text)


def read_occupation(value: Any) -> tuple[str, str | None]:
    """Code, and the level where the cell holds both ("电工四级", "电工 中级"). An empty cell gives ("", None)."""
    return _occupation(text_of(value))


@lru_cache(maxsize=10_000)
def _occupation(text: str) -> tuple[str, str | None]:
    if text in NOTHING:
        return "", None
    plain = BLANKS.sub("", text)
    if whole := catalogue().find(plain):
        return whole.code, _level_or_none(plain.partition("(")[2])
    for end in range(1, min(len(plain), LONGEST_NAME)):
        if (found := catalogue().find(plain[:end])) and (level := _level_or_none(plain[end:])):
            return found.code, level
    raise CellFault("occupation.unknown")


def _level_or_none(text: str) -> str | None:
    """The level a text holds, if any; one that contradicts itself is a fault all the same."""
    try:
        return level_in(text)
    except CellFault as fault:
        if fault.code == "level.contradicts":
            raise
        return None


def read_sex(value: Any) -> str:
    text = text_of(value).lower()
    if text and text not in SEX_WORDS:
        raise CellFault("sex.unknown", stops=False)
    return SEX_WORDS.get(text, "")


def read_telephone(value: Any) -> str:
    text = text_of(value)
    if MOBILE.fullmatch(text):
        return text
    text = COUNTRY.sub("", BLANKS.sub("", text).replace("-", ""))
    if text and not TELEPHONE.fullmatch(text):
        raise CellFault("telephone.unreadable", stops=False)
    return text


def read_insured_by(value: Any) -> str | bool | None:
    """Yes, no, or the name of the employer who pays; None for an empty cell."""
    if isinstance(value, bool):
        return value
    text = text_of(value)
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    return None if text in NOTHING else text


def read_text(value: Any) -> str:
    text = text_of(value)
    return "" if text in NOTHING else text


def read_id_type(value: Any) -> str:
    text = text_of(value)
    return "resident" if text in RESIDENT else text
