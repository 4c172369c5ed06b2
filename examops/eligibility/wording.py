"""The lines of a verdict in Chinese: clause, value found and where it comes from, limit, gap, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from examops.eligibility.verdicts import Line, Outcome, Verdict
from examops.eligibility.words import ADVICE, CLAUSES, DOCUMENTS, FIELDS, FORMS, KINDS, LEVELS, REASONS, SCHOOLS

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """One line as shown. ``note`` stands small under the value; ``advice`` has a sentence per way out."""

    mark: str
    clause: str
    found: str
    note: str
    limit: str
    gap: str
    cited: str
    text: str
    advice: tuple[str, ...]
    is_provisional: bool


MARKS = {Outcome.PASS: "✓", Outcome.FAIL: "✗", Outcome.UNCLEAR: "?"}


def word(line: Line) -> Words:
    return Words(
        mark=MARKS[line.outcome],
        clause=clause_words(line),
        found=found_words(line),
        note=source_words(line),
        limit=limit_words(line),
        gap=f"差 {gap_words(line.gap)}" if line.gap else "",
        cited=line.clause,
        text=line.text,
        advice=advice_words(line),
        is_provisional=line.rule_kind == "provisional",
    )


def clause_words(line: Line) -> str:
    level = LEVELS.get(line.params.get("level") or 0, "")
    return CLAUSES.get(line.code, line.code).format(level=level)


def found_words(line: Line) -> str:
    if not line.found:
        return "未填"
    form = line.found["form"]
    if form in SPECIAL:
        return SPECIAL[form](line.found)
    return FORMS.get(form, form).format(**line.found)


def source_words(line: Line) -> str:
    """Where the value comes from: "表中填报：2025-12-05 起，算到 11-25" or "表中填报，未见证明"."""
    origin = line.found_source
    if not origin or origin["source"] == "computed":
        return ""
    if origin["source"] == "typed":
        span = _span(line.found or {})
        unseen = "，未见证明" if line.outcome is Outcome.UNCLEAR else ""
        return f"表中填报：{span}{unseen}" if span else "表中填报，未见证明"
    day = f"（{origin['as_of']}）" if origin["as_of"] else ""
    if origin["source"] == "document":
        return f"{origin['seen_by'] or '工作人员'}已核对材料{day}"
    return f"{origin['seen_by'] or '官方系统'}查得{day}"


def _span(found: Params) -> str:
    if found["form"] not in ("duration", "since_paper") or not found.get("since"):
        return ""
    since, on = date.fromisoformat(found["since"]), date.fromisoformat(found["on"])
    return f"{since} 起，算到 {on:%m-%d}"


def duration_words(found: Params) -> str:
    parts = [
        f"{found[name]} {unit}" for name, unit in (("years", "年"), ("months", "个月"), ("days", "天")) if found[name]
    ]
    return " ".join(parts) or "0 天"


gap_words = duration_words


def limit_words(line: Line) -> str:
    limit = line.limit
    if not limit:
        return ""
    form = limit["form"]
    if form == "at_least":
        return f"≥ {limit['number']} {limit['unit']}"
    if form == "level":
        return f"{LEVELS[limit['level']]}及以上"
    if form == "schools":
        last = "（含应届）" if limit["final_year"] else ""
        return "、".join(SCHOOLS[name] for name in limit["schools"]) + last
    if form == "kinds":
        return "、".join(KINDS[name] for name in limit["kinds"])
    return LIMITS[form].format(**limit)


LIMITS = {
    "digits": "{number} 位",
    "exactly": "须为 {number}",
    "either_in_foshan": "任一在佛山",
    "one_place": "同一时间一家",
    "on_day": "{on} 当日",
    "insured_here": "本单位参保",
    "yes": "须符合",
    "finished": "已期满",
}


def advice_words(line: Line) -> tuple[str, ...]:
    """A date and a verb for each way out; nothing for a line that passes."""
    known = {name: value for name, value in line.advice_params.items() if value}
    words = {
        **dict.fromkeys(("until", "batch", "there", "field", "document", "level"), ""),
        **known,
        "batch": f"转入{known['batch']}" if known.get("batch") else "之后的批次可报",
        "field": FIELDS.get(str(known.get("field")), ""),
        "document": DOCUMENTS.get(str(known.get("document")), ""),
        "level": LEVELS.get(known.get("level", 0), ""),
    }
    return tuple(sentence.format(**words) for sentence in ADVICE.get(line.advice_code, ()))


def reason(line: Line) -> str:
    """The short name of a fault, as in the filters above the list: 派遣不满一年."""
    return REASONS.get(line.code, clause_words(line))


def headline(verdict: Verdict) -> str:
    """One line for the list: "劳务派遣满一年：差 10 天；另 1 项待核实"."""
    shown = verdict.failing or verdict.unclear
    if not shown:
        return "各项均符合"
    first = shown[0]
    detail = f"差 {gap_words(first.gap)}" if first.gap else ("不符合" if verdict.failing else "待核实")
    rest = [f"另 {len(shown) - 1} 项{'不符合' if verdict.failing else '待核实'}"] if len(shown) > 1 else []
    if verdict.failing and verdict.unclear:
        rest.append(f"另 {len(verdict.unclear)} 项待核实")
    return "；".join([f"{SHORT.get(first.code, clause_words(first))}：{detail}", *rest])


def next_step(verdict: Verdict) -> str:
    """What the list says at its right edge."""
    days = [line.gap["until"] for line in verdict.failing if line.gap]
    if verdict.failing and len(days) == len(verdict.failing):
        batches = {line.advice_params.get("batch") for line in verdict.failing}
        batch = batches.pop() if len(batches) == 1 else ""
        return f"转 {batch}" if batch else f"{max(days)} 起可报"
    if verdict.failing:
        return "更正后重判"
    return "补证明后重判" if verdict.unclear else ""


SHORT = {"agency.year": "劳务派遣满一年"}


def _certificate(found: Params) -> str:
    level = LEVELS.get(found["level"] or 0, "等级未填")
    return " ".join(part for part in (found["occupation"], level, found["number"]) if part)


def _places(found: Params) -> str:
    return f"参保 {found['insured'] or '未填'} · 就业 {found['works'] or '未填'}"


def _schooling(found: Params) -> str:
    school = found["institution"] or SCHOOLS.get(found["school"], "学校未填")
    ends = "毕业" if not found["is_enrolment"] else "在读，预计毕业"
    return " ".join(
        part for part in (school, found["major"], f"{found['until']} {ends}" if found["until"] else "") if part
    )


def _insured_by(found: Params) -> str:
    if isinstance(found["by"], bool):
        return "本单位参保" if found["by"] else "未在本单位参保"
    return f"参保单位 {found['by']}"


def _stretch(found: Params) -> str:
    return f"{found['since'] or '起始日未填'} 至 {found['until'] or '今'}"


SEXES = {"male": "男", "female": "女"}
SPECIAL = {
    "duration": duration_words,
    "since_paper": lambda found: f"取证 {duration_words(found)}，从业起始未填",
    "number": lambda found: f"{found['number']:g} {found['unit']}".strip(),
    "certificate": _certificate,
    "places": _places,
    "schooling": _schooling,
    "insured_by": _insured_by,
    "elsewhere": lambda found: "用工单位 " + "、".join(found["places"]),
    "overlap": lambda found: f"{_stretch(found)} 另由 {found['there'] or '他处'} 申报",
    "not_on_the_day": lambda found: f"{_stretch(found)}，{found['on']} 不在岗",
    "in_post": lambda found: f"在岗（{found['since']} 起）" if found["since"] else "在岗",
    "enrolled": lambda found: f"{found['institution']} {_stretch(found)}".strip(),
    "kind": lambda found: KINDS.get(found["kind"], found["kind"]),
    "sex": lambda found: f"表中{SEXES[found['typed']]}，证号为{SEXES[found['number']]}",
    "shortage": lambda found: "在目录内" if found["is"] else "不在目录内",
    "standard": lambda found: f"{found['version']} 版" if found["is"] else "无国家标准",
}
