"""Filings and letters as lists, the newest first, a page at a time by the inner number."""

from __future__ import annotations

from sqlalchemy import Select, select

from examops.filings.models import Filing, FilingLetter
from examops.organisations.models import Body

PAGE = 50


def filings_query(state: str, before: int, *, to_office: bool, most: int | None = PAGE + 1) -> Select[Filing, Body]:
    """Offices see what was handed in at least once: a draft is the body's alone."""
    query = select(Filing, Body).join(Body, Body.id == Filing.body_id).order_by(Filing.id.desc()).limit(most)
    query = query.where(Filing.state == state) if state else query
    query = query.where(Filing.submitted_at.is_not(None)) if to_office else query
    return query.where(Filing.id < before) if before else query


def letters_query(kind: str, before: int, most: int | None = PAGE + 1) -> Select[FilingLetter, Filing, Body]:
    query = (
        select(FilingLetter, Filing, Body)
        .join(Filing, Filing.id == FilingLetter.filing_id)
        .join(Body, Body.id == Filing.body_id)
        .order_by(FilingLetter.id.desc())
        .limit(most)
    )
    query = query.where(FilingLetter.kind == kind) if kind else query
    return query.where(FilingLetter.id < before) if before else query
