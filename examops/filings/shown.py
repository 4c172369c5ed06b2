"""A judged condition as pages show it: what was found, the limit, the clause, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from config.rulebook import rulebook
from examops.catalogue import level
from examops.core.language import N_, Message, _, cited
from examops.filings.counting import WHYS
from examops.filings.judging import Line, Outcome, waits_for_waiver
from examops.filings.judging.checks import papers, ruled_by_person, size_limits
from examops.filings.judging.outcomes import Why
from examops.filings.judging.sizes import INDICATORS, SIZES, size_class
from examops.filings.judging.verdicts import may_be_waived
from examops.filings.labels import ADVICE_FOR_BODY, ADVICE_FOR_OFFICE, RULINGS, occupation_name, value_words
from examops.filings.obstacles import obstacle_words
from examops.filings.steps import DOCUMENTS, FACTS, MERITS, NEVER_PROVEN
from examops.web.formats import grouped, mask_name

MARKS = {Outcome.MET: "pass", Outcome.MISSING: "fail", Outcome.OPEN: "unclear"}
SOURCES = {"typed": N_("自填"), "document": N_("材料"), "official": N_("官方记录"), "list": N_("名册")}
# A ruling stands behind these: the size of what the table does not cover, a list that somebody goes through.
OF_CITY = ("filing.enterprise_selection", "filing.social_selection")
ASKED = (Why.UNCLASSIFIED, Why.REFUSED, Why.UNCHECKED, Why.CHANGED)
WAIVER_FOR_BODY = N_("低于原则上的限值：可以提交，附说明材料，由市局具名决定准不准予例外；填错的改正")
WAIVER_FOR_OFFICE = N_("低于原则上的限值：区里看过数据后报市局；市局准予例外的写明理由，不准的退回或不予备案")
ORDER = {"fail": 0, "unclear": 1, "pass": 2}


@dataclass(frozen=True)
class ShownLine:
    """``mark`` is pass, fail or unclear; ``subject`` the occupation's name or empty; ``who`` has of everybody who was
    looked at for a count the name, what it rests on, and why they do not count; ``asked_for`` what the return says
    about it, ``changed`` whether the body changed something of it since, None where that is not asked; the rest is
    words."""

    line: Line
    mark: str
    word: str
    subject: str
    found: str
    note: str
    limit: str
    cited: str | Message
    text: str
    advice: str
    who: tuple[tuple[str, str, str], ...] = ()
    asked_for: tuple[str, ...] = ()
    changed: bool | None = None

    @property
    def counted(self) -> str:
        """The digest of those who count; empty where nothing is counted."""
        return next((one["digest"] for one in self.line.inputs.get("counted", {}).values()), "")

    @property
    def years(self) -> list[list[int]]:
        """The table by year that the figure was added up from."""
        return next((fact["years"] for fact in self.line.inputs["facts"].values() if "years" in fact), [])

    @property
    def is_provisional(self) -> bool:
        return self.line.rule.kind == "provisional"

    @property
    def is_waived(self) -> bool:
        return self.line.judged.why is Why.WAIVED

    @property
    def asks_a_person(self) -> bool:
        """A named person rules on it: always, or where the size table has no row."""
        condition = self.line.condition
        return condition.is_ruling and (condition.test is ruled_by_person or self.line.judged.why in ASKED)

    @property
    def is_citys(self) -> bool:
        """Only the city decides it: selection, and exceptions."""
        return self.line.rule.key in OF_CITY or not self.asks_a_person

    @property
    def may_be_waived(self) -> bool:
        return self.mark != "pass" and may_be_waived(self.line.rule.key, self.line.inputs, rulebook())

    @property
    def name(self) -> str:
        """For the fields of forms: the condition and the occupation."""
        return f"{self.line.rule.key}~{self.line.subject}"


def shown(
    lines: Sequence[Line],
    *,
    to_office: bool,
    asked_for: Mapping[tuple[str, str], Sequence[str]] | None = None,
    changed: Mapping[tuple[str, str], bool] | None = None,
) -> list[ShownLine]:
    """What a return asks for first, then what changed since, then what is missing, then "?", then what is met. Offices
    read names masked."""
    advice, asked = ADVICE_FOR_OFFICE if to_office else ADVICE_FOR_BODY, asked_for or {}
    found = [
        replace(
            _shown(line, advice),
            who=tuple(_who(line, to_office)),
            asked_for=tuple(asked.get((line.rule.key, line.subject), ())),
            changed=(changed or {}).get((line.rule.key, line.subject)),
        )
        for line in lines
    ]
    return sorted(found, key=lambda one: (not one.asked_for, not one.changed, ORDER[one.mark]))


def _shown(line: Line, advice: dict[Why, str]) -> ShownLine:
    rule = line.rule
    return ShownLine(
        line,
        MARKS[line.outcome],
        _(line.condition.word),
        occupation_name(line.subject) if line.subject else "",
        _found(line),
        _note(line),
        _limit(line),
        cited(rule.clause),
        rule.text,
        _advice(line, advice),
    )


def _advice(line: Line, advice: dict[Why, str]) -> str:
    if waits_for_waiver(line):
        return _(WAIVER_FOR_BODY if advice is ADVICE_FOR_BODY else WAIVER_FOR_OFFICE)
    if line.condition.test is ruled_by_person and line.condition.facts and line.judged.why is Why.UNDECIDED:
        if advice is ADVICE_FOR_BODY:
            return _("四项里符合的填“是”，选上材料；由市局具名决定")
        return _("对照四项和材料，由市局具名决定，写明理由")
    if line.condition.is_counted and line.judged.why is Why.BELOW and advice is ADVICE_FOR_BODY:
        if "covered_workstations" in line.condition.facts:
            return _("摄像机看得到的工位不够：在设备页看覆盖，摄像机准入的才算")
        return _("登记的不够：人员和证件在考务人员页登记")
    if line.judged.why is Why.ABSENT and advice is ADVICE_FOR_BODY and line.condition.reads_papers:
        return _("上传缺的材料，审核部门的人看过才算")
    if line.judged.why is Why.ABSENT and advice is ADVICE_FOR_BODY and line.condition.reads_plan:
        return _("在“评价规范和工作方案”里写好工作方案，每个等级一行，放入这份申报")
    if line.judged.why is Why.ABSENT and advice is ADVICE_FOR_BODY and line.condition.is_listed:
        return _("填上这一项，或上传名册")
    return _(advice[line.judged.why]) if line.judged.why in advice else ""


def _who(line: Line, to_office: bool) -> Iterator[tuple[str, str, str]]:
    """Those who count first."""
    for key, figure in line.inputs.get("counted", {}).items():
        is_person = key != "covered_workstations"
        for one in sorted(figure["who"], key=lambda one: bool(one["why"])):
            name = mask_name(one["name"]) if to_office and is_person else one["name"]
            yield name, one["what"], _(WHYS[one["why"]]) if one["why"] else ""


def _counted(line: Line) -> str:
    """What was counted, and beside it what the body states where that differs."""
    words = []
    for key, figure in line.inputs["counted"].items():
        words.append(_("数出 {value}", value=value_words(key, figure["value"])))
        stated = line.inputs["facts"].get(key, {}).get("value")
        if stated is not None and stated != figure["value"]:
            words.append(_("填报 {value}，以数出的为准", value=value_words(key, stated)))
    return " · ".join(words)


def _found(line: Line) -> str:
    inputs, condition = line.inputs, line.condition
    if inputs.get("counted"):
        return _counted(line)
    if condition.test is ruled_by_person:
        return _ruled(line)
    if condition.facts:
        if line.judged.why is Why.ELSEWHERE:
            return _("不要求：只在{area}开展", area=value_words("area", inputs["facts"]["area"]["value"]))
        own = [key for key in condition.facts if key != "area" or len(condition.facts) == 1]
        words = [value_words(key, inputs["facts"].get(key, {}).get("value")) for key in own]
        known = [word for word in words if word != _("没有填")]
        return " · ".join([*(_share(line) or known), *_size(line), *_years(line)]) or _("没有填")
    if condition.reads_papers:
        return _papers(line)
    if condition.reads_plan:
        return _planned(line)
    return _catalogue(line)


def _ruled(line: Line) -> str:
    """What a named person decided, and of what they had before them what the body says of itself."""
    ruling = line.inputs["ruling"]
    words = [_(RULINGS[ruling["outcome"]]) if ruling else _("还没有人决定")]
    claimed = [key for key in line.condition.facts if line.inputs["facts"].get(key, {}).get("value")]
    words += [_("机构填报符合：{word}", word=_(FACTS[key].word)) for key in claimed]
    if line.condition.facts and not claimed:
        words.append(_("机构没有填报符合哪一项"))
    return " · ".join(words)


def _years(line: Line) -> list[str]:
    """From which years a sum comes, and where they do not bear out what was stated."""
    for key, fact in line.inputs["facts"].items():
        if table := fact.get("years"):
            first, last = str(table[0][0]), str(table[-1][0])
            if key == "training_years":
                return [
                    _(
                        "填报 {count} 年，按年的数只有到 {last} 年的 {run} 年",
                        count=fact["stated"],
                        run=fact["value"],
                        last=last,
                    )
                ]
            return [_("{first}–{last} 年合计", first=first, last=last)]
    return []


def _size(line: Line) -> list[str]:
    """The class, where every number of the industry's row is there."""
    if "industry" not in line.condition.facts or line.judged.why is Why.ABSENT:
        return []
    facts = line.inputs["facts"]
    limits = size_limits(facts["industry"]["value"], line.inputs, rulebook())
    if limits is None:
        return []
    return [_(SIZES[size_class(limits.value, {one: facts[one]["value"] for one in INDICATORS if one in limits.value})])]


