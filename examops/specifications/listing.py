"""Versions of specifications and work plans that a reader sees."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from examops.core.database import db
from examops.core.paging import page_and_next
from examops.organisations.models import Body

PAGE = 50


def versions_query(table: Any, *, is_body: bool) -> Select[Any]:
    """Offices see what was handed in; drafts are the body's own."""
    query = select(table)
    return query if is_body else query.where(table.state != "draft")


def versions_page(table: Any, before: int, *, is_body: bool) -> tuple[list[tuple[Any, Body]], int | None]:
    """The newest versions, each with its body, and the inner number to go on from."""
    query = versions_query(table, is_body=is_body).add_columns(Body).join(Body, Body.id == table.body_id)
    query = query.where(table.id < before) if before else query
    found = db.session.execute(query.order_by(table.id.desc()).limit(PAGE + 1)).all()
    rows, last = page_and_next(found, PAGE)
    return [(row[0], row.Body) for row in rows], last[0].id if last else None
