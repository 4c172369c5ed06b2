"""A fact or finding as pages show it: what was found, the limit, the clause, where and when it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from config.rulebook import rulebook
from examops.core.language import N_, Message, _, cited
from examops.exits.models import ExitFact
from examops.exits.recheck.judging import IDLE_SOON, KIND_OF_IDLE
from examops.exits.recheck.models import RecheckFinding
from examops.filings import shown as shown_lines
from examops.filings.judging import judge_stored

BEFORE_SYSTEM = N_("上一场认定在 {day}（录入系统以前），到核对日 {days} 天")


@dataclass(frozen=True)
class ShownFact:
    """``mark`` is pass, fail or unclear; ``subject`` the occupation's name or empty; the rest is words."""

    mark: str
    word: str
    subject: str
    found: str
    limit: str
    cited: str | Message
    text: str
    source: str


def shown_fact(fact: ExitFact) -> ShownFact:
    name, day = fact.entered_by_name, fact.read_on.isoformat()
    if fact.kind == "read":
        where = _("{where}，截至 {day}，{name}", where=fact.read_in, day=day, name=name)
        return ShownFact("fail", _("查到的事实"), "", fact.text, "", "", "", where)
    return _judged(fact.rule, fact.subject, fact.inputs, _("{name} {day}", name=_(name), day=day))


def shown_finding(row: RecheckFinding) -> ShownFact:
    return _judged(row.rule, row.subject, row.inputs, "")


def _judged(rule: str, subject: str, inputs: dict[str, Any], source: str) -> ShownFact:
    if rule in KIND_OF_IDLE:
        return _idle(rule, inputs, source)
    (line,) = shown_lines([judge_stored(rule, subject, inputs)], to_office=True)
    notes = [note for note in (line.note, source) if note]
    return ShownFact(
        line.mark, line.word, line.subject, line.found, line.limit, line.cited, line.text, _("；").join(notes)
    )


def _idle(key: str, inputs: dict[str, Any], source: str) -> ShownFact:
    day, since = date.fromisoformat(inputs["day"]), date.fromisoformat(inputs["since"])
    rule = rulebook()[key].on(day)
    last, days = inputs["last_session_on"], (day - since).days
    if last:
        words = N_("上一场认定 {number} 在 {day}，到核对日 {days} 天") if inputs["last_session"] else BEFORE_SYSTEM
        found = _(words, number=inputs["last_session"], day=last, days=days)
    elif inputs.get("entered_on") == inputs["since"] and inputs["since"] != inputs["filed_on"]:
        words = N_("自录入系统（{day}）起没有组织过认定，到核对日 {days} 天；录入以前的没有登记")
        found = _(words, day=inputs["since"], days=days)
    else:
        found = _("自备案（{day}）起没有组织过认定，到核对日 {days} 天", day=inputs["since"], days=days)
    limit = _("{days} 天", days=rule.value) if key == IDLE_SOON else _("{months} 个月", months=rule.value)
    mark = "unclear" if key == IDLE_SOON else "fail"
    return ShownFact(mark, _("组织认定"), "", found, limit, cited(rule.clause), rule.text, source)