def _share(line: Line) -> list[str]:
    facts = line.inputs["facts"]
    figures = [facts.get(key, {}).get("value") for key in ("volume_assessed", "volume_total")]
    if line.rule.key != "filing.social_assessed_share" or None in figures or not figures[1]:
        return []
    counted, total = figures
    # Cut off, not rounded: 29.99 is not shown as the 30 that is asked for.
    words = {"assessed": grouped(counted), "total": grouped(total), "share": f"{counted * 1000 // total / 10:g}"}
    return [_("{share} %（评价 {assessed} / 共 {total} 人次）", **words)]


def _planned(line: Line) -> str:
    """Which version, and the levels that it says nothing about."""
    plan = line.inputs["plan"]
    if plan is None:
        return _("没有随报的，也没有已备案的工作方案")
    lacking = [level(one) for one in plan["needed"] if one not in plan["levels"]]
    known = _("工作方案第 {version} 版", version=plan["version"])
    return _("{known}，没有写 {levels}", known=known, levels=_("、").join(lacking)) if lacking else known


def _papers(line: Line) -> str:
    """Each kind with how it stands."""
    parts = []
    for kind in line.rule.value:
        parts.append(_("{name}：{how}", name=_(DOCUMENTS[kind]), how=_paper(line.inputs["papers"].get(kind, []))))
    return _("；").join(parts)


