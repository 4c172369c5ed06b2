"""Which conditions a body must meet: the rule, the test, what it reads. One line each; the law itself is in YAML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from examops.core.language import N_
from examops.filings.judging.checks import (
    Test,
    answered,
    at_least,
    by_year,
    counted_at_least,
    enterprise_size,
    has_standard,
    if_city_wide,
    in_catalogue,
    listed_at_least,
    not_access_type,
    on_shortage_list,
    papers,
    past_day,
    planned,
    ruled_by_person,
    share,
    stated,
)

MERITS = ("merit_pilot", "merit_career", "merit_standards", "merit_base")  # 二(二)1 to 4, which the person reads
ENTERPRISE, SOCIAL, COLLEGE = frozenset({"enterprise"}), frozenset({"social"}), frozenset({"college"})
TRAINERS = SOCIAL | COLLEGE
ALL = ENTERPRISE | TRAINERS


@dataclass(frozen=True)
class Condition:
    """``each``: once for every occupation of the filing. ``facts`` are the keys that its test reads; ``is_counted``:
    the figure is counted from people and places, what is stated stands beside it; ``is_listed``: it is counted by a
    list; ``reads_plan``: it reads the work plan, and is asked from the day on from which its rule asks it."""

    key: str
    word: str
    kinds: frozenset[str]
    test: Test
    facts: tuple[str, ...] = ()
    each: bool = False
    is_ruling: bool = False
    reads_papers: bool = False
    is_counted: bool = False
    is_listed: bool = False
    reads_plan: bool = False


def _yes(key: str, word: str, kinds: frozenset[str], fact: str, wanted: bool = True) -> Condition:
    return Condition(key, word, kinds, answered(fact, wanted), (fact,))


def _listed(key: str, word: str, fact: str, each: bool = False) -> Condition:
    return Condition(key, word, ENTERPRISE, listed_at_least(fact), (fact,), each, is_listed=True)


def _city_wide(key: str, word: str, test: Test, *facts: str, each: bool = False) -> Condition:
    """Of social organisations, and only where they ask for the whole city."""
    return Condition(key, word, SOCIAL, if_city_wide(test), (*facts, "area"), each)


def _by_year(key: str, word: str, test: Test, *facts: str, each: bool = False) -> Condition:
    """As :func:`_city_wide`, of totals that are added up from figures by year."""
    return _city_wide(key, word, by_year(test, *facts), *facts, each=each)


def _counted(key: str, word: str, fact: str, each: bool = False) -> Condition:
    return Condition(key, word, ENTERPRISE, counted_at_least(fact), (fact,), each, is_ruling=True, is_counted=True)


def _papers(key: str, word: str, kinds: frozenset[str]) -> Condition:
    return Condition(key, word, kinds, papers, reads_papers=True)


def _ruling(key: str, word: str, kinds: frozenset[str], each: bool = False) -> Condition:
    return Condition(key, word, kinds, ruled_by_person, each=each, is_ruling=True)


CONDITIONS = (
    _yes("filing.enterprise_registered", N_("在本市依法注册、合法经营"), ENTERPRISE, "is_registered"),
    _yes("filing.enterprise_legal_person", N_("独立法人资格"), ENTERPRISE, "is_legal_person"),
    _yes("filing.enterprise_credit", N_("信用良好"), ENTERPRISE, "has_good_credit"),
    Condition(
        "filing.enterprise_size",
        N_("中型及以上企业"),
        ENTERPRISE,
        enterprise_size,
        ("industry", "employees", "revenue", "assets"),
        is_ruling=True,
    ),
    _yes("filing.enterprise_main_business", N_("主营不含培训、评价、咨询"), ENTERPRISE, "does_training", wanted=False),
    _listed("capacity.insured_local_min", N_("本市参保职工"), "insured_local"),
    _papers("filing.enterprise_papers_mechanism", N_("培养使用评价激励机制"), ENTERPRISE),
    _papers("filing.enterprise_papers_unit", N_("薪资挂钩制度和内设机构"), ENTERPRISE),
    _counted("filing.enterprise_managers_min", N_("专职管理人员"), "managers"),
    _counted("filing.enterprise_experts_min", N_("专家"), "experts"),
    _counted("filing.enterprise_supervisors_min", N_("内部质量督导人员"), "supervisors"),
    _papers("filing.enterprise_papers_development", N_("标准、课程、试题开发能力"), ENTERPRISE),
    _papers("filing.enterprise_papers_finance", N_("财务制度和经费保障"), ENTERPRISE),
    _papers("filing.enterprise_promise", N_("接受监督的承诺"), ENTERPRISE),
    _ruling("filing.enterprise_selection", N_("择优遴选"), ENTERPRISE),
    _yes("filing.social_registered", N_("佛山市内依法登记"), SOCIAL, "is_registered"),
    _yes("filing.social_main_duty", N_("以人才培养服务为主"), SOCIAL, "is_trainer"),
    _yes("filing.social_clean_record", N_("信用良好、无不良记录"), TRAINERS, "has_good_credit"),
    _papers("filing.social_papers_rules", N_("财务和管理制度"), SOCIAL),
    Condition("filing.social_area", N_("写明面向全市或一个区"), SOCIAL, stated("area"), ("area",)),
    _city_wide("filing.social_years", N_("连续培训评价年限"), at_least("training_years"), "training_years"),
    _by_year("filing.social_volume_total", N_("累计培训评价人次"), at_least("volume_total"), "volume_total"),
    _by_year(
        "filing.social_assessed_share",
        N_("评价人数占比"),
        share("volume_assessed", "volume_total"),
        "volume_assessed",
        "volume_total",
    ),
    _papers("filing.social_papers_proof", N_("培训评价数据辅证"), SOCIAL),
    _papers("filing.social_papers_unit", N_("机构、人员、场地和监控"), TRAINERS),
    _papers("filing.social_papers_quality", N_("质量管控措施"), TRAINERS),
    _papers("filing.social_promise", N_("接受监督的承诺"), TRAINERS),
    Condition("filing.social_selection", N_("择优遴选"), SOCIAL, ruled_by_person, MERITS, is_ruling=True),
    Condition("filing.college_pilot", N_("省级试点院校"), COLLEGE, past_day("pilot_on"), ("pilot_on",)),
    _yes("filing.college_own_students", N_("只认定本院校学生"), COLLEGE, "own_students_only"),
    Condition("filing.catalogue", N_("职业和等级可以备案"), ALL, in_catalogue, each=True),
    Condition("filing.access_type", N_("不是准入类职业"), ALL, not_access_type, each=True),
    Condition("filing.work_plan", N_("备案工作方案写到每个等级"), ALL, planned, each=True, reads_plan=True),
    _ruling("filing.enterprise_tie", N_("与主营业务相关、有技能含量"), ENTERPRISE, each=True),
    _counted("capacity.min_workstations", N_("监控下的工位"), "covered_workstations", each=True),
    _counted("capacity.examiners_per_occupation_min", N_("考评人员"), "examiners", each=True),
    _listed("capacity.applicants_per_occupation_min", N_("申报认定的职工"), "applicants", each=True),
    _by_year("filing.social_volume_each", N_("本职业培训评价人次"), at_least("volume"), "volume", each=True),
    Condition("filing.social_shortage", N_("在急需紧缺目录内"), SOCIAL, on_shortage_list, each=True),
    Condition("filing.social_standard", N_("有国家职业技能标准"), SOCIAL, has_standard, each=True),
)
BY_KEY = {one.key: one for one in CONDITIONS}


def condition_of(key: str) -> Condition:
    return BY_KEY[key]


def conditions_for(body_kind: str) -> Iterator[Condition]:
    return (one for one in CONDITIONS if body_kind in one.kinds)
