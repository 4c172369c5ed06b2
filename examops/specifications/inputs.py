"""What the forms of specifications, work plans, rules and fees read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from marshmallow import ValidationError, fields

from config.level_conditions import condition_faults
from config.levels import LETTERS
from examops.catalogue import PARTS, find_occupation
from examops.core.language import N_, Message, join_messages, message
from examops.specifications.models import KINDS
from examops.specifications.refusals import SPECIFICATION_CLAUSE, BadVersion
from examops.specifications.words import DEGREE_WORDS, SCHOOL_GROUPS, TITLE_WORDS
from examops.web.api import LenientSchema
from examops.web.inputs import (
    InvalidInput,
    ListOf,
    OneOf,
    ShortText,
    Uid,
    WholeNumber,
    YesNo,
    read,
    read_together,
    read_valid,
)

ROWS = 6  # condition lines of one level
NAMES = "abcdef"
LONGEST = 20_000
MOST_MINUTES, MOST_YEARS, MOST_MONTHS, MOST_PEOPLE = 1000, 60, 120, 1000
COUNTS = ("all", "certificate", "graduation", "title", "held")
PAPERS = (
    "apprenticeship",
    "pre_technician",
    *(f"title-{level}" for level in TITLE_WORDS),
    *(f"degree-{degree}" for degree in DEGREE_WORDS),
)


class SeenSchema(LenientSchema):
    """``seen``: the number of saves that whoever saves had before them."""

    seen = WholeNumber(0, required=True, fault=N_("页面已过期，请刷新再填"))


class CatalogueCode(ShortText):
    """An occupation of the catalogue by code or name, as its code."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        found = find_occupation(super()._deserialize(value, *args, **options))
        if found is None:
            raise ValidationError([message(N_("目录里没有这个职业，在列表里选"))])
        return found.code


class BeginSchema(LenientSchema):
    body = Uid()
    occupation = CatalogueCode(40, required=True, fault=N_("选一个职业"))
    kind = OneOf(KINDS, required=True, fault=N_("选规范的类别"))
    name = ShortText(80, required=True, fault=N_("写规范的名称，80 字以内"))


class BodySchema(LenientSchema):
    body = Uid()


class HeadSchema(SeenSchema):
    kind = OneOf(KINDS, required=True, fault=N_("选规范的类别"))
    name = ShortText(80, required=True, fault=N_("写规范的名称，80 字以内"))


class RemoveLevelSchema(SeenSchema):
    level = OneOf(LETTERS, required=True, fault=N_("选一个等级"))


class TermsSchema(RemoveLevelSchema):
    """Parts and how they are passed, of a level or of a line of a plan."""

    parts = ListOf(OneOf(PARTS), data_key="part", least=1, most=len(PARTS), required=True, fault=N_("至少选一个科目"))
    pass_mark = WholeNumber(1, 100, required=True, fault=N_("合格线写 1 到 100 的整数"))


class LevelSchema(TermsSchema):
    text = ShortText(LONGEST, lines=True)


class LineSchema(TermsSchema):
    occupation = CatalogueCode(40, required=True, fault=N_("选一个职业"))
    carry_over_months = WholeNumber(0, MOST_MONTHS, required=True, fault=N_("成绩保留写 0 到 120 的整月数"))
    site = Uid()
    examiners = WholeNumber(0, MOST_PEOPLE, required=True, fault=N_("考评人数写整数"))
    proctors = WholeNumber(0, MOST_PEOPLE, required=True, fault=N_("监考人数写整数"))


class RemoveLineSchema(RemoveLevelSchema):
    occupation = ShortText(40, required=True, fault=N_("选一个职业"))


def level_of(form: Mapping[str, str], *, is_own: bool) -> dict[str, Any]:
    """``seen``, ``level`` and its content, as the form of a level says them. Raises :class:`InvalidInput` with every
    fault, at its field."""
    chosen = read_valid(LevelSchema, form)["parts"] or []
    parts = [part for part in PARTS if part in chosen]
    given, minutes, conditions = read_together(
        lambda: read(LevelSchema, form),
        lambda: minutes_of(form, parts),
        lambda: _condition_lines(form) if is_own else [],
        clause=SPECIFICATION_CLAUSE,
    )
    text = given["text"] if is_own else ""
    content = {"text": text, "conditions": conditions, "parts": parts, "minutes": minutes}
    return {**given, "content": {**content, "pass_mark": given["pass_mark"]}}


def minutes_of(form: Mapping[str, str], parts: list[str]) -> dict[str, int]:
    """``minutes-PART`` of the parts that were chosen."""
    asked: dict[str, fields.Field[Any]] = {
        part: WholeNumber(
            1,
            MOST_MINUTES,
            required=True,
            data_key=f"minutes-{part}",
            fault=message(N_("“{part}”的时间写 1 到 1000 的分钟数"), part=message(PARTS[part])),
        )
        for part in parts
    }
    found = read(type("MinutesSchema", (LenientSchema,), asked), form)
    return {part: found[part] for part in parts}


