"""What the forms of filings read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import fields

from config.levels import LETTERS
from examops.core.errors import Invalid
from examops.core.language import N_, _, message
from examops.filings.judging import CONDITIONS
from examops.filings.steps import CHOICES, DOCUMENTS, FACTS, MAX_NUMBER
from examops.filings.yearly import PARTS, field_name
from examops.web.api import LenientSchema
from examops.web.inputs import Day, ListOf, OneOf, ShortText, Uid, WholeNumber, YesNo, read

LONGEST = 300
COMMENT = "comment~"
CLAUSE_LENGTH = 60


class BeginSchema(LenientSchema):
    body = Uid()
    kind = OneOf(("new", "amendment", "renewal"), required=True)


GROUPED = re.compile(r"(?<=\d)[,，\s](?=\d{3}(?!\d))")


class SeenSchema(LenientSchema):
    """``version``: of the page that whoever saves had before them."""

    version = WholeNumber(0, MAX_NUMBER, required=True, fault=N_("页面已过期，请刷新再填"))


class AsOfSchema(SeenSchema):
    as_of = Day(fault=N_("选数字的截止日期"))


class Figure(WholeNumber):
    """Also as it stands in a yearbook, with a comma or a blank before each three digits."""

    def _number(self, value: Any) -> int | None:
        return super()._number(GROUPED.sub("", value) if isinstance(value, str) else value)


def step_schema(keys: tuple[str, ...], years: Iterable[int] = ()) -> LenientSchema:
    """A field for each fact, and ``document-KEY``: the document that it rests on; of a table by year two for each."""
    asked: dict[str, fields.Field[Any]] = {key: _field(key) for key in keys if FACTS[key].form != "years"}
    if len(asked) < len(keys):
        asked |= {field_name(year, part): _of_year(year, part) for year in years for part in PARTS}
    asked |= {f"document-{key}": Uid() for key in keys}
    made: type[LenientSchema] = type("StepSchema", (AsOfSchema,), asked)
    return made()


def _field(key: str) -> fields.Field[Any]:
    fact = FACTS[key]
    if fact.form == "number":
        fault = message(N_("“{word}”写 0 到 {most} 的整数"), word=message(fact.word), most=f"{fact.most:,}")
        return Figure(0, fact.most, fault=fault)
    if fact.form == "day":
        return Day(fault=message(N_("“{word}”选一个日期"), word=message(fact.word)))
    codes = ("yes", "no") if fact.form == "yes_no" else CHOICES[key]
    return OneOf(codes, load_default=None, fault=message(N_("“{word}”选一项"), word=message(fact.word)))


def _of_year(year: int, part: str) -> fields.Field[Any]:
    """A cell of the table by year, whose fault names its row and column."""
    words = {
        "trained": N_("{year} 年的培训人次写 0 到 {most} 的整数"),
        "assessed": N_("{year} 年的评价人次写 0 到 {most} 的整数"),
    }
    return Figure(0, MAX_NUMBER, fault=message(words[part], year=year, most=f"{MAX_NUMBER:,}"))


def stored_value(key: str, given: Any) -> Any:
    """As it is kept in JSON."""
    if given is None:
        return None
    form = FACTS[key].form
    return given == "yes" if form == "yes_no" else given.isoformat() if form == "day" else given


def read_value(key: str, text: str) -> Any:
    """One fact as an office typed it. Raises :class:`Invalid`."""
    given = read(step_schema((key,)), {key: _code_of(key, text), "version": "0"})[key]
    if given is None:
        raise Invalid(N_("没有写查到的值"), advice=N_("写上记录里的数字或选一项"))
    return stored_value(key, given)


def _code_of(key: str, text: str) -> str:
    """``是``, ``Yes`` or the name of a choice as its code; anything else as it was typed."""
    words = {"yes": N_("是"), "no": N_("否")} if FACTS[key].form == "yes_no" else CHOICES.get(key, {})
    plain = text.strip().lower()
    return next((code for code, word in words.items() if plain in (word, _(word).lower())), text)


class OccupationSchema(SeenSchema):
    occupation = ShortText(40, required=True, fault=N_("选一个职业"))
    levels = ListOf(OneOf(LETTERS), data_key="level", most=len(LETTERS))
    standard = ShortText(100)


class ChangeSchema(LenientSchema):
    """Which of the occupations that are there the form is filled with."""

    occupation = ShortText(40)


class RemoveSchema(SeenSchema):
    occupation = ShortText(40, required=True, fault=N_("选一个职业"))


class DocumentSchema(LenientSchema):
    kind = OneOf(DOCUMENTS, required=True, fault=N_("选材料的种类"))
    subject = ShortText(20)


class ReadSchema(LenientSchema):
    sound = OneOf(("yes", "no"), required=True, fault=N_("选材料能不能用"))
    note = ShortText(LONGEST, lines=True)


class VersionField(ShortText):
    """``specification~UID`` or ``work_plan~UID`` as (kind, uid)."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        kind, _mark, uid = str(value).partition("~")
        if kind not in ("specification", "work_plan"):
            raise self.make_error("invalid")
        return kind, Uid(fault=N_("选一版草稿")).deserialize(uid)


