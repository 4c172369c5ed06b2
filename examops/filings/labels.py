"""What states, kinds, acts, documents and reasons of filings are called."""

from __future__ import annotations

from typing import Any

from examops.catalogue import find_occupation, occupation_word
from examops.core.language import N_, _
from examops.filings.judging.outcomes import Why
from examops.filings.steps import CHOICES, FACTS, OF_OCCUPATION, STEP_WORDS
from examops.offices import signed_by
from examops.web.formats import grouped

FILING_STATES = {
    "draft": ("wait", N_("机构在填")),
    "submitted": ("act", N_("区初审")),
    "returned": ("look", N_("退回补正")),
    "district_reviewed": ("act", N_("市决定")),
    "filed": ("done", N_("已备案")),
    "refused": ("stop", N_("不予备案")),
    "withdrawn": ("off", N_("已撤回")),
}
FILING_KINDS = {
    "new": N_("首次备案"),
    "amendment": N_("增项"),
    "renewal": N_("延续"),
    "historic": N_("上线前已备案"),
}
ACTS = {
    "submitted": N_("提交"),
    "withdrawn": N_("撤回"),
    "reviewed": N_("初审通过"),
    "returned": N_("退回"),
    "filed": N_("准予备案"),
    "refused": N_("不予备案"),
    "ruled": N_("作出决定"),
    "ended": N_("机构退出，申报随之结束"),
}
RULINGS = {"yes": N_("符合"), "no": N_("不符合"), "waived": N_("准予例外")}
LETTER_KINDS = {
    "accepted": N_("受理通知书"),
    "supplement": N_("补正通知书"),
    "filed": N_("备案通知书"),
    "refused": N_("不予备案决定书"),
}
LIST_KINDS = {"insured": N_("参保职工名册"), "applicants": N_("申报认定的职工名册")}
LIST_STATES = {
    "examining": ("act", N_("核对中")),
    "examined": ("look", N_("核对完，还没有用")),
    "in_force": ("done", N_("在用")),
    "replaced": ("off", N_("已被新的代替")),
    "cancelled": ("off", N_("已取消")),
    "failed": ("stop", N_("没读成")),
}
RELATIONS = {
    "own": N_("本单位"),
    "registered": N_("登记的下属单位"),
    "stated": N_("名册自报，登记里没有"),
}
OBSTACLES = {
    "no_such_level": N_("标准没有这个等级"),
    "no_code": N_("没有职业编码"),
    "no_standard": N_("没有国家职业标准，也没有登记评价规范"),
    "no_conditions": N_("没有录入申报条件"),
    "access_type": N_("属准入类职业资格，不作职业技能等级认定"),
    "access_unconfirmed": N_("可能属准入类，市里还没有确认"),
    "unconfirmed": N_("目录里有的值市里还没有确认"),
}
# What the body does about it, and what an office does.
ADVICE_FOR_BODY = {
    Why.ABSENT: N_("填上这一项"),
    Why.BELOW: N_("达到限值后再报；填错的改正"),
    Why.NO: N_("这一条不满足，不能备案；填错的改正，职业不行的换一个"),
    Why.UNSOUND: N_("材料看过，不能用：按看的人写的意见换一份"),
    Why.TYPED: N_("只是填报：选上作凭据的材料，或等审核部门查官方记录"),
    Why.UNLISTED: N_("填的数字不算：在申报页上传参保名单，按职业的传申报认定的职工名单"),
    Why.NO_YEARS: N_("只填了合计，不算：按年填培训和评价人次，选上辅证材料"),
    Why.UNREAD: N_("材料或名册已传，等审核部门的人看过"),
    Why.STALE: N_("截止日太早：更新数字和材料"),
    Why.UNDECIDED: N_("由审核部门具名决定，机构不用填"),
    Why.REFUSED: N_("审核部门已决定不符合，见往来里的理由"),
    Why.UNCLASSIFIED: N_("表外行业没有档次，由审核部门具名判定"),
    Why.UNCONFIRMED: N_("市里还没有确认这一项所依据的值，等确认"),
    Why.UNCHECKED: N_("数够了，等审核部门核对名单"),
    Why.CHANGED: N_("名单在核对后变了，等审核部门再核对"),
}
ADVICE_FOR_OFFICE = {
    Why.ABSENT: N_("退回，请机构补上"),
    Why.BELOW: N_("核对数字；不够的退回，或不予备案"),
    Why.NO: N_("核对；确实不满足的不予备案"),
    Why.UNSOUND: N_("退回，请机构换一份材料"),
    Why.TYPED: N_("查官方记录后记下，或退回请机构附材料"),
    Why.UNLISTED: N_("只有填报的数字，没有名单：查官方记录后记下，或退回请机构上传名单"),
    Why.NO_YEARS: N_("只有合计，没有各年的数：查官方记录后记下，或退回请机构按年填"),
    Why.UNREAD: N_("打开材料或名册看过，记下能不能用"),
    Why.STALE: N_("查官方记录，或退回请机构更新"),
    Why.UNDECIDED: N_("具名决定，写明理由"),
    Why.REFUSED: N_("已决定不符合：不予备案，或重新决定"),
    Why.UNCLASSIFIED: N_("表外行业：具名判定，写明理由"),
    Why.UNCONFIRMED: N_("到职业目录确认，或由系统运维录入经确认的目录"),
    Why.UNCHECKED: N_("展开名单核对，具名决定是不是都算数"),
    Why.CHANGED: N_("名单在核对后变了：再展开核对一次，具名决定"),
}


def occupation_name(code: str) -> str:
    """Of a code that the catalogue lost: the code."""
    found = find_occupation(code)
    return occupation_word(found) if found else code


def step_word(step: str) -> str:
    """The page's name; of an occupation's page its name."""
    if step.startswith(OF_OCCUPATION):
        return occupation_name(step.removeprefix(OF_OCCUPATION))
    return _(STEP_WORDS.get(step, step))


def value_words(key: str, value: Any) -> str:
    """A fact's value with its unit: ``312 人``, ``是``, ``工业``."""
    asked = FACTS[key]
    if value is None:
        return _("没有填")
    if asked.form == "yes_no":
        return _("是") if value else _("否")
    if asked.form == "choice":
        return _(CHOICES[key].get(value, value))
    if asked.form == "years":
        return _("；").join(year_words(*row) for row in value)
    written = grouped(value) if isinstance(value, int) else str(value)
    return f"{written} {_(asked.unit)}" if asked.unit else written


def year_words(year: int, trained: int, assessed: int) -> str:
    counted = {"trained": grouped(trained), "assessed": grouped(assessed)}
    return _("{year} 年培训 {trained}、评价 {assessed}", year=str(year), **counted)


def signed_as(one: Any) -> str:
    """Of a decision, or the content of a letter: the officer, and for whom they acted. Older letters name nobody."""
    if isinstance(one, dict):
        return str(signed_by(one.get("officer", ""), one.get("for_officer", "")))
    return str(signed_by(one.officer_name, one.for_officer_name))
