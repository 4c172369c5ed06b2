"""``/api/v1/filings``: a body fills in the pages of a filing, by the same functions as the wizard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from examops.accounts import needs
from examops.core.clock import today
from examops.core.extensions import clock
from examops.core.language import message
from examops.core.transaction import transaction
from examops.filings.api import bp
from examops.filings.api_inputs import (
    FilingStepInputSchema,
    FilingStepsSchema,
)
from examops.filings.blueprint import BODY
from examops.filings.body_pages import steps_of
from examops.filings.editing import current_facts, step_row
from examops.filings.gathering import Dossier, dossier, filing_by_uid
from examops.filings.models import Filing, FilingFact
from examops.filings.saving import years_of
from examops.filings.step_facts import save_facts
from examops.filings.steps import CHOICES, FACTS, VOLUME_YEARS, facts_of

FACTS_EXAMPLE = {
    "version": 0,
    "as_of": "2026-11-20",
    "facts": [
        {"key": "has_good_credit", "value": True, "document": "6b0f3a52-0d0e-4a5c-9f0a-3d8f2f4b7c11"},
        {"key": "pilot_on", "value": "2024-05-20"},
        {"key": "own_students_only", "value": True},
    ],
}


@bp.get("/filings/<uuid:filing_uid>/steps")
@bp.reads(FilingStepsSchema, 404)
@needs(*BODY)
def steps_of_filing(filing_uid: UUID) -> dict[str, Any]:
    """The pages of the wizard in their order, with what is asked on each and what is stored."""
    return told_steps(filing_by_uid(filing_uid))


def told_steps(filing: Filing) -> dict[str, Any]:
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
        save_facts(filing, step, given)
    return told_steps(filing_by_uid(filing_uid))
