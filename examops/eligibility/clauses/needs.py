"""The needs of a level condition, one function each: certificate, work, graduation, apprenticeship, age …"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.levels import as_level, is_below
from config.rulebook import Rule
from examops.eligibility.clauses.advice import advise, advise_on, wait_until
from examops.eligibility.clauses.agency import lasting
from examops.eligibility.context import RuleContext
from examops.eligibility.facts import PROOFS, Certificate, Fact, Facts, Schooling
from examops.eligibility.id_number import read_id_number
from examops.eligibility.periods import add_months, add_years, between
from examops.eligibility.verdicts import COMPUTED, Line, Outcome, came_from, gap_until, proven, ruled

Need = dict[str, Any]


@dataclass
class Attempt:
    """One alternative line under trial: who, against what, and the papers chosen so far."""

    facts: Facts
    rule_context: RuleContext
    rule: Rule
    certificate: Certificate | None = None
    schooling: Schooling | None = None

    @property
    def cut_off(self) -> date:
        return self.rule_context.context.cut_off

    def line(self, code: str, outcome: Outcome, **rest: Any) -> Line:
        return ruled(self.rule, code, outcome, **rest)


def certificate(need: Need, trial: Attempt) -> Line:
    """A certificate of that level or a higher one, in this or a related occupation (or only in a related one)."""
    wanted = as_level(need["level"])
    limit = {"form": "level", "level": wanted}
    held = [one for one in trial.facts.certificates if not one.is_pre_technician]
    if not held:
        advice = advise("fill_in", field="certificate_level")
        return trial.line("level.certificate", Outcome.UNCLEAR, found={"form": "nothing"}, limit=limit, **advice)
    best = min(held, key=lambda one: _fitness(one, need, trial.rule_context))
    outcome = _worth(best, need, trial.rule_context)
    trial.certificate = best if outcome is not Outcome.FAIL else None
    return trial.line(
        "level.certificate",
        outcome,
        params={"level": wanted},
        found={"form": "certificate", "level": best.level, "occupation": best.occupation, "number": best.number},
        found_source=came_from(best),
        limit=limit,
        **advise_on(outcome, fail=advise("get_certificate", level=wanted), unclear=advise("see_certificate")),
    )


def _worth(held: Certificate, need: Need, rule_context: RuleContext) -> Outcome:
    if held.level is None:
        return Outcome.UNCLEAR
    if is_below(held.level, as_level(need["level"])):
        return Outcome.FAIL
    return proven(True if _counts(held, need, rule_context) else None, held.source)


def _counts(held: Certificate, need: Need, rule_context: RuleContext) -> bool:
    if need.get("of") == "related":
        return held.occupation in rule_context.related_occupations
    return not held.occupation or held.occupation in rule_context.counting_occupations


def _fitness(held: Certificate, need: Need, rule_context: RuleContext) -> tuple[bool, bool, bool, date]:
    """Sorts the most useful certificate first: high enough, of this occupation, proven, earliest."""
    too_low = held.level is None or is_below(held.level, as_level(need["level"]))
    return too_low, not _counts(held, need, rule_context), held.source not in PROOFS, held.issued_on or date.max


def pre_technician(need: Need, trial: Attempt) -> Line:
    """A pre-technician certificate of this or a related occupation."""
    limit = {"form": "held"}
    held = sorted(
        (one for one in trial.facts.certificates if one.is_pre_technician), key=lambda c: c.source not in PROOFS
    )
    if not held:
        advice = advise("fill_in", field="pre_technician")
        return trial.line("level.pre_technician", Outcome.UNCLEAR, found={"form": "nothing"}, limit=limit, **advice)
    outcome = proven(True if _counts(held[0], need, trial.rule_context) else None, held[0].source)
    return trial.line(
        "level.pre_technician",
        outcome,
        found={"form": "pre_technician", "number": held[0].number, "occupation": held[0].occupation},
        found_source=came_from(held[0]),
        limit=limit,
        **advise_on(outcome, fail={}, unclear=advise("see_certificate")),
    )


def work(need: Need, trial: Attempt) -> Line:
    """Years in this or a related occupation, all of them or those after a paper."""
    after = need.get("after")
    code = "level.work_after" if after else "level.work"
    params = {"level": trial.certificate.level} if after == "certificate" and trial.certificate else {}
    limit = {"form": "at_least", "number": need["years"], "unit": "年"}
    papers = {"certificate": trial.certificate, "graduation": trial.schooling, "title": None}
    counted = _counted(need["years"], papers[after] if after else None, trial) if _may_count(after, papers) else None
    if counted is None:
        field = "work_since" if not after or _may_count(after, papers) else f"{after}_on"
        rest: dict[str, Any] = {"found": {"form": "nothing"}, "limit": limit, **advise("fill_in", field=field)}
        return trial.line(code, Outcome.UNCLEAR, params=params, **rest)
    outcome, found, evidence, reached_on = counted
    late = outcome is Outcome.FAIL and reached_on is not None
    return trial.line(
        code,
        outcome,
        params=params,
        found=found,
        found_source=came_from(evidence),
        limit=limit,
        gap=gap_until(trial.cut_off, reached_on) if late and reached_on else None,
        **advise_on(
            outcome,
            fail=wait_until(reached_on, trial.rule_context) if reached_on else advise("correct_work"),
            unclear=advise("attach", document="work_proof"),
        ),
    )


Counted = tuple[Outcome, dict[str, Any], Any, date | None]


def _may_count(after: str | None, papers: dict[str, Any]) -> bool:
    return after is None or _day_of(papers[after]) is not None


def _day_of(paper: Certificate | Schooling | None) -> date | None:
    if isinstance(paper, Certificate):
        return paper.issued_on
    return paper.end if paper else None


def _counted(years: int, paper: Certificate | Schooling | None, trial: Attempt) -> Counted | None:
    """From the first day of work or of the paper, whichever is later; else from the number of years told."""
    since, told, from_paper = trial.facts.work_since, trial.facts.work_years, _day_of(paper)
    if since:
        return _since(years, max(since.value, from_paper) if from_paper else since.value, since, paper, trial)
    if from_paper and paper:
        return _since_paper(years, from_paper, paper, told, trial)
    return _counted_from(years, told) if told else None


def _since(years: int, start: date, since: Fact, paper: Certificate | Schooling | None, trial: Attempt) -> Counted:
    reached_on = add_years(start, years)
    sources = (since.source, paper.source) if paper else (since.source,)
    weaker = paper if paper and paper.source not in PROOFS else since
    return proven(reached_on <= trial.cut_off, *sources), lasting(start, trial.rule_context), weaker, reached_on


def _since_paper(years: int, start: date, paper: Certificate | Schooling, told: Fact | None, trial: Attempt) -> Counted:
    """The first day of work is not told. Too short a time since the paper fails all the same."""
    reached_on, elapsed = add_years(start, years), between(start, trial.cut_off)
    found = lasting(start, trial.rule_context)
    if reached_on > trial.cut_off:
        return Outcome.FAIL, found, paper, reached_on
    if told is None:
        return Outcome.UNCLEAR, {**found, "form": "since_paper"}, paper, reached_on
    if told.value < years:
        return Outcome.FAIL, {"form": "number", "number": told.value, "unit": "年"}, told, None
    worked_all_along = told.value >= elapsed.years + 1
    return proven(True if worked_all_along else None, told.source, paper.source), found, told, reached_on


def _counted_from(years: int, told: Fact) -> Counted:
    found = {"form": "number", "number": told.value, "unit": "年"}
    return proven(told.value >= years, told.source), found, told, None


def graduation(need: Need, trial: Attempt) -> Line:
    """A school of the kinds named, in a related field unless the line takes any; the last year if it says so."""
    limit = {"form": "schools", "schools": need["schools"], "final_year": need["final_year"]}
    if need.get("specialty") == "any":
        limit["specialty"] = "any"
    told = trial.facts.schooling
    if not told:
        advice = advise("fill_in", field="education")
        return trial.line("level.graduation", Outcome.UNCLEAR, found={"form": "nothing"}, limit=limit, **advice)
    tried = [(_graduated(one, need, trial), one) for one in told]
    (outcome, until), best = min(tried, key=lambda pair: _rank(pair[0][0]))
    trial.schooling = best if outcome is not Outcome.FAIL else None
    advice = wait_until(until, trial.rule_context) if until else advise("other_line")
    return trial.line(
        "level.graduation",
        outcome,
        found={
            "form": "schooling",
            "institution": best.institution,
            "school": best.school,
            "major": best.major,
            "until": best.end.isoformat() if best.end else None,
            "is_enrolment": best.is_enrolment,
        },
        found_source=came_from(best),
        limit=limit,
        gap=gap_until(trial.cut_off, until) if until else None,
        **advise_on(outcome, fail=advice, unclear=advise("see_graduation")),
    )


def _rank(outcome: Outcome) -> int:
    return (Outcome.PASS, Outcome.UNCLEAR, Outcome.FAIL).index(outcome)


def _graduated(told: Schooling, need: Need, trial: Attempt) -> tuple[Outcome, date | None]:
    """The outcome, and the day on which waiting mends it."""
    in_field = True if need.get("specialty") == "any" else told.is_related
    if in_field is False or (told.school and told.school not in need["schools"]):
        return Outcome.FAIL, None
    if not told.school or told.end is None:
        return Outcome.UNCLEAR, None
    months = trial.rule_context.law["eligibility.final_year_months"].value if need["final_year"] else 0
    counts_from = add_months(told.end, -months)
    if counts_from > trial.cut_off:
        return Outcome.FAIL, counts_from
    return proven(in_field, told.source), None


def apprenticeship(need: Need, trial: Attempt) -> Line:
    fact = trial.facts.apprenticeship_ended_on
    limit = {"form": "finished"}
    if fact is None:
        advice = advise("fill_in", field="apprenticeship_ended_on")
        return trial.line("level.apprenticeship", Outcome.UNCLEAR, found={"form": "nothing"}, limit=limit, **advice)
    passes = fact.value <= trial.cut_off
    outcome = proven(passes, fact.source)
    return trial.line(
        "level.apprenticeship",
        outcome,
        found={"form": "day", "day": fact.value.isoformat()},
        found_source=came_from(fact),
        limit=limit,
        gap=None if passes else gap_until(trial.cut_off, fact.value),
        **advise_on(
            outcome,
            fail=wait_until(fact.value, trial.rule_context),
            unclear=advise("attach", document="apprenticeship"),
        ),
    )


def age(need: Need, trial: Attempt) -> Line:
    born_on = read_id_number(trial.facts.id_number, on=trial.cut_off).born_on
    limit = {"form": "at_least", "number": need["years"], "unit": "岁"}
    if born_on is None:
        advice = advise("fill_in", field="id_number")
        return trial.line("level.age", Outcome.UNCLEAR, found={"form": "nothing"}, limit=limit, **advice)
    of_age_on = add_years(born_on, need["years"])
    passes = of_age_on <= trial.cut_off
    found = {"form": "number", "number": between(born_on, trial.cut_off).years, "unit": "岁"}
    return trial.line(
        "level.age",
        Outcome.PASS if passes else Outcome.FAIL,
        found=found,
        found_source=COMPUTED,
        limit=limit,
        gap=None if passes else gap_until(trial.cut_off, of_age_on),
        **({} if passes else wait_until(of_age_on, trial.rule_context)),
    )


def held(need: Need, trial: Attempt) -> Line:
    """A certificate of that level or a higher one, in hand for some years, whether or not its holder worked."""
    line = certificate(need, trial)
    paper, limit = trial.certificate, {"form": "at_least", "number": need["years"], "unit": "年"}
    if paper is None or line.outcome is Outcome.FAIL:
        return line
    params = {"level": as_level(need["level"])}
    if paper.issued_on is None:
        advice = advise("fill_in", field="certificate_on")
        return trial.line(
            "level.held", Outcome.UNCLEAR, params=params, found={"form": "nothing"}, limit=limit, **advice
        )
    reached_on = add_years(paper.issued_on, need["years"])
    passes = reached_on <= trial.cut_off
    outcome = line.outcome if passes else Outcome.FAIL
    return trial.line(
        "level.held",
        outcome,
        params=params,
        found={"form": "day", "day": paper.issued_on.isoformat()},
        found_source=came_from(paper),
        limit=limit,
        gap=None if passes else gap_until(trial.cut_off, reached_on),
        **advise_on(outcome, fail=wait_until(reached_on, trial.rule_context), unclear=advise("see_certificate")),
    )


def title(need: Need, trial: Attempt) -> Line:
    """Nothing that is told or imported carries titles: a person looks at the paper."""
    return _by_paper("level.title", {"form": "title", "level": need["level"]}, "title_proof", trial)


def degree(need: Need, trial: Attempt) -> Line:
    """As :func:`title`."""
    return _by_paper("level.degree", {"form": "degree", "degree": need["degree"]}, "degree_proof", trial)


def _by_paper(code: str, limit: dict[str, Any], document: str, trial: Attempt) -> Line:
    advice = advise("attach", document=document)
    return trial.line(code, Outcome.UNCLEAR, found={"form": "nothing"}, limit=limit, **advice)


NEEDS: dict[str, Callable[[Need, Attempt], Line]] = {
    "certificate": certificate,
    "work": work,
    "graduation": graduation,
    "apprenticeship": apprenticeship,
    "age": age,
    "pre_technician": pre_technician,
    "held": held,
    "title": title,
    "degree": degree,
}
# The facts that each need can see; ``work`` after a paper sees that of the needs before it in the line, too.
SEEN: dict[str, tuple[str, ...]] = {
    "certificate": ("certificates",),
    "work": ("work_since", "work_years"),
    "graduation": ("schooling",),
    "apprenticeship": ("apprenticeship_ended_on",),
    "age": ("id_number",),
    "pre_technician": ("certificates",),
    "held": ("certificates",),
    "title": (),
    "degree": (),
}
