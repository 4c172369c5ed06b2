"""What the city decided over the catalogue's values."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from config.levels import LETTERS
from examops.core.database import Base, Row, one_of
from examops.core.table_access import ADD_ONLY, access

KINDS = ("confirmed", "changed", "withdrawn")
OFFICE = "(SELECT scope_everything()) OR cardinality((SELECT scope_districts())::text[]) > 0"
# Everybody may read what the law is; no body, device or stranger adds to it. Which office may is the page's guard.
OFFICES_ADD = {"reading": "FOR SELECT USING (true)", "adding": f"FOR INSERT WITH CHECK ({OFFICE})"}


class CatalogueDecision(Row, Base):
    """地方决定: one value of one occupation, confirmed, changed or given back to the rulebook.

    Rows are only added: the one with the highest ``revision`` that holds on a day counts. ``key`` is a value's key
    (``examops.catalogue.values``); ``value`` is ``{"value": …}``; ``base_hash`` is the hash of the value of the files
    that whoever decided had seen. ``valid_until`` is its last day, None: until further notice.
    """

    __tablename__ = "catalogue_decision"
    occupation_code: Mapped[str]
    key: Mapped[str]
    revision: Mapped[int]
    kind: Mapped[str]
    value: Mapped[dict[str, Any]]
    base_hash: Mapped[str]
    document_number: Mapped[str]
    reason: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    decided_by: Mapped[uuid.UUID]
    decided_by_name: Mapped[str]
    decided_by_role: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        UniqueConstraint("occupation_code", "key", "revision"),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="days"),
        CheckConstraint("document_number <> '' AND reason <> ''", name="grounds"),
        CheckConstraint(one_of("split_part(key, '.', 2)", ("", *LETTERS)), name="level"),
        access(ADD_ONLY, policies=OFFICES_ADD),
    )
