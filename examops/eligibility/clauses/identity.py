"""Who the person is: ID number, sex, age, one live application. Computed, so it may pass without a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.rulebook import Rule
from examops.eligibility.clauses.advice import advise, wait_until
from examops.eligibility.context import RuleContext
from examops.eligibility.documents import document_of
from examops.eligibility.facts import PROOFS, Facts
from examops.eligibility.id_number import IdReading, born_by, normalise, read_id_number
from examops.eligibility.periods import add_years, between
from examops.eligibility.verdicts import COMPUTED, Line, Outcome, came_from, gap_until, ruled

RULES = {"id.province": "id_number.division", "id.county": "id_number.division", "id.birth_date": "id_number.length"}
NO_AGE_LIMIT = ("student",)


def identity(facts: Facts, rule_context: RuleContext) -> Iterator[Line]:
    document = document_of(facts.id_type)
    if facts.id_type != "resident" and document is None:
        yield _looked_at(facts, rule_context.law["id_number.length"], known=False)
        return
    if document and not document.fits(normalise(facts.id_number)):
        yield _misshapen(facts, rule_context)
        return
    if document and not document.has_id_number:
        yield _looked_at(facts, rule_context.law["id_number.document_forms"], known=True)
        return
    reading = read_id_number(facts.id_number, on=rule_context.context.cut_off)
    yield from _number(reading, rule_context)
    yield from _sex(facts, reading, rule_context)
    yield from _age(facts, reading, rule_context)


def _looked_at(facts: Facts, rule: Rule, *, known: bool) -> Line:
    """Nothing but a person's look at the original proves such a document; a kind that nobody knows stays unclear."""
    seen = facts.id_seen
    passes = known and seen is not None and seen.source in PROOFS
    return ruled(
        rule,
        "id.other_document",
        Outcome.PASS if passes else Outcome.UNCLEAR,
        found={"form": "text", "text": facts.id_type},
        found_source=came_from(seen) if seen else {"source": "typed", "as_of": None, "seen_by": ""},
        **({} if passes else advise("see_document" if known else "name_document")),
    )


def _misshapen(facts: Facts, rule_context: RuleContext) -> Line:
    return ruled(
        rule_context.law["id_number.document_forms"],
        "id.document_form",
        Outcome.FAIL,
        found={"form": "text", "text": facts.id_type},
        found_source=COMPUTED,
        **advise("correct_document"),
    )


def _number(reading: IdReading, rule_context: RuleContext) -> Iterator[Line]:
    limit = {"form": "digits", "number": rule_context.law["id_number.length"].value}
    if not any(problem.is_certain or problem.code == "id.missing" for problem in reading.problems):
        rule, found = rule_context.law["id_number.length"], {"form": "passed"}
        yield ruled(rule, "id.checksum", Outcome.PASS, found=found, found_source=COMPUTED, limit=limit)
    for problem in reading.problems:
        yield ruled(
            rule_context.law[RULES.get(problem.code, "id_number.length")],
            problem.code,
            Outcome.FAIL if problem.is_certain else Outcome.UNCLEAR,
            params=problem.params,
            found=_found(problem.code, problem.params),
            found_source=COMPUTED if problem.code != "id.missing" else None,
            limit=limit if problem.code != "id.county" else None,
            **advise("correct_id" if problem.is_certain else "check_id"),
        )


def _found(code: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"form": "nothing"} if code == "id.missing" else {"form": code, **params}


def _sex(facts: Facts, reading: IdReading, rule_context: RuleContext) -> Iterator[Line]:
    if facts.sex and reading.sex and reading.is_sound and facts.sex != reading.sex:
        yield ruled(
            rule_context.law["id_number.sex"],
            "id.sex",
            Outcome.UNCLEAR,
            params={"typed": facts.sex, "number": reading.sex},
            found={"form": "sex", "typed": facts.sex, "number": reading.sex},
            found_source={"source": "typed", "as_of": None, "seen_by": ""},
            **advise("check_id"),
        )


def _age(facts: Facts, reading: IdReading, rule_context: RuleContext) -> Iterator[Line]:
    if reading.born_on is None or (facts.kind and facts.kind.value in NO_AGE_LIMIT):
        return
    rule, cut_off = rule_context.law["eligibility.age_min"], rule_context.context.cut_off
    of_age_on = add_years(reading.born_on, rule.value)
    passes = of_age_on <= cut_off
    yield ruled(
        rule,
        "person.age",
        Outcome.PASS if passes else Outcome.FAIL,
        found={"form": "number", "number": between(reading.born_on, cut_off).years, "unit": "岁"},
        found_source=COMPUTED,
        limit={"form": "at_least", "number": rule.value, "unit": "岁"},
        gap=None if passes else gap_until(cut_off, of_age_on),
        **({} if passes else wait_until(of_age_on, rule_context)),
    )


def age_told(number: str, rule_context: RuleContext) -> int | None:
    """All that the lines say of a day of birth that is right and long enough ago: the years since; None of another."""
    cut_off = rule_context.context.cut_off
    born_on = born_by(number, cut_off)
    if born_on is None or add_years(born_on, rule_context.law["eligibility.age_min"].value) > cut_off:
        return None
    return between(born_on, cut_off).years


def one_application(facts: Facts, rule_context: RuleContext) -> Iterator[Line]:
    rule, known = rule_context.law["eligibility.one_live_application"], facts.open_applications
    limit = {"form": "exactly", "number": rule.value}
    if known is None:
        advice = advise("look_up_applications")
        yield ruled(rule, "application.one", Outcome.UNCLEAR, found={"form": "nothing"}, limit=limit, **advice)
        return
    passes = known.value <= rule.value
    yield ruled(
        rule,
        "application.one",
        Outcome.PASS if passes else Outcome.FAIL,
        found={"form": "number", "number": known.value, "unit": ""},
        found_source=COMPUTED,
        limit=limit,
        **({} if passes else advise("see_application")),
    )
