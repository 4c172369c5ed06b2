"""Batches, applications, and the rosters that applications come from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from config.levels import levels_check
from examops.core.database import Base, MessageJson, Tenant, in_states, one_of
from examops.core.language import Message
from examops.core.table_access import DELETED_BY_PAGES, NO_DELETE, access
from examops.registration.states import LIVE_APPLICATION, ApplicationState

PART_CODES = ("theory", "skill", "review")


class Batch(Tenant, Base):
    """批次: one announcement. Years are counted up to ``cut_off_on``."""

    __tablename__ = "batch"
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    cut_off_on: Mapped[date]
    applies_from: Mapped[datetime]
    applies_until: Mapped[datetime]
    held_from: Mapped[date]
    held_until: Mapped[date]
    fee_fen: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="open")
    __table_args__ = (
        CheckConstraint("state IN ('draft','open','closed')", name="state"),
        CheckConstraint("applies_from < applies_until AND held_from <= held_until", name="dates"),
        UniqueConstraint("id", "body_id"),
        Index(None, "body_id", "id"),
    )


class BatchOccupation(Tenant, Base):
    """``specification_id``: the body's own filed specification, taken ``specified_at`` when this was announced, stands
    in place of the national standard; a later version does not change it."""

    __tablename__ = "batch_occupation"
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    occupation_code: Mapped[str]
    level: Mapped[str]
    standard_version: Mapped[str]
    specification_id: Mapped[int | None] = mapped_column(ForeignKey("specification.id"))
    specified_at: Mapped[datetime | None]
    parts: Mapped[list[str]]
    __table_args__ = (
        UniqueConstraint("batch_id", "occupation_code", "level"),
        CheckConstraint(levels_check("level"), name="level"),
        CheckConstraint("(specification_id IS NULL) = (specified_at IS NULL)", name="specified"),
        access(DELETED_BY_PAGES),
    )


class Application(Tenant, Base):
    """报名: one person, occupation and level; one verdict, one photo, one ticket.

    Its standard is a reference: ``specification_id``, the body's filed specification and version, or where there is
    none ``standard_version`` of the national standard.
    Only one of them is live at a time, whatever the body: a further ``attempt`` begins when the one before has ended.
    """

    __tablename__ = "application"
    number: Mapped[str] = mapped_column(unique=True)
    batch_id: Mapped[int]
    candidate_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    occupation_code: Mapped[str]
    level: Mapped[str]
    standard_version: Mapped[str]
    specification_id: Mapped[int | None] = mapped_column(ForeignKey("specification.id"))
    parts: Mapped[list[str]]
    attempt: Mapped[int] = mapped_column(default=1)
    first_application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    state: Mapped[str] = mapped_column(default=ApplicationState.DRAFT)
    verdict_id: Mapped[int | None] = mapped_column(ForeignKey("verdict.id"))
    special_needs: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(one_of("state", ApplicationState), name="state"),
        CheckConstraint(levels_check("level"), name="level"),
        ForeignKeyConstraint(["batch_id", "body_id"], ["batch.id", "batch.body_id"], name="fk_application_batch"),
        ForeignKeyConstraint(
            ["candidate_id", "body_id"], ["candidate.id", "candidate.body_id"], name="fk_application_candidate"
        ),
        UniqueConstraint("id", "body_id"),
        Index(
            "uq_application_live",
            "person_id",
            "occupation_code",
            "level",
            unique=True,
            postgresql_where=text(in_states(LIVE_APPLICATION)),
        ),
        Index(None, "batch_id", "state", "id"),
        Index(None, "candidate_id"),
        Index(None, "person_id"),
        access(NO_DELETE),
    )


class Roster(Tenant, Base):
    """A list of people on its way in: a file or a paste, its columns, its rows, and how far it has come.

    ``photos`` tells of the newest zip: ``{state: reading|read|failed, name, at, fitted, wrong, problems, fault}``.
    """

    __tablename__ = "roster"
    batch_id: Mapped[int]
    name: Mapped[str]
    content_digest: Mapped[bytes] = mapped_column(LargeBinary)
    document_key: Mapped[str]
    state: Mapped[str] = mapped_column(default="uploaded")
    sheet: Mapped[dict[str, Any]] = mapped_column(default=dict)
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    row_count: Mapped[int] = mapped_column(default=0)
    done_count: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    photos: Mapped[dict[str, Any]] = mapped_column(MessageJson, default=dict)
    fault: Mapped[Message] = mapped_column(default=Message(""))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(
            "state IN ('uploaded','examining','examined','saving','saved','cancelled','failed')", name="state"
        ),
        ForeignKeyConstraint(["batch_id", "body_id"], ["batch.id", "batch.body_id"], name="fk_roster_batch"),
        Index(None, "body_id", "created_at", "id"),
        Index(None, "created_at", "id"),
        Index("ix_roster_waiting", "created_at", postgresql_where=text("state = 'examined'")),
    )


class RosterRow(Tenant, Base):
    """One line of the sheet as parsed and judged. The ID number is sealed; ``cells`` holds it masked."""

    __tablename__ = "roster_row"
    roster_id: Mapped[int] = mapped_column(ForeignKey("roster.id"))
    row_number: Mapped[int]
    name: Mapped[str]
    id_masked: Mapped[str]
    id_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    cells: Mapped[dict[str, Any]]
    problems: Mapped[list[Any]] = mapped_column(MessageJson)
    facts: Mapped[dict[str, Any]]
    lines: Mapped[list[Any]] = mapped_column(MessageJson)
    outcome: Mapped[str]
    reasons: Mapped[list[str]]
    shortfall_days: Mapped[int | None]
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))

    @property
    def level(self) -> str:
        """The level applied for, "" where the row says none. Rows of release 0.1.0 hold it as a number."""
        return str(self.cells.get("level") or "")

    __table_args__ = (
        CheckConstraint("outcome IN ('ok','no','unclear')", name="outcome"),
        UniqueConstraint("roster_id", "row_number"),
        Index(None, "roster_id", "outcome", "shortfall_days", "row_number"),
        Index("ix_roster_row_reasons", "reasons", postgresql_using="gin"),
        access(DELETED_BY_PAGES),
    )


class ColumnMemory(Tenant, Base):
    """The columns a body confirmed for a header row, remembered for the next file."""

    __tablename__ = "column_memory"
    header_digest: Mapped[bytes] = mapped_column(LargeBinary)
    mapping: Mapped[dict[str, Any]]
    __table_args__ = (UniqueConstraint("body_id", "header_digest"),)


class EmployerName(Tenant, Base):
    """Another employer's name that a roster used, and whether this body said to be it (a branch, a former name).

    ``plain`` is what names are compared by (``eligibility.plain_name``), ``written`` how the roster wrote it.
    """

    __tablename__ = "employer_name"
    plain: Mapped[str]
    written: Mapped[str]
    is_own: Mapped[bool]
    decided_by: Mapped[str]
    decided_on: Mapped[date]
    __table_args__ = (UniqueConstraint("body_id", "plain"), access(DELETED_BY_PAGES))
