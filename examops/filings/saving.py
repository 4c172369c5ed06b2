"""A page of the wizard read as its form writes it, and saved: from the page as from the API."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date
from typing import Any
from uuid import UUID

from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.language import N_, Message, message
from examops.filings.documents import document_by_uid
from examops.filings.editing import Entry, current_facts, save_step
from examops.filings.inputs import step_schema, stored_value
from examops.filings.models import Filing, FilingFact
from examops.filings.steps import VOLUME_YEARS, facts_of
from examops.filings.yearly import half_years, table_of, years_offered
from examops.web.inputs import InvalidInput, read


def save_page(filing: Filing, step: str, form: Mapping[str, Any], *, actor: Actor, clock: Clock) -> list[str]:
    """``form`` as :func:`~examops.filings.inputs.step_schema` reads it; returns the keys that changed. Raises
    :class:`InvalidInput` with every fault, and what :func:`~examops.filings.editing.save_step` raises."""
    day = today(clock)
    keys, years = facts_of(filing.body_kind, step), years_of(current_facts(filing, step), day)
    given = _read(keys, years, form, day)
    values = {key: stored_value(key, given.get(key)) for key in keys}
    if VOLUME_YEARS in keys:
        values[VOLUME_YEARS] = table_of(given, years)
    entries = {key: Entry(value, _document(filing, given[f"document-{key}"])) for key, value in values.items()}
    return save_step(filing, step, given["version"], entries, given["as_of"], actor=actor, clock=clock)


def _read(keys: tuple[str, ...], years: list[int], form: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Every fault at once: of each field, and of what several say together."""
    faults: dict[str, Message] = {}
    try:
        given = read(step_schema(keys, years), form)
    except InvalidInput as refused:
        given, faults = refused.valid, refused.faults
    halves = dict(half_years(given, years, faults)) if VOLUME_YEARS in keys else {}
    found = {**faults, **halves, **_day_faults(given, faults.keys(), day)}
    if found:
        raise InvalidInput(found, labels=dict.fromkeys(found, ""), valid=given, given=form)
    return given


def _day_faults(given: Mapping[str, Any], wrong: Set[str], day: date) -> dict[str, Message]:
    """``wrong``: fields with a fault of their own; something was typed there, too."""
    as_of = given.get("as_of")
    if as_of and as_of > day:
        return {"as_of": message(N_("截止日期不能晚于今天，选数字实际的截止日期"))}
    typed = wrong | {name for name, value in given.items() if value is not None and not name.startswith("document-")}
    if as_of is None and "as_of" not in wrong and typed - {"version"}:
        return {"as_of": message(N_("没有选数字的截止日期，选这一页的数字截至哪一天"))}
    return {}


def years_of(facts: Mapping[str, FilingFact], day: date) -> list[int]:
    """The years that the table of this page offers."""
    stored = facts.get(VOLUME_YEARS)
    return years_offered(day, stored.value["value"] if stored else None)


def _document(filing: Filing, uid: UUID | None) -> Any:
    return document_by_uid(filing, uid) if uid else None
