"""What the API of specifications and work plans reads to write: what it answers, and what the forms can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from config.level_conditions import NEEDS, SCHOOLS
from config.levels import LETTERS
from examops.catalogue import PARTS
from examops.core.errors import Invalid
from examops.core.language import N_, message
from examops.specifications.inputs import (
    LONGEST,
    MOST_MINUTES,
    MOST_MONTHS,
    MOST_PEOPLE,
    MOST_YEARS,
    ROWS,
    BeginSchema,
    BodySchema,
    HeadSchema,
    SeenSchema,
    conditions_of,
    form_of,
)
from examops.specifications.refusals import SPECIFICATION_CLAUSE, BadVersion
from examops.specifications.words import DEGREE_WORDS, SCHOOL_GROUPS, TITLE_WORDS
from examops.web.api import LenientSchema
from examops.web.inputs import ListOf, OneOf, Part, ShortText, Uid, WholeNumber, YesNo

AFTER = ("certificate", "graduation", "title")
MISSING, NO_SUCH = N_("请填写"), N_("没有这一项，请重新选择")


class BegunSchema(Schema):
    uid = fields.UUID(required=True)
    version = fields.Int(required=True)
    seen = fields.Int(required=True, metadata={"description": "For the first save"})


class BeginSpecificationSchema(BeginSchema):
    """``body`` may be left out by who works for one alone."""


class BeginPlanSchema(BodySchema):
    """The same."""


class SpecificationHeadSchema(HeadSchema):
    """Name and kind."""


class NeedSchema(LenientSchema):
    """One thing that a person has to have; which of the others it takes depends on ``need``."""

    need = OneOf(NEEDS, required=True, label=N_("条件"))
    level = OneOf((*LETTERS, *TITLE_WORDS), label=N_("等级"), metadata={"description": "Of certificate, held, title"})
    years = WholeNumber(1, MOST_YEARS, label=N_("年限"), metadata={"description": "Of work, held, age"})
    after = OneOf(AFTER, label=N_("从何时算起"), metadata={"description": "Of work; left out: counted over all years"})
    schools = ListOf(OneOf(SCHOOLS), label=N_("学校"), metadata={"description": "Of graduation"})
    final_year = YesNo(label=N_("含应届"), metadata={"description": "Of graduation: who is in the last year too"})
    degree = OneOf(DEGREE_WORDS, label=N_("学位"), metadata={"description": "Of degree"})

    @validates_schema
    def whole(self, values: dict[str, Any], **options: Any) -> None:
        asked, levels = NEEDS[values["need"]], TITLE_WORDS if values["need"] == "title" else LETTERS
        faults = {name: [message(MISSING)] for name in asked if values.get(name) in (None, [])}
        if values.get("level") and "level" in asked and values["level"] not in levels:
            faults["level"] = [message(NO_SUCH)]
        if faults:
            raise ValidationError(faults)


class ConditionSchema(LenientSchema):
    needs = ListOf(Part(NeedSchema), least=1, most=6, required=True, label=N_("条件"))


def _minutes(part: str) -> WholeNumber:
    fault = message(N_("“{part}”的时间写 1 到 1000 的分钟数"), part=message(PARTS[part]))
    return WholeNumber(1, MOST_MINUTES, fault=fault)


MinutesSchema: type[LenientSchema] = type("MinutesSchema", (LenientSchema,), {part: _minutes(part) for part in PARTS})


class ApiTermsSchema(SeenSchema):
    parts = ListOf(OneOf(PARTS), least=1, most=len(PARTS), required=True, fault=N_("至少选一个科目"))
    pass_mark = WholeNumber(1, 100, required=True, fault=N_("合格线写 1 到 100 的整数"))


class ApiLevelSchema(ApiTermsSchema):
    """``text`` and ``conditions`` of a specification of one's own; of the kind ``national`` neither is kept."""

    text = ShortText(LONGEST, lines=True, label=N_("正文"))
    conditions = ListOf(Part(ConditionSchema), most=ROWS, label=N_("申报条件"))
    minutes = Part(MinutesSchema, load_default=dict, label=N_("时间"), metadata={"description": "Of each part"})

    @validates_schema(skip_on_field_errors=False)
    def timed(self, values: dict[str, Any], **options: Any) -> None:
        given = values.get("minutes") or {}
        untimed = [part for part in values.get("parts") or () if not given.get(part)]
        if untimed and "minutes" in values:
            raise ValidationError({"minutes": {part: [_minutes(part).fault] for part in untimed}})


class ApiLineSchema(ApiTermsSchema):
    carry_over_months = WholeNumber(0, MOST_MONTHS, required=True, fault=N_("成绩保留写 0 到 120 的整月数"))
    site = Uid(metadata={"description": "One of the body's own; left out: not chosen yet"})
    examiners = WholeNumber(0, MOST_PEOPLE, required=True, fault=N_("考评人数写整数"))
    proctors = WholeNumber(0, MOST_PEOPLE, required=True, fault=N_("监考人数写整数"))


def minutes_by_part(given: Mapping[str, Any]) -> dict[str, int]:
    return {part: given["minutes"][part] for part in PARTS if part in given["parts"]}


def stored_conditions(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines as they are kept. Raises :class:`BadVersion` for what the rows of the form could not say."""
    lines = [{"line": "", "needs": [_need(need) for need in condition["needs"]]} for condition in given["conditions"]]
    bare = {"text": "", "pass_mark": "", "minutes": {}, "conditions": lines}
    kept = conditions_of(form_of("", bare))
    if [_sorted(line) for line in kept] != [_sorted(line) for line in lines]:
        raise BadVersion(
            N_("申报条件里有不能这样并列的"),
            advice=N_(
                "每一条里证书、学校、资历、年龄各一项，从取证、毕业或取得职称起算的要有那一项；学校按网页上的三档写全"
            ),
            clause=SPECIFICATION_CLAUSE,
        )
    return kept


def _need(given: Mapping[str, Any]) -> dict[str, Any]:
    names = NEEDS[given["need"]]
    after = {"after": given["after"]} if given["need"] == "work" and given["after"] else {}
    found = {"need": given["need"], **{name: given[name] for name in names}, **after}
    same = (list(group) for group in SCHOOL_GROUPS.values() if {*group} == {*given["schools"]})
    return found | {"schools": next(same, given["schools"])} if "schools" in names else found


def _sorted(line: Mapping[str, Any]) -> list[Any]:
    return sorted(line["needs"], key=lambda need: str(need["need"]))


def level_of(code: str) -> str:
    """Of the address."""
    if code not in LETTERS:
        raise Invalid(N_("选一个等级"), advice=N_("等级写成代码，如 5、4"))
    return code