def _row_schema(row: int) -> type[LenientSchema]:
    years = message(N_("第 {row} 条的年限写 1 到 60 的整数"), row=row)
    age = message(N_("第 {row} 条的年龄写 1 到 60 的整数"), row=row)
    asked: dict[str, fields.Field[Any]] = {
        "certificate": OneOf(LETTERS, data_key=f"certificate-{row}"),
        "years": WholeNumber(1, MOST_YEARS, data_key=f"years-{row}", fault=years),
        "count": OneOf(COUNTS, data_key=f"count-{row}", load_default="all"),
        "school": OneOf(SCHOOL_GROUPS, data_key=f"school-{row}"),
        "final_year": YesNo(data_key=f"final_year-{row}"),
        "age": WholeNumber(1, MOST_YEARS, data_key=f"age-{row}", fault=age),
        "paper": OneOf(PAPERS, data_key=f"paper-{row}"),
    }
    return type("RowSchema", (LenientSchema,), asked)


def conditions_of(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The condition lines that the rows of the form say; an empty row is none. Raises :class:`BadVersion` with all
    that is wrong with them, for callers without such a form."""
    try:
        return _condition_lines(form)
    except InvalidInput as refused:
        words = join_messages(N_("；"), [*refused.faults.values()])
        raise _bad(N_("申报条件填得不对：{faults}"), N_("对照说明改好再保存"), faults=words) from None


def _condition_lines(form: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = read_together(*(partial(_row_needs, row, form) for row in range(1, ROWS + 1)))
    lines = [{"line": name, "needs": needs} for name, needs in zip(NAMES, filter(None, rows), strict=False)]
    if lines and any(condition_faults(lines)):
        raise _bad(N_("申报条件填得不对"), N_("对照说明改好再保存"))
    return lines


def _row_needs(row: int, form: Mapping[str, str]) -> list[dict[str, Any]]:
    given = read(_row_schema(row), form)
    if faults := dict(_row_faults(row, given)):
        raise InvalidInput(faults)
    return list(_needs(given))


def _row_faults(row: int, given: dict[str, Any]) -> Iterator[tuple[str, Message]]:
    """What does not go together; whatever is filled in and would count for nothing is a fault too."""
    years, count = given["years"], given["count"]
    if count != "all" and years is None:
        yield f"years-{row}", message(N_("第 {row} 条选了从何时起算，却没有写年限"), row=row)
    if count in ("certificate", "held") and not given["certificate"]:
        yield f"certificate-{row}", message(N_("第 {row} 条从取证起算，却没有选证书等级"), row=row)
    if count == "title" and not str(given["paper"]).startswith("title-"):
        yield f"paper-{row}", message(N_("第 {row} 条从取得职称起算，却没有选职称"), row=row)
    if count == "graduation" and not given["school"]:
        yield f"school-{row}", message(N_("第 {row} 条从毕业起算，却没有选毕业学校"), row=row)
    elif given["final_year"] and not given["school"]:
        yield f"school-{row}", message(N_("第 {row} 条勾了含应届，却没有选毕业学校"), row=row)


def _needs(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    certificate, years, count = given["certificate"], given["years"], given["count"]
    is_held = count == "held" and years is not None
    if certificate:
        yield (
            {"need": "held", "level": certificate, "years": years}
            if is_held
            else {
                "need": "certificate",
                "level": certificate,
            }
        )
    if given["school"]:
        yield {"need": "graduation", "schools": list(SCHOOL_GROUPS[given["school"]]), "final_year": given["final_year"]}
    if given["paper"]:
        yield _paper(given["paper"])
    if years and not is_held:
        yield {"need": "work", "years": years, **({} if count == "all" else {"after": count})}
    if given["age"]:
        yield {"need": "age", "years": given["age"]}


def _paper(code: str) -> dict[str, Any]:
    kind, _mark, value = code.partition("-")
    return {"need": kind, "level": value} if kind == "title" else {"need": kind, **({"degree": value} if value else {})}


def _bad(words: str, advice: str, **params: Any) -> BadVersion:
    return BadVersion(words, advice=advice, clause=SPECIFICATION_CLAUSE, **params)


def form_of(level: str, content: Mapping[str, Any]) -> dict[str, str]:
    """The form that would save this level as it is stored."""
    form = {"level": level, "text": content["text"], "pass_mark": str(content["pass_mark"])}
    form |= {f"minutes-{part}": str(count) for part, count in content["minutes"].items()}
    for row, line in enumerate(content["conditions"], start=1):
        for need in line["needs"]:
            form |= {f"{name}-{row}": value for name, value in _cells(need)}
    return form


def _cells(need: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    kind = need["need"]
    if kind in ("certificate", "held"):
        yield "certificate", str(need["level"])
    if kind in ("work", "held"):
        yield "years", str(need["years"])
        yield "count", "held" if kind == "held" else need.get("after", "all")
    if kind == "graduation":
        groups = (key for key, schools in SCHOOL_GROUPS.items() if list(schools) == list(need["schools"]))
        yield "school", next(groups, "")
        yield "final_year", "1" if need["final_year"] else ""
    if kind == "age":
        yield "age", str(need["years"])
    if kind in ("apprenticeship", "pre_technician"):
        yield "paper", kind
    if kind in ("title", "degree"):
        yield "paper", f"{kind}-{need.get('level') or need.get('degree')}"
