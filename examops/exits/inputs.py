"""What the forms of exits read."""

from __future__ import annotations

from examops.core.language import N_
from examops.exits.recheck.models import KINDS
from examops.exits.states import CHOICES, DECISIONS
from examops.web.api import LenientSchema
from examops.web.inputs import Day, OneOf, ShortText, Uid, WholeNumber
from examops.web.pages import AfterNumberSchema

LONGEST = 300
STATEMENT = 2000
MAX_REVISION = 1_000_000


class BodySchema(LenientSchema):
    body = Uid(required=True, fault=N_("选一个机构"))


class ReadSchema(LenientSchema):
    """What an officer read."""

    text = ShortText(LONGEST, lines=True, required=True, fault=N_("写查到的事实，300 字以内"))
    read_in = ShortText(100, required=True, fault=N_("写在哪里看的"))
    read_on = Day(required=True, fault=N_("选截至哪一天"))


class BeginSchema(ReadSchema):
    body = Uid(required=True, fault=N_("选一个机构"))
    ground = OneOf(("misconduct", "condition_lost", "idle"), required=True, fault=N_("选一个事由"))


class WishSchema(LenientSchema):
    body = Uid()
    reason = ShortText(STATEMENT, lines=True, required=True, fault=N_("写退出的原因"))


class GatherSchema(ReadSchema):
    seen = ShortText(40)


class ActSchema(LenientSchema):
    act = OneOf(("told", "withdrawn", "decided", "lifted", "set_aside"), required=True)
    seen = ShortText(40)
    outcome = OneOf(DECISIONS, load_default="", fault=N_("选一个决定"))
    reason = ShortText(STATEMENT, lines=True)
    document = ShortText(60, label=N_("文号"))
    bar_until = Day(fault=N_("选一个日期，或留空"))
    for_officer = Uid(load_default=None, data_key="for")


class StatementSchema(LenientSchema):
    seen = ShortText(40)
    statement = ShortText(STATEMENT, lines=True, required=True, fault=N_("写陈述申辩，2000 字以内"))


class ChoiceSchema(LenientSchema):
    session = Uid(required=True, fault=N_("选一场"))
    choice = OneOf(CHOICES, required=True, fault=N_("选怎样处理"))
    note = ShortText(LONGEST, lines=True)
    for_officer = Uid(load_default=None, data_key="for")


class FindingsSchema(AfterNumberSchema):
    kind = OneOf(KINDS, load_default="")


class SwitchSchema(LenientSchema):
    rule = ShortText(80, required=True, fault=N_("没有这条规则"))
    revision = WholeNumber(0, MAX_REVISION, required=True, fault=N_("页面已过期，请刷新再改"))
    on = OneOf(("yes", "no"), required=True, fault=N_("选启用或停用"))
    document_number = ShortText(60, required=True, fault=N_("写依据的文号"))
    reason = ShortText(LONGEST, lines=True, required=True, fault=N_("写理由"))
    valid_from = Day(required=True, fault=N_("选生效日期"))
