"""Persons (one for the city), candidates (one per body and person), the evidence about them, verdicts."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from config.levels import levels_check
from examops.core.database import Base, MessageJson, Row, Tenant
from examops.core.table_access import NO_DELETE, NOTHING, access

SOURCES = "source IN ('typed','document','official')"


class Person(Row, Base):
    """Reached only through ``person_for()`` and ``person_sealed()``; no role may read the table.

    Somebody on duty whose ID number nobody has entered yet is a row without one.
    """

    __tablename__ = "person"
    id_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    id_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_version: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("num_nulls(id_hash, id_sealed, key_version) IN (0, 3)", name="known"),
        access(NOTHING),
    )


class Candidate(Tenant, Base):
    __tablename__ = "candidate"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    id_masked: Mapped[str]
    sex: Mapped[str]
    born_on: Mapped[date | None]
    telephone: Mapped[str] = mapped_column(default="")
    team: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    photo_key: Mapped[str] = mapped_column(default="")
    photo_state: Mapped[str] = mapped_column(default="missing")
    __table_args__ = (
        UniqueConstraint("body_id", "person_id"),
        UniqueConstraint("id", "body_id"),
        CheckConstraint("kind IN ('employee','agency','student','social')", name="kind"),
        CheckConstraint("photo_state IN ('missing','waiting','accepted','refused')", name="photo_state"),
        Index(None, "body_id", "name"),
    )


class Employment(Tenant, Base):
    """A spell of work. For an agency worker the employer is the agency and the host is where the work is done."""

    __tablename__ = "employment"
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    kind: Mapped[str]
    employer: Mapped[str]
    employer_code: Mapped[str] = mapped_column(default="")
    host: Mapped[str] = mapped_column(default="")
    host_code: Mapped[str] = mapped_column(default="")
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    insured_in: Mapped[str] = mapped_column(default="")
    works_in: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    as_of: Mapped[date]
    seen_by: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        CheckConstraint("kind IN ('own','agency')", name="kind"),
        CheckConstraint(SOURCES, name="source"),
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="dates"),
    )


class Credential(Tenant, Base):
    """A certificate, title, graduation or enrolment that a level condition may rest on."""

    __tablename__ = "credential"
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    kind: Mapped[str]
    occupation_code: Mapped[str] = mapped_column(default="")
    level: Mapped[str | None]
    number: Mapped[str] = mapped_column(default="")
    institution: Mapped[str] = mapped_column(default="")
    dated_on: Mapped[date | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    source: Mapped[str]
    as_of: Mapped[date]
    seen_by: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        CheckConstraint("kind IN ('certificate','graduation','enrolment','apprenticeship')", name="kind"),
        CheckConstraint(SOURCES, name="source"),
        CheckConstraint(levels_check("level"), name="level"),
    )


class StoredVerdict(Tenant, Base):
    """Every clause with value, source, limit and outcome, and the inputs to judge again from."""

    __tablename__ = "verdict"
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    occupation_code: Mapped[str]
    level: Mapped[str]
    cut_off_on: Mapped[date]
    outcome: Mapped[str]
    lines: Mapped[list[Any]] = mapped_column(MessageJson)
    inputs: Mapped[dict[str, Any]]
    __table_args__ = (
        CheckConstraint("outcome IN ('ok','no','unclear')", name="outcome"),
        CheckConstraint(levels_check("level"), name="level"),
        access(NO_DELETE),
    )
