"""The demo's filings as data: who files what with which figures, and what becomes of it. Everything is invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from examops.demo.story.places import CARE, ELECTRICIAN, LATHE, WELDER

CITY_WIDE = "city"
FITTER, MOULD, EXTRUDER, COOK = "6-20-01-01", "6-18-04-01", "6-17-09-09", "4-03-02-01"
STANDARDS = {
    ELECTRICIAN: "电工国家职业技能标准（2018年版）",
    WELDER: "焊工国家职业技能标准（2018年版）",
    LATHE: "车工国家职业技能标准（2018年版）",
    CARE: "养老护理员国家职业技能标准（2019年版）",
}
OWN = ("5", "4", "3")
Pages = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Applicant:
    """A body that is only in the story's filings; its ``contact`` has no account."""

    short_name: str
    name: str
    kind: str
    district: str
    credit_code: str
    address: str
    telephone: str
    contact: str


@dataclass(frozen=True)
class FilingCase:
    """``pages`` are the wizard's, ``documents`` their kinds. ``course``: (what is done, how many days ago), in order;
    after ``begun`` the body fills in everything. ``comments``: (``rule~occupation``, words) of a return;
    ``unsound``: kind of document → what its reader finds wrong; ``refused_for``: the rule that a refusal cites;
    ``lists``: the insured and the applicants are counted by lists."""

    body: str
    kind: str
    occupations: dict[str, tuple[str, ...]]
    pages: Pages
    documents: tuple[str, ...]
    course: tuple[tuple[str, int], ...]
    comments: tuple[tuple[str, str], ...] = ()
    unsound: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    refused_for: str = ""
    looked_up: tuple[str, ...] = ()
    lists: bool = False


@dataclass(frozen=True)
class ByYear:
    """A volume that grew by the same number of person-times each year, over so many years."""

    years: int
    total: int
    assessed: int

    def table(self, last: int) -> list[list[int]]:
        """As filings keep it, up to the year ``last``."""
        trained = _spread(self.total - self.assessed, self.years)
        pairs = zip(trained, _spread(self.assessed, self.years), strict=True)
        return [[last - self.years + at, *pair] for at, pair in enumerate(pairs, start=1)]


