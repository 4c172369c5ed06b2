"""The lines of a verdict in words: clause, value found and where it comes from, limit, gap, what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from examops.catalogue import LEVELS
from examops.core.language import N_, Message, join_messages, message
from examops.eligibility.verdicts import Line, Outcome, Verdict
from examops.eligibility.words import (
    ADVICE,
    CLAUSES,
    DEGREES,
    DOCUMENTS,
    FIELDS,
    FORMS,
    KINDS,
    REASONS,
    SCHOOLS,
    TITLES,
)

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """One line as shown. ``note`` stands small under the value; ``advice`` has one sentence for each possible remedy.

    ``cited`` and ``text`` are the law's own words, Chinese for every reader.
    """

    mark: str
    clause: Message
    found: Message
    note: Message
    limit: Message
    gap: Message
    cited: str
    text: str
    advice: tuple[Message, ...]
    is_provisional: bool


MARKS = {Outcome.PASS: "✓", Outcome.FAIL: "✗", Outcome.UNCLEAR: "?"}


def word(line: Line) -> Words:
    return Words(
        mark=MARKS[line.outcome],
        clause=clause_words(line),
        found=found_words(line),
        note=source_words(line),
        limit=limit_words(line),
        gap=message(N_("差 {time}"), time=gap_words(line.gap)) if line.gap else NOTHING,
        cited=line.clause,
        text=line.text,
        advice=advice_words(line),
        is_provisional=line.rule_kind == "provisional",
    )


NOTHING = Message("")


def level_word(level: str | int | None) -> Message:
    """Its name; lines that were stored before a level was text hold a number."""
    return message(LEVELS.get(str(level), ""))


def clause_words(line: Line) -> Message:
    return message(CLAUSES.get(line.code, line.code), level=level_word(line.params.get("level")))


def found_words(line: Line) -> Message:
    if not line.found:
        return message(FORMS["nothing"])
    form = line.found["form"]
    if form in SPECIAL:
        return SPECIAL[form](line.found)
    return message(FORMS.get(form, form), **line.found)


def source_words(line: Line) -> Message:
    """Where the value comes from: "表中填报：2025-12-05 起，算到 11-25" or "表中填报，未见证明"."""
    origin = line.found_source
    if not origin or origin["source"] == "computed":
        return NOTHING
    if origin["source"] == "typed":
        return _typed(_span(line.found or {}), is_unseen=line.outcome is Outcome.UNCLEAR)
    if origin["source"] == "document":
        who, words = (
            message(origin["seen_by"] or N_("工作人员")),
            (N_("{who}已核对材料"), N_("{who}已核对材料（{day}）")),
        )
    else:
        who, words = message(origin["seen_by"] or N_("官方系统")), (N_("{who}查得"), N_("{who}查得（{day}）"))
    return message(words[1], who=who, day=origin["as_of"]) if origin["as_of"] else message(words[0], who=who)


def _typed(span: Message, *, is_unseen: bool) -> Message:
    if not span:
        return message(N_("表中填报，未见证明"))
    return message(N_("表中填报：{span}，未见证明") if is_unseen else N_("表中填报：{span}"), span=span)


def _span(found: Params) -> Message:
    if found["form"] not in ("duration", "since_paper") or not found.get("since"):
        return NOTHING
    since, on = date.fromisoformat(found["since"]), date.fromisoformat(found["on"])
    return message(N_("{since} 起，算到 {on}"), since=since.isoformat(), on=on.isoformat())


UNITS = (("years", N_("{number} 年")), ("months", N_("{number} 个月")), ("days", N_("{number} 天")))


def duration_words(found: Params) -> Message:
    parts = [message(unit, number=found[name]) for name, unit in UNITS if found[name]]
    return join_messages(" ", parts) if parts else message(N_("{number} 天"), number=0)


gap_words = duration_words


def _lasted(found: Params) -> Message:
    """How long it lasted without a break; where there was one, all days in all beside it."""
    if not found.get("days_in_all"):
        return duration_words(found)
    lasted = message(N_("{time}（累计 {days} 天）"), time=duration_words(found), days=found["days_in_all"])
    return join_messages(SENTENCE_MARK, [lasted, *_both_spells(found)]) if "break" in found else lasted


FREE = {"天": N_("空了 {days} 天"), "工作日": N_("空了 {days} 个工作日")}


def _both_spells(found: Params) -> tuple[Message, Message, Message]:
    """The spell that counts, the one before it, and what lay between: a reader sees why it began anew."""
    before, here, free = found["before"], found["here"], found["break"]
    unnamed = N_("派遣单位未填")
    stretch = {"agency": _or_missing(before["agency"], unnamed), "since": before["since"], "until": before["until"]}
    return (
        message(N_("上一段 {agency} {since} 至 {until}"), **stretch),
        message(FREE[free["unit"]], days=free["days"]),
        message(N_("这一段 {agency} {since} 起"), agency=_or_missing(here["agency"], unnamed), since=here["since"]),
    )


LIST_MARK, SENTENCE_MARK = N_("、"), N_("；")


def limit_words(line: Line) -> Message:
    limit = line.limit
    if not limit:
        return NOTHING
    form = limit["form"]
    if form == "at_least":
        return message(AT_LEAST.get(limit["unit"], "≥ {number} {unit}"), **limit)
    if form == "level":
        return message(N_("{level}及以上"), level=level_word(limit["level"]))
    if form == "schools":
        return _schools(limit)
    if form in PAPER_LIMITS:
        return message(PAPER_LIMITS[form][limit["level" if form == "title" else "degree"]])
    if form == "kinds":
        return join_messages(LIST_MARK, [message(KINDS[name]) for name in limit["kinds"]])
    return message(LIMITS[form], **limit)


def _schools(limit: Params) -> Message:
    schools = join_messages(LIST_MARK, [message(SCHOOLS[name]) for name in limit["schools"]])
    if limit.get("specialty") == "any":
        schools = message(N_("{schools}（不限专业）"), schools=schools)
    return message(N_("{schools}（含应届）"), schools=schools) if limit["final_year"] else schools


# Limits are stored with these units.
AT_LEAST = {"年": N_("≥ {number} 年"), "岁": N_("≥ {number} 岁")}
NUMBERS = {"年": N_("{number:g} 年"), "岁": N_("{number:g} 岁")}
PAPER_LIMITS = {"title": TITLES, "degree": DEGREES}
LIMITS = {
    "digits": N_("{number} 位"),
    "exactly": N_("须为 {number}"),
    "either_in_foshan": N_("任一在佛山"),
    "one_place": N_("同一时间一家"),
    "on_day": N_("{on} 当日"),
    "insured_here": N_("本单位参保"),
    "yes": N_("须符合"),
    "finished": N_("已期满"),
    "held": N_("已取得"),
}


def batch_words(name: str) -> Message:
    """The batch to change to, by the name that people gave it."""
    return message(N_("转入{batch}"), batch=name) if name else message(N_("之后的批次可报"))


def advice_words(line: Line) -> tuple[Message, ...]:
    """One sentence (date and action) for each possible remedy; none for a line that passes."""
    if not (sentences := ADVICE.get(line.advice_code, ())):
        return ()
    known = {name: value for name, value in line.advice_params.items() if value}
    words = {
        **dict.fromkeys(("until", "there"), ""),
        **known,
        "batch": batch_words(known.get("batch", "")),
        "field": message(FIELDS.get(str(known.get("field")), "")),
        "document": message(DOCUMENTS.get(str(known.get("document")), "")),
        "level": level_word(known.get("level")),
    }
    return tuple(message(sentence, **words) for sentence in sentences)


def reason(line: Line) -> Message:
    """The short name of a fault, as in the filters above the list: 派遣不满一年."""
    return message(REASONS[line.code]) if line.code in REASONS else clause_words(line)


def headline(verdict: Verdict) -> Message:
    """One line for the list: "劳务派遣满一年：差 10 天；另 1 项待核实"."""
    shown = verdict.failing or verdict.unclear
    if not shown:
        return message(N_("各项均符合"))
    first = shown[0]
    missed = message(N_("不符合") if verdict.failing else N_("待核实"))
    detail = message(N_("差 {time}"), time=gap_words(first.gap)) if first.gap else missed
    more = N_("另 {number} 项不符合") if verdict.failing else N_("另 {number} 项待核实")
    rest = [message(more, number=len(shown) - 1)] if len(shown) > 1 else []
    if verdict.failing and verdict.unclear:
        rest.append(message(N_("另 {number} 项待核实"), number=len(verdict.unclear)))
    clause = message(SHORT[first.code]) if first.code in SHORT else clause_words(first)
    return join_messages(SENTENCE_MARK, [message(N_("{clause}：{detail}"), clause=clause, detail=detail), *rest])


def next_step(verdict: Verdict) -> Message:
    """The next step, for the last column of the list."""
    days = [line.gap["until"] for line in verdict.failing if line.gap]
    if verdict.failing and len(days) == len(verdict.failing):
        batches = {line.advice_params.get("batch") for line in verdict.failing}
        batch = batches.pop() if len(batches) == 1 else ""
        return message(N_("转 {batch}"), batch=batch) if batch else message(N_("{day} 起可报"), day=max(days))
    if verdict.failing:
        return message(N_("更正后重判"))
    return message(N_("补证明后重判")) if verdict.unclear else NOTHING


SHORT = {"agency.year": N_("劳务派遣满一年")}


def _certificate(found: Params) -> Message:
    level = message(LEVELS.get(str(found["level"]), N_("等级未填")))
    return join_messages(" ", [part for part in (found["occupation"], level, found["number"]) if part])


def _pre_technician(found: Params) -> Message:
    return join_messages(
        " ", [part for part in (found["occupation"], message(N_("预备技师")), found["number"]) if part]
    )


def _or_missing(value: str | None, text: str = N_("未填")) -> Message:
    """A value as it was typed, or the text for a missing one."""
    return Message(value or text)


def _places(found: Params) -> Message:
    return message(
        N_("参保 {insured} · 就业 {works}"), insured=_or_missing(found["insured"]), works=_or_missing(found["works"])
    )


def _schooling(found: Params) -> Message:
    school = found["institution"] or message(SCHOOLS.get(found["school"], N_("学校未填")))
    ends = N_("{until} 毕业") if not found["is_enrolment"] else N_("{until} 在读，预计毕业")
    until = message(ends, until=found["until"]) if found["until"] else ""
    return join_messages(" ", [part for part in (school, found["major"], until) if part])


def _insured_by(found: Params) -> Message:
    if isinstance(found["by"], bool):
        return message(N_("本单位参保") if found["by"] else N_("未在本单位参保"))
    return message(N_("参保单位 {by}"), by=found["by"])


def _stretch(found: Params) -> Message:
    since, until = _or_missing(found["since"], N_("起始日未填")), _or_missing(found["until"], N_("今"))
    return message(N_("{since} 至 {until}"), since=since, until=until)


def _number(found: Params) -> Message:
    return message(NUMBERS.get(found["unit"], "{number:g}"), number=found["number"])


def _enrolled(found: Params) -> Message:
    return join_messages(" ", [part for part in (found["institution"], _stretch(found)) if part])


def _in_post(found: Params) -> Message:
    return message(N_("在岗（{since} 起）"), since=found["since"]) if found["since"] else message(N_("在岗"))


SEXES = {"male": N_("男"), "female": N_("女")}
SPECIAL: dict[str, Callable[[Params], Message]] = {
    "duration": _lasted,
    "since_paper": lambda found: message(N_("取证 {time}，从业起始未填"), time=duration_words(found)),
    "number": _number,
    "certificate": _certificate,
    "pre_technician": _pre_technician,
    "places": _places,
    "schooling": _schooling,
    "insured_by": _insured_by,
    "elsewhere": lambda found: message(N_("用工单位 {places}"), places=join_messages(LIST_MARK, found["places"])),
    "overlap": lambda found: message(
        N_("{stretch} 另由 {there} 申报"), stretch=_stretch(found), there=_or_missing(found["there"], N_("他处"))
    ),
    "not_on_the_day": lambda found: message(N_("{stretch}，{on} 不在岗"), stretch=_stretch(found), on=found["on"]),
    "in_post": _in_post,
    "enrolled": _enrolled,
    "kind": lambda found: message(KINDS.get(found["kind"]) or found["kind"]),
    "sex": lambda found: message(
        N_("表中{typed}，证号为{number}"), typed=message(SEXES[found["typed"]]), number=message(SEXES[found["number"]])
    ),
    "shortage_list": lambda found: message(
        N_("在目录内（{list}）") if found["is"] else N_("不在目录内（{list}）"), list=found["list"]
    ),
    "shortage": lambda found: message(N_("在目录内") if found["is"] else N_("不在目录内")),
    "standard": lambda found: (
        message(N_("{version} 版"), version=found["version"]) if found["is"] else message(N_("无国家标准"))
    ),
}
