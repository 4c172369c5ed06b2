"""A session beside the work plan that its body has filed: site, parts and people. A difference is reported, or
refused where the rule of the day says so. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from config.rulebook import Rulebook
from examops.catalogue import PARTS
from examops.core.language import _
from examops.sessions.checks.facts import EXAMINERS, FiledPlan, GroupFacts, PlannedLine, SessionFacts
from examops.specifications import WorkPlan

RULE = "session.beside_work_plan"
REFUSE = "refuse"


@dataclass(frozen=True)
class Difference:
    """``value`` is what the session has, ``planned`` what the plan says; ``advice``: how to make them agree."""

    value: str
    planned: str
    advice: str


def filed_plan(row: WorkPlan | None) -> FiledPlan | None:
    if row is None:
        return None
    return FiledPlan(
        row.version,
        {
            (line["occupation"], line["level"]): PlannedLine(
                parts=tuple(line["parts"]),
                site=line.get("site", ""),
                site_name=line.get("site_name", ""),
                examiners=line.get("examiners") or 0,
                proctors=line.get("proctors") or 0,
            )
            for line in row.lines
        },
    )


def is_refused(rules: Rulebook, day: date) -> bool:
    return bool(rules[RULE].on(day).value == REFUSE)


def differences(facts: SessionFacts, group: GroupFacts) -> Iterator[Difference]:
    """What of this group is not as the plan in force says; nothing without a plan."""
    if facts.plan is None:
        return
    line = facts.plan.lines.get((group.occupation_code, group.level))
    if line is None:
        yield Difference(group.title, _("方案没有这个职业等级"), _("先把它写进工作方案并备案，或另选职业、等级"))
        return
    if group.part not in line.parts:
        planned = _("、").join(_(PARTS[part]) for part in line.parts)
        yield Difference(_(PARTS[group.part]), planned, _("按方案的科目排，或修改工作方案并备案"))
    if line.site and line.site != facts.held_at:
        yield Difference(facts.held_at_name, line.site_name, _("改到方案的考点，或修改工作方案并备案"))
    yield from _people(group, line)


def _people(group: GroupFacts, line: PlannedLine) -> Iterator[Difference]:
    """Fewer than the plan promises; more are no difference."""
    is_theory = group.part == "theory"
    roles, wanted = (("proctor",), line.proctors) if is_theory else (EXAMINERS, line.examiners)
    have = sum(one.role in roles for one in group.people)
    if have < wanted:
        advice = _("再安排 {more} 人，或修改工作方案并备案", more=wanted - have)
        yield Difference(_number(is_theory, have), _number(is_theory, wanted), advice)


def _number(is_theory: bool, number: int) -> str:
    return _("监考员 {number} 人", number=number) if is_theory else _("考评员 {number} 人", number=number)