class VersionSchema(LenientSchema):
    version = VersionField(60, required=True, fault=N_("选一版草稿"))
    document = Uid()


class InboxSchema(LenientSchema):
    """``whose``: see ``inbox.Chip``."""

    whose = ShortText(40)


class ContactSchema(LenientSchema):
    name = ShortText(40)
    email = ShortText(100)
    mobile = ShortText(20)


class HandOverSchema(LenientSchema):
    """``take``: to whoever asks; else no officer gives it back to the whole office."""

    officer = Uid(load_default=None)
    take = YesNo()


class ActSchema(LenientSchema):
    act = OneOf(("submitted", "withdrawn", "reviewed", "returned", "filed", "refused"), required=True)
    seen = ShortText(40)
    reason = ShortText(LONGEST, lines=True)
    clause = ShortText(CLAUSE_LENGTH)
    for_officer = Uid(load_default=None, data_key="for")


class RulingSchema(LenientSchema):
    about = ShortText(CLAUSE_LENGTH * 2, required=True, fault=N_("没有这一条"))
    outcome = OneOf(("yes", "no", "waived"), required=True, fault=N_("选一个决定"))
    reason = ShortText(LONGEST, lines=True, required=True, fault=N_("写理由，300 字以内"))
    counted = ShortText(64)
    for_officer = Uid(load_default=None, data_key="for")


class LookUpSchema(LenientSchema):
    fact = ShortText(CLAUSE_LENGTH, required=True, fault=N_("选一项"))
    value = ShortText(40, required=True, fault=N_("写查到的值"))
    looked_up_in = ShortText(100, required=True, fault=N_("写在哪里查的"))
    as_of = Day(required=True, fault=N_("选记录的截止日期"))


def split_about(text: str) -> tuple[str, str]:
    """``rule~subject``. Raises :class:`Invalid` for a condition that is not there."""
    rule, _mark, subject = text.partition("~")
    if rule not in {one.key for one in CONDITIONS}:
        raise Invalid(N_("没有这一条"), advice=N_("刷新页面再选"))
    return rule, subject


def comments_of(form: Mapping[str, str]) -> tuple[dict[str, str], ...]:
    """``comment~RULE~SUBJECT`` → the comment under that condition; empty ones are none."""
    names = [name for name in form if name.startswith(COMMENT)]
    # Numbered: a dot in the name of a field would mean an object within.
    asked = {f"comment_{at}": ShortText(LONGEST, lines=True, data_key=name) for at, name in enumerate(names)}
    made: type[LenientSchema] = type("CommentsSchema", (LenientSchema,), asked)
    given = read(made, form)
    found = []
    for at, name in enumerate(names):
        rule, subject = split_about(name.removeprefix(COMMENT))
        if text := given[f"comment_{at}"]:
            found.append({"rule": rule, "subject": subject, "text": text})
    return tuple(found)