def _spread(total: int, years: int) -> list[int]:
    """``total`` over the years, each with more than the one before it."""
    weights = range(2, years + 2)
    parts = [total * weight // sum(weights) for weight in weights]
    return [*parts[:-1], total - sum(parts[:-1])]


ENTITY = {"is_registered": True, "is_legal_person": True, "has_good_credit": True, "does_training": False}
SOCIAL_ENTITY = {"is_registered": True, "is_trainer": True, "has_good_credit": True}
OF_ENTERPRISE = (
    *("licence", "credit", "statistics", "insured_list", "staff_list", "venue"),
    *("incentives", "pay_rules", "assessment_unit", "development", "finance", "promise"),
)
OF_SOCIAL = (
    *("licence", "credit", "volume_proof", "staff_list", "venue"),
    *("finance", "management", "assessment_unit", "quality", "promise"),
)
OF_COLLEGE = ("credit", "pilot", "staff_list", "venue", "assessment_unit", "quality", "promise")
INSURED = ("insured_local", "applicants")  # what a district centre reads in the register of insured people itself


def enterprise(
    size: tuple[int, int, int],
    people: tuple[int, int, int, int],
    each: dict[str, tuple[int, ...]],
    industry: str = "industry",
) -> Pages:
    """Employees, revenue and assets (10,000 yuan); insured, managers, experts, supervisors; by occupation workstations
    under cameras, examiners and employees who apply."""
    pages: Pages = {
        "entity": ENTITY,
        "size": dict(zip(("industry", "employees", "revenue", "assets"), (industry, *size), strict=True)),
        "people": dict(zip(("insured_local", "managers", "experts", "supervisors"), people, strict=True)),
    }
    keys = ("covered_workstations", "examiners", "applicants")
    counted: Pages = {f"occupation-{code}": dict(zip(keys, figures, strict=True)) for code, figures in each.items()}
    return pages | counted


def social(area: str, years: int, total: int, assessed: int, each: dict[str, int], merit: str = "") -> Pages:
    """``merit``: the one condition of selection that the body says it meets."""
    experience = {"area": area, "training_years": years, "volume_years": ByYear(years, total, assessed)}
    experience |= {merit: True} if merit else {}
    volumes: Pages = {
        f"occupation-{code}": {"volume_years": ByYear(min(years, 7), volume, volume * assessed // total)}
        for code, volume in each.items()
    }
    pages: Pages = {"entity": SOCIAL_ENTITY, "experience": experience}
    return pages | volumes


APPLICANTS = (
    Applicant(
        *("容威", "佛山市顺德区容威精密模具有限公司", "enterprise", "440606", "91440606MA4RWJM04F"),
        *("顺德区大良街道演示大道 18 号", "0757-00000041", "罗志强"),
    ),
    Applicant(
        *("泽丰", "佛山市顺德区泽丰铝型材有限公司", "enterprise", "440606", "91440606MA4YFJJ05R"),
        *("顺德区乐从镇演示路 102 号", "0757-00000042", "黄美玲"),
    ),
    Applicant(
        *("启能", "佛山市南海区启能职业培训中心", "social", "440605", "52440605MJ4QNYX06U"),
        *("南海区桂城街道演示路 35 号", "0757-00000043", "叶文静"),
    ),
    Applicant(
        *("华味", "佛山市顺德区华味餐饮管理有限公司", "enterprise", "440606", "91440606MA4HWCY07U"),
        *("顺德区北滘镇演示路 7 号", "0757-00000044", "谭永健"),
    ),
    Applicant(
        *("康源", "佛山市顺德区康源食品机械有限公司", "enterprise", "440606", "91440606MA4KYJX089"),
        *("顺德区勒流街道演示路 60 号", "0757-00000045", "何小明"),
    ),
    Applicant(
        *("明德", "佛山市高明区明德职业培训学校", "social", "440608", "52440608MJ4MDXX09U"),
        *("高明区荷城街道演示路 5 号", "0757-00000046", "郑雅婷"),
    ),
)
WHOLE = (("begun", 452), ("submitted", 431), ("read", 428), ("reviewed", 425), ("filed", 400))
FIRST = (
    FilingCase(
        "华岭",
        "new",
        {ELECTRICIAN: OWN, WELDER: ("5", "4"), LATHE: ("5", "4")},
        enterprise(
            (1460, 98600, 71200),
            (1387, 1, 2, 1),
            {ELECTRICIAN: (12, 9, 186), WELDER: (10, 9, 124), LATHE: (10, 9, 97)},
        ),
        OF_ENTERPRISE,
        WHOLE,
        looked_up=INSURED,
    ),
    FilingCase(
        "远航",
        "new",
        {ELECTRICIAN: OWN, LATHE: ("5", "4")},
        {"entity": {"has_good_credit": True, "pilot_on": "2020-03-18", "own_students_only": True}},
        OF_COLLEGE,
        WHOLE,
    ),
    FilingCase(
        "匠才",
        "new",
        {CARE: ("5", "4"), ELECTRICIAN: OWN},
        social(CITY_WIDE, 9, 42600, 14910, {CARE: 15800, ELECTRICIAN: 11240}, "merit_standards"),
        (*OF_SOCIAL, "merit"),
        WHOLE,
    ),
)
# In the order in which they were begun and handed in, as their numbers and those of their letters have it.
LATER = (
    FilingCase(
        "明德",
        "new",
        {CARE: ("5", "4")},
        social("440608", 4, 8200, 2870, {CARE: 3100}),
        OF_SOCIAL,
        (("begun", 345), ("submitted", 330), ("read", 327), ("reviewed", 325), ("filed", 312), ("suspended", 12)),
    ),
    FilingCase(
        "华味",
        "new",
        {COOK: ("5", "4", "3")},
        enterprise((405, 9200, 6100), (372, 1, 3, 1), {COOK: (10, 3, 58)}, "catering"),
        OF_ENTERPRISE,
        (("begun", 95), ("submitted", 80), ("read", 76), ("reviewed", 74), ("refused", 61)),
        reason="本批择优遴选以先进制造业为主，餐饮企业留待下一批；现有三名考评人员也都在同一门店，难以保证回避",
        refused_for="filing.enterprise_selection",
        looked_up=INSURED,
    ),
    FilingCase(
        "康源",
        "new",
        {WELDER: ("5", "4")},
        enterprise((468, 15700, 12900), (441, 2, 3, 1), {WELDER: (10, 3, 55)}),
        OF_ENTERPRISE,
        (("begun", 52), ("submitted", 33), ("withdrawn", 29)),
    ),
    FilingCase(
        "启能",
        "new",
        {CARE: ("5", "4"), ELECTRICIAN: ("5",)},
        social("440605", 4, 9650, 3380, {CARE: 3940, ELECTRICIAN: 2210}),
        OF_SOCIAL,
        (("begun", 41), ("submitted", 20), ("read", 17), ("reviewed", 14)),
    ),
    FilingCase(
        "泽丰",
        "new",
        {EXTRUDER: ("5", "4", "3")},
        enterprise((834, 41300, 28700), (791, 2, 5, 2), {EXTRUDER: (16, 6, 142)}),
        OF_ENTERPRISE,
        (("begun", 40), ("submitted", 18), ("read", 15), ("reviewed", 11)),
        lists=True,
    ),
    FilingCase(
        "匠才",
        "amendment",
        {WELDER: ("5", "4")},
        social(CITY_WIDE, 9, 51300, 18460, {WELDER: 6420}, "merit_standards"),
        (*OF_SOCIAL, "merit"),
        (("begun", 24), ("submitted", 14), ("read", 11), ("returned", 5)),
        comments=(
            ("filing.social_volume_each~" + WELDER, "焊工的数据只到去年 6 月，请补到今年 10 月，并附发证清单"),
            ("filing.social_papers_unit~", "场地材料里没有焊接工位的监控示意图，请重拍"),
        ),
        unsound={"venue": "第 3 页是别的场地，看不到焊接工位和摄像机"},
    ),
    FilingCase(
        "容威",
        "new",
        {MOULD: ("4", "3"), LATHE: ("5", "4")},
        enterprise((612, 24800, 19600), (586, 2, 4, 1), {MOULD: (12, 4, 68), LATHE: (14, 5, 73)}),
        OF_ENTERPRISE,
        (("begun", 19), ("submitted", 2), ("half_read", 1)),
        lists=True,
    ),
    FilingCase(
        "华岭",
        "amendment",
        {FITTER: ("5", "4")},
        {"entity": ENTITY, f"occupation-{FITTER}": {"covered_workstations": 10}},
        ("licence", "statistics"),
        (("begun", 6),),
    ),
)
