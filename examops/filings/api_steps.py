"""``/api/v1/filings``: a body begins a filing and fills in its pages, by the same functions as the wizard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from examops.accounts import current_actor, done_once, needs
from examops.catalogue import find_occupation
from examops.core.clock import today
from examops.core.errors import Invalid
from examops.core.extensions import clock
from examops.core.language import N_, Message, message
from examops.core.transaction import transaction
from examops.filings.api import bp
from examops.filings.api_inputs import (
    BeginFilingSchema,
    BegunFilingSchema,
    FilingContactSavedSchema,
    FilingContactSchema,
    FilingOccupationInputSchema,
    FilingStepInputSchema,
    FilingStepsSchema,
)
from examops.filings.blueprint import BODY, own_body
from examops.filings.body_pages import steps_of
from examops.filings.editing import add_occupation, begin, current_facts, remove_occupation, step_row
from examops.filings.gathering import Dossier, dossier, filing_by_uid
from examops.filings.inputs import SeenSchema, step_schema
from examops.filings.models import Filing, FilingFact
from examops.filings.offering import standard_of
from examops.filings.saving import save_page, years_of
from examops.filings.steps import CHOICES, FACTS, VOLUME_YEARS, facts_of
from examops.filings.telling import save_contact
from examops.filings.yearly import field_name
from examops.web.api import IdempotencySchema
from examops.web.inputs import InvalidInput, read

NO_SUCH_FACT = N_("这一页不问这一项，或写了两次")
BAD_TABLE = N_("写成 [[年, 培训人次, 评价人次], …]，年份只取 years 里的，每年一行")
FACTS_EXAMPLE = {
    "version": 0,
    "as_of": "2026-11-20",
    "facts": [
        {"key": "has_good_credit", "value": True, "document": "6b0f3a52-0d0e-4a5c-9f0a-3d8f2f4b7c11"},
        {"key": "pilot_on", "value": "2024-05-20"},
        {"key": "own_students_only", "value": True},
    ],
}


@bp.post("/filings")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(BeginFilingSchema)
@bp.writes(BegunFilingSchema, 404, 409)
@needs(*BODY)
def begin_filing(once: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """Begin a filing. `body` may be left out by who works for one alone; a second open one is 409."""

    def start(body: Any) -> dict[str, Any]:
        filing = begin(body, given["kind"], actor=current_actor(), clock=clock())
        return {"uid": str(filing.uid), "number": filing.number, "state": str(filing.state)}

    return done_once(once["key"], given, lambda: own_body(given["body"]), start)


@bp.get("/filings/<uuid:filing_uid>/steps")
@bp.reads(FilingStepsSchema, 404)
@needs(*BODY)
def steps_of_filing(filing_uid: UUID) -> dict[str, Any]:
    """The pages of the wizard in their order, with what is asked on each and what is stored."""
    return _steps(filing_by_uid(filing_uid))


def _steps(filing: Filing) -> dict[str, Any]:
    found = dossier(filing)
    return {"steps": [_step(found, key) for key, _filled, _asked in steps_of(found)]}


def _step(found: Dossier, step: str) -> dict[str, Any]:
    filing = found.filing
    row, facts, keys = step_row(filing, step), current_facts(filing, step), facts_of(filing.body_kind, step)
    uids = {one.id: one.uid for one in found.documents}
    return {
        **{"step": step, "version": row.version, "saved_by": row.saved_by, "saved_at": row.saved_at},
        "years": years_of(facts, today(clock())) if VOLUME_YEARS in keys else [],
        "facts": [_fact(key, facts.get(key), uids) for key in keys],
    }


def _fact(key: str, fact: FilingFact | None, documents: Mapping[int, UUID]) -> dict[str, Any]:
    asked = {"key": key, "word": str(message(FACTS[key].word)), "form": FACTS[key].form}
    return asked | {
        "choices": list(CHOICES.get(key, ())),
        "value": fact.value["value"] if fact else None,
        "as_of": fact.as_of if fact else None,
        "source": fact.source if fact else "",
        "document": documents.get(fact.document_id or 0) if fact else None,
    }


@bp.put("/filings/<uuid:filing_uid>/steps/<string:step>")
@bp.arguments(FilingStepInputSchema, example=FACTS_EXAMPLE)
@bp.writes(FilingStepsSchema, 404, 409)
@needs(*BODY)
def put_step(given: dict[str, Any], filing_uid: UUID, step: str) -> dict[str, Any]:
    """Save one page whole: a fact that is left out is emptied. An older `version` is 409 `filing.step_overtaken`."""
    with transaction():
        filing = filing_by_uid(filing_uid)
        step_row(filing, step)
        _save(filing, step, given)
    return _steps(filing_by_uid(filing_uid))


def _save(filing: Filing, step: str, given: dict[str, Any]) -> None:
    """By the form of the page; its faults are told by their place in the request."""
    keys, years = facts_of(filing.body_kind, step), years_of(current_facts(filing, step), today(clock()))
    form: dict[str, Any] = {"version": given["version"], "as_of": given["as_of"].isoformat() if given["as_of"] else ""}
    places, faults = {}, {}
    for at, fact in enumerate(given["facts"]):
        if fact["key"] not in keys or f"document-{fact['key']}" in form:
            faults[f"facts.{at}.key"] = message(NO_SUCH_FACT)
            continue
        for name, value, part in _fields(fact, years):
            if name:
                form[name], places[name] = value, f"facts.{at}.{part}"
            else:
                faults[f"facts.{at}.{part}"] = message(BAD_TABLE)
    try:
        if faults:
            read(step_schema(keys, years), form)
            raise _refused(faults)
        save_page(filing, step, form, actor=current_actor(), clock=clock())
    except InvalidInput as refused:
        raise _refused(faults | {places.get(name, name): fault for name, fault in refused.faults.items()}) from None


def _refused(faults: dict[str, Message]) -> InvalidInput:
    return InvalidInput(faults, labels={name.partition(".")[0]: "" for name in faults})


def _fields(fact: dict[str, Any], years: list[int]) -> Iterator[tuple[str, Any, str]]:
    """Of one fact the fields of the form: name, value, and which part of the fact it is; no name for a bad table."""
    key, value = fact["key"], fact["value"]
    yield f"document-{key}", str(fact["document"] or ""), "document"
    if FACTS[key].form != "years":
        yield key, {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value, "value"
        return
    rows = value or []
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) == 3 for row in rows):
        yield "", None, "value"
        return
    named = [row[0] for row in rows]
    if not all(type(year) is int and year in years and named.count(year) == 1 for year in named):
        yield "", None, "value"
        return
    for year, trained, assessed in rows:
        yield field_name(year, "trained"), trained, "value"
        yield field_name(year, "assessed"), assessed, "value"


@bp.put("/filings/<uuid:filing_uid>/occupations/<string:occupation_code>")
@bp.arguments(FilingOccupationInputSchema, example={"version": 0, "levels": ["5", "4"]})
@bp.writes(FilingStepsSchema, 404, 409)
@needs(*BODY)
def put_occupation(given: dict[str, Any], filing_uid: UUID, occupation_code: str) -> dict[str, Any]:
    """Ask for an occupation with these levels; `version` is that of the step `occupations`."""
    occupation = find_occupation(occupation_code)
    if occupation is None:
        raise Invalid(N_("目录里没有这个职业"), advice=N_("按名称或编码在列表里选"))
    with transaction():
        filing = filing_by_uid(filing_uid)
        standard = given["standard"] or standard_of(occupation, filing.body_kind, today(clock()))
        options: dict[str, Any] = {"actor": current_actor(), "clock": clock()}
        add_occupation(filing, given["version"], occupation, given["levels"], standard, **options)
    return _steps(filing_by_uid(filing_uid))


@bp.delete("/filings/<uuid:filing_uid>/occupations/<string:occupation_code>")
@bp.arguments(SeenSchema, location="query")
@bp.writes(FilingStepsSchema, 404, 409)
@needs(*BODY)
def drop_occupation(given: dict[str, Any], filing_uid: UUID, occupation_code: str) -> dict[str, Any]:
    """Ask for it no more; what was entered about it is kept and no longer judged."""
    with transaction():
        filing = filing_by_uid(filing_uid)
        remove_occupation(filing, given["version"], occupation_code, actor=current_actor(), clock=clock())
    return _steps(filing_by_uid(filing_uid))


@bp.put("/filings/<uuid:filing_uid>/contact")
@bp.arguments(FilingContactSchema, example={"name": "陈工", "email": "", "mobile": "13800005678"})
@bp.writes(FilingContactSavedSchema, 404)
@needs(*BODY)
def put_contact(given: dict[str, Any], filing_uid: UUID) -> dict[str, Any]:
    """Whom letters and reminders about this filing reach besides the account."""
    with transaction():
        row = save_contact(filing_by_uid(filing_uid), **given, actor=current_actor(), clock=clock())
        return {name: getattr(row, name) for name in ("name", "email", "mobile")}