def _paper(found: list[dict[str, Any]]) -> str:
    if any(one["read_by"] and one["is_sound"] for one in found):
        return _("看过")
    if found and all(one["read_by"] for one in found):
        return _("看过，不能用")
    return _("有 {count} 份，还没有人看", count=len(found)) if found else _("缺")


def _catalogue(line: Line) -> str:
    if line.rule.key == "filing.social_shortage":
        listed = line.inputs["catalogue"]["listed"]
        return _("目录还没有确认") if listed is None else _("在目录") if listed else _("不在目录")
    if line.judged.why is Why.NOTHING:
        return _("可以")
    return obstacle_words(line)


def _note(line: Line) -> str:
    """Where it comes from, and as of when; of a ruling who and why."""
    ruling = line.inputs["ruling"]
    if ruling and (line.condition.is_ruling or line.judged.why is Why.WAIVED):
        return _("{by}：{reason}", by=ruling["by"], reason=ruling["reason"])
    if line.judged.why is Why.ELSEWHERE:
        return ""
    if line.inputs.get("counted"):
        return _("按 {day} 的人员、证件、考场和摄像机数", day=line.inputs["day"])
    proven = [one for key, one in line.inputs["facts"].items() if key not in NEVER_PROVEN and _says_something(key, one)]
    sources = {(one["source"], one["as_of"], one["seen_by"]) for one in proven}
    return _("；").join(_source(*one) for one in sorted(sources, key=str))


def _says_something(key: str, fact: Mapping[str, Any]) -> bool:
    return bool(fact["value"]) if key in MERITS else fact["value"] is not None


def _source(source: str, as_of: str | None, seen_by: str) -> str:
    words = [_(SOURCES[source])]
    words += [_("截至 {day}", day=as_of)] if as_of else []
    words += [_("{name}看过", name=seen_by)] if seen_by else []
    return " ".join(words)


def _limit(line: Line) -> str:
    rule, condition = line.rule, line.condition
    if isinstance(rule.value, bool) or rule.value is None:
        if condition.facts == ("area",):
            return _("须写明")
        return _("须由具名人员决定") if condition.is_ruling else _("须符合")
    if condition.test is papers:
        return _("{count} 份材料，有人看过", count=len(rule.value))
    if condition.key == "filing.enterprise_size":
        return _("、").join(_(SIZES[size]) for size in rule.value)
    unit = "%" if rule.unit == "百分比" else _(FACTS[condition.facts[0]].unit)
    return f"≥ {grouped(rule.value)} {unit}"
