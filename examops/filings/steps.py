"""The pages of the wizard and the facts asked on each, by kind of body."""

from __future__ import annotations

from dataclasses import dataclass

from config.divisions import OUTSIDE, divisions
from examops.core.language import N_
from examops.filings.judging.sizes import INDUSTRIES

MAX_NUMBER, MOST_YEARS = 10_000_000, 200
MAX_MONEY = 1_000_000_000  # 10,000 yuan: the largest companies of the city turn over 40 million of them
OCCUPATIONS = "occupations"  # which occupations and levels
OF_OCCUPATION = "occupation-"  # one page for each, with its code behind


@dataclass(frozen=True)
class Asked:
    """A fact that is asked. ``form``: number, yes_no, choice, day or years. ``unit`` is a word behind the number,
    ``most`` the largest that is taken."""

    key: str
    word: str
    form: str
    unit: str = ""
    help: str = ""
    most: int = MAX_NUMBER


BESIDE = N_("按人员和考场的登记数，填的只作对照，可以不填")
BY_YEAR = N_("面向全市的都要填；没有开展的年份空着")
ROUNDED = N_("四舍五入到整数")
PEOPLE, PERSON_TIMES, WAN, YEARS, PIECES = N_("人"), N_("人次"), N_("万元"), N_("年"), N_("个")
FACTS = {
    one.key: one
    for one in (
        Asked("is_registered", N_("在本市依法注册登记"), "yes_no"),
        Asked("is_legal_person", N_("具有独立法人资格"), "yes_no"),
        Asked("has_good_credit", N_("信用良好，无违法违规、失信记录"), "yes_no"),
        Asked("does_training", N_("主营业务含培训、评价或咨询"), "yes_no"),
        Asked("is_trainer", N_("以人才培养服务为主要工作职责"), "yes_no"),
        Asked("industry", N_("行业（按统计划分）"), "choice"),
        Asked("employees", N_("从业人员"), "number", PEOPLE, N_("本法人单位年末人数，与参保人数分开算")),
        Asked("revenue", N_("营业收入"), "number", WAN, ROUNDED, MAX_MONEY),
        Asked("assets", N_("资产总额"), "number", WAN, ROUNDED, MAX_MONEY),
        Asked("insured_local", N_("本市参保职工"), "number", PEOPLE, N_("含子公司、分公司、分支机构，同一人只算一次")),
        Asked("managers", N_("专职评价管理人员"), "number", PEOPLE, BESIDE),
        Asked("experts", N_("专家"), "number", PEOPLE, BESIDE),
        Asked("supervisors", N_("内部质量督导人员"), "number", PEOPLE, BESIDE),
        Asked("area", N_("开展认定的范围"), "choice", help=N_("面向全市的才要求年限、规模和占比")),
        Asked("training_years", N_("连续开展培训评价"), "number", YEARS, most=MOST_YEARS),
        Asked("volume_total", N_("累计培训评价"), "number", PERSON_TIMES),
        Asked("volume_assessed", N_("其中评价"), "number", PERSON_TIMES),
        Asked("pilot_on", N_("获省级试点的日期"), "day", help=N_("文件上的日期；试点文件作为材料上传")),
        Asked("own_students_only", N_("只对本院校学生开展认定"), "yes_no"),
        Asked("covered_workstations", N_("摄像机看得到的工位"), "number", PIECES, BESIDE),
        Asked("examiners", N_("考评人员"), "number", PEOPLE, BESIDE),
        Asked("applicants", N_("申报认定的职工"), "number", PEOPLE),
        Asked("volume", N_("本职业累计培训评价"), "number", PERSON_TIMES),
        Asked("volume_years", N_("各年培训评价规模"), "years", PERSON_TIMES, BY_YEAR),
        Asked("merit_pilot", N_("1. 已获省级认定试点资格并开展过试点"), "yes_no"),
        Asked("merit_career", N_("2. 承担过高技能人才与工程技术人才职业发展贯通试点"), "yes_no"),
        Asked("merit_standards", N_("3. 参与过市级及以上标准、大纲、教材、题库编制"), "yes_no"),
        Asked("merit_base", N_("4. 省高技能人才培训（实训）基地"), "yes_no"),
    )
}
VOLUME_YEARS = "volume_years"  # [[year, trained, assessed], …], oldest first, in person-times
TOTALS = ("volume_total", "volume_assessed")
# What the table by year adds up to; asked by themselves only where somebody stated them before there was a table.
ADDED_UP = (*TOTALS, "volume")
MERITS = ("merit_pilot", "merit_career", "merit_standards", "merit_base")  # 二(二)1 to 4, any one of them
NEVER_PROVEN = ("area",)  # what a body asks for
OPTIONAL = (*ADDED_UP, *MERITS)
STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    "enterprise": {
        "entity": ("is_registered", "is_legal_person", "has_good_credit", "does_training"),
        "size": ("industry", "employees", "revenue", "assets"),
        "people": ("insured_local", "managers", "experts", "supervisors"),
        OCCUPATIONS: (),
    },
    "social": {
        "entity": ("is_registered", "is_trainer", "has_good_credit"),
        "experience": ("area", "training_years", *TOTALS, VOLUME_YEARS, *MERITS),
        OCCUPATIONS: (),
    },
    "college": {"entity": ("has_good_credit", "pilot_on", "own_students_only"), OCCUPATIONS: ()},
}
EACH: dict[str, tuple[str, ...]] = {
    "enterprise": ("covered_workstations", "examiners", "applicants"),
    "social": ("volume", VOLUME_YEARS),
    "college": (),
}
STEP_WORDS = {
    "entity": N_("主体"),
    "size": N_("规模"),
    "people": N_("人员"),
    "experience": N_("经历"),
    OCCUPATIONS: N_("职业和等级"),
}
CITY_WIDE = "city"
AREAS = {CITY_WIDE: N_("全市"), **{code: name for code, name in divisions().districts.items() if code != OUTSIDE}}
CHOICES = {"industry": INDUSTRIES, "area": AREAS}
DOCUMENTS = {
    "licence": N_("营业执照或登记证书"),
    "credit": N_("信用报告"),
    "statistics": N_("统计年报（从业人员、收入、资产）"),
    "insured_list": N_("参保证明"),
    "staff_list": N_("人员名册"),
    "incentives": N_("培养使用评价激励机制"),
    "pay_rules": N_("等级与岗位、薪资挂钩制度"),
    "assessment_unit": N_("专门机构设立文件"),
    "development": N_("标准、课程、试题开发材料"),
    "finance": N_("财务管理制度"),
    "management": N_("管理制度"),
    "promise": N_("接受监督的承诺书"),
    "quality": N_("质量管控措施"),
    "volume_proof": N_("培训评价数据辅证材料"),
    "merit": N_("择优条件证明材料"),
    "venue": N_("场地、设备和视频监控材料"),
    "pilot": N_("省级试点文件"),
    "specification": N_("评价规范"),
    "other": N_("其他"),
}

# Kinds that bodies of some kind alone hand in; the others are for everybody.
DOCUMENTS_OF = {
    "statistics": ("enterprise",),
    "insured_list": ("enterprise",),
    "incentives": ("enterprise",),
    "pay_rules": ("enterprise",),
    "development": ("enterprise",),
    "management": ("social",),
    "quality": ("social", "college"),
    "volume_proof": ("social",),
    "merit": ("social",),
    "pilot": ("college",),
}


def facts_of(body_kind: str, step: str) -> tuple[str, ...]:
    """The keys asked on this page. Raises KeyError for a page that this kind of body does not have."""
    return EACH[body_kind] if step.startswith(OF_OCCUPATION) else STEPS[body_kind][step]


def subject_of(step: str) -> str:
    """The occupation's code that a page is about, or empty."""
    return step.removeprefix(OF_OCCUPATION) if step.startswith(OF_OCCUPATION) else ""


def step_of(body_kind: str, fact: str, subject: str) -> str:
    """The page on which this fact is asked."""
    if subject:
        return OF_OCCUPATION + subject
    return next(step for step, keys in STEPS[body_kind].items() if fact in keys)
