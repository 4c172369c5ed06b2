"""``/api/v1/filings``: occupations and levels that a filing asks for, by the same functions as the wizard."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from examops.accounts import current_actor, needs
from examops.catalogue import chosen_occupation
from examops.core.clock import today
from examops.core.extensions import clock
from examops.core.transaction import transaction
from examops.filings.api import bp
from examops.filings.api_inputs import (
    FilingOccupationInputSchema,
    FilingStepsSchema,
)
from examops.filings.api_steps import told_steps
from examops.filings.blueprint import BODY
from examops.filings.editing import add_occupation, remove_occupation
from examops.filings.gathering import filing_by_uid
from examops.filings.inputs import SeenSchema
from examops.filings.offering import standard_of


@bp.put("/filings/<uuid:filing_uid>/occupations/<string:occupation_code>")
@bp.arguments(FilingOccupationInputSchema, example={"version": 0, "levels": ["5", "4"]})
@bp.writes(FilingStepsSchema, 404, 409)
@needs(*BODY)
def put_occupation(given: dict[str, Any], filing_uid: UUID, occupation_code: str) -> dict[str, Any]:
    """Ask for an occupation with these levels; `version` is that of the step `occupations`."""
    occupation = chosen_occupation(occupation_code)
    with transaction():
        filing = filing_by_uid(filing_uid)
        standard = given["standard"] or standard_of(occupation, filing.body_kind, today(clock()))
        options: dict[str, Any] = {"actor": current_actor(), "clock": clock()}
        add_occupation(filing, given["version"], occupation, given["levels"], standard, **options)
    return told_steps(filing_by_uid(filing_uid))


@bp.delete("/filings/<uuid:filing_uid>/occupations/<string:occupation_code>")
@bp.arguments(SeenSchema, location="query")
@bp.writes(FilingStepsSchema, 404, 409)
@needs(*BODY)
def drop_occupation(given: dict[str, Any], filing_uid: UUID, occupation_code: str) -> dict[str, Any]:
    """Ask for it no more; what was entered about it is kept and no longer judged."""
    with transaction():
        filing = filing_by_uid(filing_uid)
        remove_occupation(filing, given["version"], occupation_code, actor=current_actor(), clock=clock())
    return told_steps(filing_by_uid(filing_uid))
