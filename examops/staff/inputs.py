"""What the forms of people on duty read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from config.levels import LETTERS
from config.rulebook import Rulebook
from examops.catalogue import find_occupation
from examops.core.language import N_, message
from examops.staff.availability import Stated
from examops.staff.cards import CardEntry, card_faults, term_end
from examops.staff.labels import CARD_KINDS
from examops.staff.members import BAD_TELEPHONE, MemberEntry, is_telephone
from examops.web.api import LenientSchema
from examops.web.inputs import Day, InvalidInput, ListOf, Moment, OneOf, ShortText, Uid, YesNo

HOW = ("busy", "free")
NAME, LONGEST, MOST_CLASSES = 60, 200, 30
MAX_TEXT = 400_000  # characters of a sheet as text, below what a form may carry
FIELDS = {"levels": "level"}  # what a fault's field is called in the form
MARKS = re.compile(r"[、,，;；\n]+")


class NamedSchema(LenientSchema):
    name = ShortText(NAME, required=True, fault=N_("写姓名，60 字以内"))
    team = ShortText(NAME, label=N_("班组"))
    telephone = ShortText(30, label=N_("电话"))
    employer = ShortText(100, label=N_("用人单位"))


class MemberSchema(NamedSchema):
    teaches = ShortText(LONGEST * 5, label=N_("教过的班级和班组"))
    is_active = YesNo()


class NewMemberSchema(MemberSchema):
    body = Uid()


class NumberSchema(LenientSchema):
    number = ShortText(30, required=True, label=N_("身份证号"))


class CardSchema(LenientSchema):
    kind = OneOf(CARD_KINDS, required=True, fault=N_("选一个类别"))
    number = ShortText(40, label=N_("证号或任命文号"))
    occupation = ShortText(40, label=N_("职业"))
    levels = ListOf(OneOf(LETTERS), data_key="level", most=len(LETTERS))
    valid_from = Day(required=True, fault=N_("选起日"))
    valid_until = Day(fault=N_("选止日，或留空按期限算"))


class EndSchema(LenientSchema):
    last = Day(required=True, fault=N_("选算数的最后一天"))
    reason = ShortText(LONGEST, required=True, fault=N_("写为什么结束，200 字以内"))


class AvailabilitySchema(LenientSchema):
    begins = Moment(local=True, required=True, fault=N_("选从什么时候"))
    ends = Moment(local=True, required=True, fault=N_("选到什么时候"))
    how = OneOf(HOW, required=True, fault=N_("选能来或不能来"))
    note = ShortText(LONGEST, label=N_("说明"))


class ImportSchema(LenientSchema):
    what = OneOf(("people", "relations"), required=True, fault=N_("选导入什么"))
    body = Uid()
    pasted = ShortText(MAX_TEXT, lines=True, label=N_("粘贴的内容"))


class SaveSheetSchema(LenientSchema):
    """``sheet``: the table that was shown, as JSON."""

    what = OneOf(("people", "relations"), required=True, fault=N_("选导入什么"))
    body = Uid()
    sheet = ShortText(MAX_TEXT, required=True, fault=N_("预览已失效，重新选文件再导入"))


def stated(given: Mapping[str, Any]) -> Stated:
    return Stated(given["begins"], given["ends"], given["how"] == "free", given["note"])


def member_entry(given: Mapping[str, Any], *, is_active: bool) -> MemberEntry:
    """``teaches`` is one text of a form, with marks between the classes, or a list of them.

    Raises :class:`InvalidInput` for a telephone that is none.
    """
    if not is_telephone(given["telephone"]):
        raise InvalidInput({"telephone": message(BAD_TELEPHONE)}, labels={"telephone": ""})
    written = MARKS.split(given["teaches"]) if isinstance(given["teaches"], str) else given["teaches"]
    classes = tuple(dict.fromkeys(filter(None, (one.strip() for one in written))))
    names = {key: given[key] for key in ("name", "team", "telephone", "employer")}
    return MemberEntry(**names, teaches=classes[:MOST_CLASSES], is_active=is_active)


def card_entry(given: Mapping[str, Any], rules: Rulebook, fields: Mapping[str, str] = FIELDS) -> CardEntry:
    """Raises :class:`InvalidInput` with every fault beside its field; ``fields``: what a fault's field is called."""
    entry = CardEntry(
        given["kind"],
        given["number"],
        code_of(given["occupation"]),
        tuple(given["levels"]),
        given["valid_from"],
        given["valid_until"] or term_end(given["valid_from"], rules),
    )
    faults = {fields.get(name, name): message(words) for name, words in card_faults(entry).items()}
    if faults:
        raise InvalidInput(faults, labels=dict.fromkeys(faults, ""))
    return entry


def code_of(text: str) -> str:
    """The code of an occupation named by its code or its name; what is neither stays as it was written."""
    found = find_occupation(text) if text else None
    return found.code if found else text
