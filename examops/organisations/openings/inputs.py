"""What the pages and the API of requests read."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema

from examops.core.language import N_, join_messages
from examops.organisations.credit_code import doubts_of
from examops.organisations.inputs import LONGEST, OF_THE_CITY, RegisterSchema, address_faults
from examops.organisations.labels import BODY_KINDS
from examops.organisations.openings.labels import PARTS
from examops.web.api import LenientSchema
from examops.web.inputs import OneOf, ShortText, Uid, input_fault


class ApplySchema(LenientSchema):
    """``reason``: why a credit code that looks wrong is right. ``document``: of a certificate that was kept when the
    form came back; ``follows`` is the number of the returned request that this one corrects."""

    code = ShortText(40, required=True, fault=N_("写统一社会信用代码"))
    reason = ShortText(LONGEST, lines=True)
    name = ShortText(120, required=True, fault=N_("写证照上的全称，120 字以内"))
    representative = ShortText(40, required=True, fault=N_("写法定代表人（负责人）的姓名"))
    kind = OneOf(BODY_KINDS, required=True, fault=N_("选机构的类别"))
    district = OneOf(OF_THE_CITY, required=True, fault=N_("选一个区"))
    address = ShortText(200, required=True, fault=N_("写地址，200 字以内"))
    telephone = ShortText(40, required=True, fault=N_("写对外的电话"))
    person = ShortText(40, required=True, fault=N_("写联系人的姓名，40 字以内"))
    mobile = ShortText(20, required=True, fault=N_("写联系人的 11 位手机号"))
    email = ShortText(100)
    document = Uid()
    follows = ShortText(20)
    once = Uid(required=True, fault=N_("页面已过期，请刷新再填"))

    @validates_schema(skip_on_field_errors=False)
    def check_contact(self, data: dict[str, Any], **_options: Any) -> None:
        if faults := address_faults(data):
            raise ValidationError(faults)

    @validates_schema(skip_on_field_errors=False)
    def check_code(self, data: dict[str, Any], **_options: Any) -> None:
        """By the code alone: whether anybody has it is not looked at here."""
        code = data.get("code") or ""
        if code and not data.get("reason") and (doubts := doubts_of(code)):
            words = N_("信用代码有疑问：{doubts}；写错的改正，证照上就是这样的，在“理由”里写明")
            raise input_fault(words, "code", doubts=join_messages(N_("；"), doubts))


class StateSchema(LenientSchema):
    """Both, or nothing is told."""

    number = ShortText(20, required=True, fault=N_("写申请编号"))
    mobile = ShortText(20, required=True, fault=N_("写申请时留的手机号"))


class CodeSchema(LenientSchema):
    digits = ShortText(12, required=True, fault=N_("写收到的六位验证码"))


class PartSchema(LenientSchema):
    part = OneOf(PARTS, load_default="waiting")


class DecisionSchema(LenientSchema):
    act = OneOf(("returned", "refused"), required=True, fault=N_("选退回或不予登记"))
    why = ShortText(LONGEST, lines=True, required=True, fault=N_("写明理由，申请人照着办"))


# What a request says; an office that registers it by the API may leave it out.
ASKED = (
    *("code", "name", "representative", "kind", "district", "address", "telephone", "reason"),
    *("person", "mobile", "email"),
)


class RegisterAskedSchema(RegisterSchema):
    """Of a request: what is left out is as the request says."""
