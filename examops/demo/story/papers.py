"""What stands in the drawn papers of the demo's filings, with the figures of the filing that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from examops.catalogue import find_occupation
from examops.demo.story.filing_cases import FilingCase
from examops.demo.story.paper import paper
from examops.filings import DOCUMENTS

TITLES = {
    "licence": "营业执照（副本）",
    "promise": "接受监督管理承诺书",
    "credit": "公共信用信息报告",
    "pilot": "关于公布职业技能等级认定试点院校的通知",
}
TEXTS: Mapping[str, tuple[str, ...]] = {
    "licence": (
        "统一社会信用代码：{credit_code}",
        "名称：{name}",
        "住所：佛山市{address}",
        "成立日期：2004年6月18日",
        "登记状态：存续",
    ),
    "credit": (
        "报告对象：{name}",
        "统一社会信用代码：{credit_code}",
        "行政处罚：无　经营异常：无",
        "严重违法失信：无　失信被执行：无",
        "结论：信用良好",
    ),
    "statistics": (
        "从业人员期末人数：{employees}人",
        "营业收入：{revenue}万元",
        "资产总计：{assets}万元",
        "已报送统计部门，与联网直报一致。",
    ),
    "insured_list": (
        "参保险种：基本养老、工伤、失业",
        "本市参保职工：{insured_local}人（含分支机构，同一人只计一次）",
        "本次申报认定的职工名册见附页，均在参保名单之内。",
    ),
    "staff_list": (
        "专职管理人员、专家、考评人员、内部质量督导人员名册见附页。",
        "{people}",
        "考评人员均持有效证卡，派任时按规定回避。",
    ),
    "venue": ("{places}", "每个工位有编号，设备台账、检定记录和监控点位图见附页。", "录像分辨率不低于1280×720。"),
    "incentives": (
        "一、培训、考核、使用与待遇相结合，建立职业发展通道。",
        "二、取得等级证书的职工，优先安排带徒和技术攻关。",
        "三、每年评选技术能手，奖励列入年度预算。",
    ),
    "pay_rules": (
        "一、中级工、高级工、技师按月发技能津贴，分别为200元、400元、800元。",
        "二、班组长以上岗位须具有中级工及以上等级。",
        "三、等级变化的，次月起调整。",
    ),
    "assessment_unit": (
        "一、设立技能评价办公室，专门负责职工培训考核和等级认定。",
        "二、办公室设专职管理人员，不兼任教学和考评。",
        "三、评价工作的计划、经费和档案由办公室归口管理。",
    ),
    "development": (
        "已有课程{lessons}门，试题库按职业和等级分开，专人保管。",
        "每年由专家组修订一次，命审题人员与考评人员分开。",
    ),
    "finance": (
        "一、按规定足额提取职工教育经费，认定经费单独列支。",
        "二、认定不以营利为目的，不向本单位职工收费。",
        "三、收支每年公开，接受审计。",
    ),
    "management": ("一、考务、质量、证书、收费四项制度齐备并已公布。", "二、责任到岗，档案保存不少于三年。"),
    "quality": (
        "一、每场认定派内部质量督导员。",
        "二、成绩双人复核，录像抽查不少于百分之二十。",
        "三、投诉五个工作日内答复。",
    ),
    "specification": (
        "一、适用范围：本企业职工。",
        "二、等级、申报条件、考核科目和时间逐级列明。",
        "三、理论知识和操作技能均以60分及格。",
    ),
    "promise": (
        "一、自愿接受各级人力资源社会保障部门的监督管理。",
        "二、所报材料真实，如有虚假愿承担责任。",
        "三、按备案的职业、等级和方案开展认定，不超范围。",
    ),
    "merit": (
        "本单位参与编制市级养老护理员培训教材和题库（示例）。",
        "附：编写任务书、版权页和采用通知。",
    ),
    "volume_proof": (
        "累计培训评价：{volume_total}人次",
        "其中评价：{volume_assessed}人次",
        "{volumes}",
        "发证清单和补贴拨付凭据见附页。",
    ),
    "pilot": ("{name}列为省级职业技能等级认定试点技工院校。", "试点范围：本院校在籍学生。", "发文日期：{pilot_on}"),
}


def paper_of(kind: str, case: FilingCase, body: Mapping[str, str], day: str) -> bytes:
    """The paper of this kind; ``body`` has name, credit code and address."""
    figures = dict(body) | _figures(case.pages)
    lines = [line.format_map(figures) for line in TEXTS[kind]]
    return paper(TITLES.get(kind, DOCUMENTS[kind]), ["", *lines], body["name"], day)


def _figures(pages: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    flat = {key: value for page in pages.values() for key, value in page.items()}
    each = {_name(step): page for step, page in pages.items() if step.startswith("occupation-")}
    places = "；".join(f"{name}{one['covered_workstations']}个工位" for name, one in each.items() if "examiners" in one)
    examiners = "、".join(f"{name}考评人员{one['examiners']}人" for name, one in each.items() if "examiners" in one)
    volumes = "；".join(f"{name}{one['volume_years'].total}人次" for name, one in each.items() if "volume_years" in one)
    whole = pages.get("experience", {}).get("volume_years")
    totals = {"volume_total": whole.total, "volume_assessed": whole.assessed} if whole else {}
    return {
        **dict.fromkeys(("employees", "revenue", "assets", "insured_local"), "（见附页）"),
        **flat,
        **totals,
        "people": examiners or "人员、职责和联系方式逐一列明。",
        "places": f"监控看得到的工位：{places}。" if places else "场地、设备和视频监控逐间列明。",
        "volumes": volumes,
        "lessons": 6 + len(each),
    }


def _name(step: str) -> str:
    found = find_occupation(step.removeprefix("occupation-"))
    return found.name if found else ""
