"""What forms and the API of registered bodies read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from config.divisions import OUTSIDE, divisions
from examops.core.errors import Invalid
from examops.core.language import N_, Message, message
from examops.offices import checked
from examops.organisations.labels import BODY_KINDS, INDUSTRIES, RELATIONS
from examops.organisations.registration import Objected, Objections
from examops.web.api import LenientSchema
from examops.web.inputs import InvalidInput, OneOf, ShortText, Uid, read

OF_THE_CITY = tuple(code for code in divisions().districts if code != OUTSIDE)
LONGEST = 300


def address_faults(data: Mapping[str, Any]) -> dict[str, list[Message]]:
    """Of ``mobile`` and ``email``, each at its own field."""
    faults: dict[str, list[Message]] = {}
    for field in ("mobile", "email"):
        try:
            checked(**{"email": "", "mobile": "", field: data.get(field) or ""})
        except Invalid as error:
            words = {"words": error.wording, "advice": error.advised}
            faults[field] = [message(N_("{words}：{advice}"), **words)]
    return faults


class PersonSchema(LenientSchema):
    """The first coordinator: name, account, where notices go."""

    person = ShortText(40, required=True, fault=N_("写联系人的姓名，40 字以内"))
    login = ShortText(64, least=3, required=True, fault=N_("写账号名，3 到 64 个字符"))
    mobile = ShortText(20, required=True, fault=N_("写联系人的 11 位手机号"))
    email = ShortText(100)

    @validates_schema(skip_on_field_errors=False)
    def check_person(self, data: dict[str, Any], **_options: Any) -> None:
        faults = address_faults(data)
        if any(mark.isspace() for mark in data.get("login", "")):
            faults["login"] = [message(N_("账号名里不能有空格"))]
        if faults:
            raise ValidationError(faults)


class RegisterSchema(PersonSchema):
    """``code`` is a credit code, ``reason`` why a doubtful one is taken; ``once`` names the form that was opened."""

    code = ShortText(40, required=True, fault=N_("写统一社会信用代码"))
    name = ShortText(120, required=True, fault=N_("写证照上的全称，120 字以内"))
    representative = ShortText(40, required=True, fault=N_("写法定代表人（负责人）的姓名"))
    kind = OneOf(BODY_KINDS, required=True, fault=N_("选机构的类别"))
    short_name = ShortText(30, required=True, fault=N_("写简称，30 字以内"))
    district = OneOf(OF_THE_CITY, required=True, fault=N_("选一个区"))
    address = ShortText(200, required=True, fault=N_("写地址，200 字以内"))
    telephone = ShortText(40, required=True, fault=N_("写对外的电话"))
    industry = OneOf(("", *INDUSTRIES), load_default="")
    parent = ShortText(40)
    relation = OneOf(("", *RELATIONS), load_default="")
    reason = ShortText(LONGEST, lines=True)


class OnceSchema(LenientSchema):
    once = Uid(required=True, fault=N_("页面已过期，请刷新再填"))


class CorrectSchema(LenientSchema):
    """``seen``: code and name as they stood on the page."""

    code = ShortText(40, required=True, fault=N_("写统一社会信用代码"))
    correct_name = ShortText(120, required=True, fault=N_("写证照上的全称，120 字以内"))
    correction = ShortText(LONGEST, lines=True, required=True, fault=N_("写明错在哪里、对照了什么证照"))
    seen = ShortText(200)


def read_registration(given: Mapping[str, Any], find: Callable[[Mapping[str, Any]], Objections]) -> dict[str, Any]:
    """What was given by :class:`RegisterSchema`. ``find``: objections to what could be read of it, told together with
    what could not. Raises :class:`Objected`."""
    try:
        return read(RegisterSchema, given)
    except InvalidInput as error:
        found = find(error.valid)
        raise Objected({**found.faults, **error.faults}, found.refusal) from None
