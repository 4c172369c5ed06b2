"""A page of the wizard read as its form writes it, and saved: from the page as from the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.errors import Invalid
from examops.core.language import N_
from examops.filings.documents import document_by_uid
from examops.filings.editing import Entry, current_facts, save_step
from examops.filings.inputs import step_schema, stored_value
from examops.filings.models import Filing, FilingFact
from examops.filings.steps import VOLUME_YEARS, facts_of
from examops.filings.yearly import table_of, years_offered
from examops.web.inputs import read


def save_page(filing: Filing, step: str, form: Mapping[str, Any], *, actor: Actor, clock: Clock) -> list[str]:
    """``form`` as :func:`~examops.filings.inputs.step_schema` reads it; returns the keys that changed. Raises
    :class:`InvalidInput` with every fault, and what :func:`~examops.filings.editing.save_step` raises."""
    day = today(clock)
    keys, years = facts_of(filing.body_kind, step), years_of(current_facts(filing, step), day)
    given = read(step_schema(keys, years), form)
    values = {key: stored_value(key, given.get(key)) for key in keys}
    if VOLUME_YEARS in keys:
        values[VOLUME_YEARS] = table_of(given, years)
    entries = {key: Entry(value, _document(filing, given[f"document-{key}"])) for key, value in values.items()}
    if given["as_of"] and given["as_of"] > day:
        raise Invalid(N_("截止日期不能晚于今天"), advice=N_("选数字实际的截止日期"))
    if given["as_of"] is None and any(entry.value is not None for entry in entries.values()):
        raise Invalid(N_("没有选数字的截止日期"), advice=N_("选这一页的数字截至哪一天"))
    return save_step(filing, step, given["version"], entries, given["as_of"], actor=actor, clock=clock)


def years_of(facts: Mapping[str, FilingFact], day: date) -> list[int]:
    """The years that the table of this page offers."""
    stored = facts.get(VOLUME_YEARS)
    return years_offered(day, stored.value["value"] if stored else None)


def _document(filing: Filing, uid: UUID | None) -> Any:
    return document_by_uid(filing, uid) if uid else None
