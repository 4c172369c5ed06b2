"""What the forms of lists read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from examops.core.errors import Invalid
from examops.core.language import N_
from examops.filings.lists.models import APPLICANTS, INSURED
from examops.web.api import LenientSchema
from examops.web.inputs import Day, OneOf, ShortText, WholeNumber, read

MOST_ANSWERS = 2000
ANSWER = "name-"
SHORT_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
LONGEST = 300


class ListSchema(LenientSchema):
    """``about``: ``insured`` or ``applicants~CODE`` of an occupation."""

    about = ShortText(40, required=True, fault=N_("选名册的种类"))
    as_of = Day(required=True, fault=N_("选名册的截止日期"))


class ListReadSchema(LenientSchema):
    sound = OneOf(("yes", "no"), required=True, fault=N_("选名册能不能用"))
    note = ShortText(LONGEST, lines=True)


class InForceSchema(LenientSchema):
    code_reason = ShortText(LONGEST, lines=True)


def kind_and_subject(about: str) -> tuple[str, str]:
    """Raises :class:`Invalid` for a kind of list that there is not."""
    kind, _mark, subject = about.partition("~")
    if (kind, bool(subject)) not in ((INSURED, False), (APPLICANTS, True)):
        raise Invalid(N_("没有这种名册"), advice=N_("刷新页面再选"))
    return kind, subject


def answers_of(form: Mapping[str, str]) -> dict[int, int]:
    """``name-7=1`` → the second name of the eighth question; what is left open is not there."""
    numbers = [name.removeprefix(ANSWER) for name in form if name.startswith(ANSWER)]
    at = [one for one in numbers if SHORT_NUMBER.fullmatch(one)]
    asked: dict[str, fields.Field[Any]] = {f"{ANSWER}{one}": WholeNumber(0, MOST_ANSWERS) for one in at}
    given = read(LenientSchema.from_dict(asked)(), form)
    return {int(key.removeprefix(ANSWER)): value for key, value in given.items() if value is not None}
