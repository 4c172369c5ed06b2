"""Where the nightly check of each filed body stands, what it found, and which rules draft by themselves."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Row, Tenant, one_of
from examops.core.table_access import ADD_ONLY, NO_DELETE, access

KINDS = ("idle", "idle_soon", "lost", "stale")
STANDINGS = ("checked", "unjudged", "failed")
# Everybody may read which rules act; no body, device or stranger adds to it. Which office may is the page's guard.
OFFICE = "(SELECT scope_everything()) OR cardinality((SELECT scope_districts())::text[]) > 0"
OFFICES_ADD = {"reading": "FOR SELECT USING (true)", "adding": f"FOR INSERT WITH CHECK ({OFFICE})"}


class RecheckStanding(Tenant, Base):
    """The last check of a body. ``unjudged``: nothing is kept of what it was filed on; ``failed``: it could not be
    checked, ``fault`` says by which error, ``failed_since`` from when on."""

    __tablename__ = "recheck_standing"
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), unique=True)
    checked_on: Mapped[date]
    state: Mapped[str]
    fault: Mapped[str] = mapped_column(default="")
    failed_since: Mapped[date | None]
    __table_args__ = (
        CheckConstraint(one_of("state", STANDINGS), name="state"),
        CheckConstraint("(state = 'failed') = (failed_since IS NOT NULL)", name="failed"),
        Index("ix_recheck_standing_failed", "id", postgresql_where=text("state = 'failed'")),
        access(NO_DELETE),
    )


class RecheckFinding(Tenant, Base):
    """What the check found about a body: from ``first_seen_on`` until ``gone_on``, None while it lasts.

    ``idle`` and ``lost`` draft a case where their rule acts (``case_id``), ``idle_soon`` and ``stale`` remind the body
    (``reminded_on``); else they are only listed. ``inputs``: what the rule was judged from when it was first seen.
    """

    __tablename__ = "recheck_finding"
    kind: Mapped[str]
    rule: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    hash: Mapped[str]
    inputs: Mapped[dict[str, Any]]
    outcome: Mapped[str]
    why: Mapped[str]
    first_seen_on: Mapped[date]
    gone_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("exit_case.id"))
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        Index(
            "uq_recheck_finding_current",
            "body_id",
            "kind",
            "rule",
            "subject",
            unique=True,
            postgresql_where=text("gone_on IS NULL"),
        ),
        Index("ix_recheck_finding_listed", "id", postgresql_where=text("gone_on IS NULL")),
        Index(None, "case_id"),
        access(NO_DELETE),
    )


class RecheckSwitch(Row, Base):
    """规则开关: from ``valid_from`` on a rule acts by itself (``is_on``) or is only listed; rows are only added, the
    highest ``revision`` that holds on a day counts."""

    __tablename__ = "recheck_switch"
    rule: Mapped[str]
    revision: Mapped[int]
    is_on: Mapped[bool]
    valid_from: Mapped[date]
    document_number: Mapped[str]
    reason: Mapped[str]
    decided_by: Mapped[uuid.UUID]
    decided_by_name: Mapped[str]
    __table_args__ = (
        UniqueConstraint("rule", "revision"),
        CheckConstraint("document_number <> '' AND reason <> ''", name="grounds"),
        access(ADD_ONLY, policies=OFFICES_ADD),
    )
