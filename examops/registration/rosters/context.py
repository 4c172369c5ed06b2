"""For whom and what a roster is judged, from its rows in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from examops.core.database import db
from examops.eligibility import Source, Specified
from examops.eligibility.roster import Column, Columns, Evidence, OpenedRoster, RosterContext
from examops.organisations import former_names
from examops.organisations.models import Body
from examops.registration.batches.service import filed_levels
from examops.registration.models import Batch, BatchOccupation, EmployerName, Roster
from examops.specifications import specifications_by_id, specified

# What one tick of the uploader vouches for, by field of the sheet.
VOUCHED = {
    "employment": (
        "kind",
        "started_on",
        "ended_on",
        "insured_in",
        "insured_by",
        "works_in",
        "work_since",
        "work_years",
    ),
    "certificates": ("certificate_level",),
    "schooling": ("enrolled_on", "graduates_on", "apprenticeship_ended_on"),
    "identity": ("id_type",),
}
DEFAULT_KIND = {"enterprise": "employee", "college": "student", "social": "social"}


def roster_context(roster: Roster) -> RosterContext:
    batch = db.session.execute(select(Batch).where(Batch.id == roster.batch_id)).scalar_one()
    body = db.session.execute(select(Body).where(Body.id == roster.body_id)).scalar_one()
    offers = db.session.execute(select(BatchOccupation).where(BatchOccupation.batch_id == batch.id)).scalars().all()
    only = offers[0] if len(offers) == 1 else None
    told = roster.sheet.get("defaults", {})
    occupation = told.get("occupation") or (only.occupation_code if only else "")
    level = told.get("level") or (only.level if only else None)
    return RosterContext(
        body_kind=body.kind,
        body_name=body.name,
        body_code=body.credit_code,
        body_aliases=(body.short_name, *_former_names(body), *_own_names(body.id)),
        cut_off=batch.cut_off_on,
        default_occupation=occupation,
        default_level=level,
        default_kind=told.get("kind") or DEFAULT_KIND[body.kind],
        offered=_offered(offers, body),
        evidence=_evidence(roster),
        specified=_specified(offers),
    )


def _offered(offers: Sequence[BatchOccupation], body: Body) -> frozenset[tuple[str, str]]:
    """What the batch announced and the body is still filed for: a later filing can leave an occupation out."""
    return frozenset((offer.occupation_code, offer.level) for offer in offers).intersection(filed_levels(body))


def _specified(offers: Sequence[BatchOccupation]) -> dict[tuple[str, str], Specified]:
    """The specifications that the batch took when it was announced."""
    rows = specifications_by_id(offer.specification_id for offer in offers)
    return {
        (offer.occupation_code, offer.level): specified(rows[offer.specification_id], offer.level, offer.specified_at)
        for offer in offers
        if offer.specification_id and offer.specified_at
    }


def _former_names(body: Body) -> list[str]:
    """What its legal entity was called: papers from then carry it."""
    return [one.name for one in former_names(body.legal_entity_id)]


def _own_names(body_id: int) -> list[str]:
    """Branches and former names that somebody of the body has answered for."""
    query = select(EmployerName.written).where(EmployerName.body_id == body_id, EmployerName.is_own)
    return list(db.session.execute(query.order_by(EmployerName.id)).scalars())


def _evidence(roster: Roster) -> dict[str, Evidence]:
    vouched = roster.sheet.get("vouched", {})
    found = {}
    for name in vouched.get("for", []):
        evidence = Evidence(Source.DOCUMENT, date.fromisoformat(vouched["on"]), vouched["by"])
        found.update(dict.fromkeys(VOUCHED[name], evidence))
    return found


def opened_to_json(opened: OpenedRoster) -> dict[str, Any]:
    """What ``Roster.sheet`` keeps of the sheet that was read. ``sheets``: name, last row, whether it has a header."""
    return {
        "layout": columns_to_json(opened.columns),
        "sheet": opened.table.sheet,
        "sheets": [[one.name, one.lines, one.has_header] for one in opened.sheets],
        "hidden_rows": len(opened.table.hidden_rows),
    }


def columns_to_json(columns: Columns) -> dict[str, Any]:
    rows = [[c.index, c.letter, c.header, c.field, c.how, c.has_content] for c in columns.columns]
    doubles = [[field, list(letters)] for field, letters in columns.doubles]
    return {
        "columns": rows,
        "header_row": columns.header_row,
        "first_row": columns.first_row,
        "missing": list(columns.missing),
        "doubles": doubles,
        "from_1904": columns.from_1904,
    }


def columns_from_json(kept: dict[str, Any]) -> Columns:
    columns = tuple(Column(*row) for row in kept["columns"])
    doubles = tuple((field, tuple(letters)) for field, letters in kept["doubles"])
    missing, from_1904 = tuple(kept["missing"]), kept.get("from_1904", False)
    return Columns(columns, kept["header_row"], kept["first_row"], doubles, missing, from_1904)
