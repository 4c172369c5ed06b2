"""Documents of identity besides the resident's card: how they are called, and how their numbers are written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from examops.eligibility.id_number import check_character

BLANKS = re.compile(r"\s")


@dataclass(frozen=True)
class Document:
    """``has_id_number``: the number is built as a citizen's (GB 11643), with one of the ``divisions``; it may pass
    without a look at the original. ``form`` of every other one says only that a number may be right."""

    title: str
    spellings: tuple[str, ...]
    form: re.Pattern[str]
    divisions: tuple[str, ...] = ()

    @property
    def has_id_number(self) -> bool:
        return bool(self.divisions)

    def fits(self, number: str) -> bool:
        if not self.form.fullmatch(number):
            return False
        if self.has_id_number:
            return number[:6] in self.divisions
        is_new_card = len(number) == 18 and number[:1] == "9"  # of foreigners, since 2023: check character as GB 11643
        return not is_new_card or check_character(number[:17]) == number[17]


DOCUMENTS = (
    Document(
        "港澳台居民居住证",
        ("港澳居民居住证", "台湾居民居住证", "港澳台居住证"),
        re.compile(r"\d{17}[\dX]"),
        ("810000", "820000", "830000"),
    ),
    Document(
        "港澳居民来往内地通行证",
        ("来往内地通行证", "港澳来往内地通行证", "回乡证"),
        re.compile(r"[HM]\d{8}(\d{2})?"),
    ),
    Document(
        "台湾居民来往大陆通行证",
        ("来往大陆通行证", "台胞证"),
        re.compile(r"\d{8}|\d{10}(\([A-Z]\)|[A-Z])?"),
    ),
    Document(
        "外国人永久居留身份证",
        ("外国人永久居留证", "永久居留身份证", "永久居留证", "五星卡"),
        re.compile(r"9\d{16}[\dX]|[A-Z]{3}\d{12}"),
    ),
    Document("护照", ("外国护照", "普通护照", "中国护照", "passport"), re.compile(r"(?=.*\d)[A-Z0-9]{5,9}")),
)
BY_SPELLING = {name: one for one in DOCUMENTS for name in (one.title, *one.spellings)}


def document_of(text: str) -> Document | None:
    """The document that people call so; None for the resident's card and for what nobody knows."""
    return BY_SPELLING.get(BLANKS.sub("", text).casefold())
