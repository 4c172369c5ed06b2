"""Everybody on duty: qualifications and reasons to step aside."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, FetchedValue, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Tenant
from examops.core.table_access import across_bodies


class StaffMember(Tenant, Base):
    """A human being as one body registers them. Who it is, whatever the body, says ``person_id``.

    The database fills it (function ``staff_person``): rows of one user account are one person, any other row begins
    as a person of its own; :func:`examops.staff.identify` joins those with the same ID number.
    """

    __tablename__ = "staff_member"
    name: Mapped[str]
    team: Mapped[str] = mapped_column(default="")
    telephone: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), server_default=FetchedValue(), server_onupdate=FetchedValue()
    )
    id_masked: Mapped[str] = mapped_column(default="", server_default=text("''"))
    __table_args__ = (
        UniqueConstraint("id", "person_id"),
        Index(None, "body_id", "id"),
        Index(None, "body_id", "name"),
        Index(None, "person_id"),
        Index(None, "user_id"),
    )


class Qualification(Tenant, Base):
    """A card: examiner or senior examiner of an occupation, proctor, internal supervisor."""

    __tablename__ = "qualification"
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    kind: Mapped[str]
    occupation_code: Mapped[str] = mapped_column(default="")
    card_number: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    __table_args__ = (
        CheckConstraint("kind IN ('examiner','senior_examiner','proctor','internal_supervisor')", name="kind"),
        CheckConstraint("valid_from <= valid_until", name="dates"),
    )


class RecusalRelation(Tenant, Base):
    """Why this person must not examine that candidate: who said so, when, and on which days it holds.

    ``source``: ``declared`` by themselves, ``paper`` where the coordinator entered what they signed, ``unknown`` for
    rows of before 0.2. No ``valid_from`` is since ever, no ``valid_until`` still. ``withdrawn_at``: said by mistake.
    """

    __tablename__ = "recusal_relation"
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_member.id", info=across_bodies("the relation is to whoever is on duty, lent people too"))
    )
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"))
    relation: Mapped[str]
    source: Mapped[str] = mapped_column(default="unknown", server_default=text("'unknown'"))
    declared_by: Mapped[str] = mapped_column(default="", server_default=text("''"))
    declared_by_uid: Mapped[uuid.UUID | None]
    declared_at: Mapped[datetime | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("source IN ('declared','paper','unknown')", name="source"),
        CheckConstraint("source = 'unknown' OR (declared_by <> '' AND declared_at IS NOT NULL)", name="declared"),
        CheckConstraint("valid_from <= valid_until", name="dates"),
        Index(
            "uq_recusal_relation_standing",
            "staff_id",
            "candidate_id",
            "relation",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL AND valid_until IS NULL"),
        ),
        CheckConstraint("relation IN ('superior','same_team','taught','relative')", name="relation"),
        Index(None, "candidate_id"),
    )
