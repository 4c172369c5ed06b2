"""Facts of a page as the API gives them, saved by the form of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from examops.accounts import current_actor
from examops.core.clock import today
from examops.core.extensions import clock
from examops.core.language import N_, Message, message
from examops.filings.editing import current_facts
from examops.filings.inputs import step_schema
from examops.filings.models import Filing
from examops.filings.saving import save_page, years_of
from examops.filings.steps import FACTS, facts_of
from examops.filings.yearly import field_name
from examops.web.inputs import InvalidInput, read

NO_SUCH_FACT = N_("这一页不问这一项，或写了两次")
BAD_TABLE = N_("写成 [[年, 培训人次, 评价人次], …]，年份只取 years 里的，每年一行")


def save_facts(filing: Filing, step: str, given: dict[str, Any]) -> None:
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
