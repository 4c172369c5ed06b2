"""Everybody on duty: what they are, when they are free, and reasons to step aside."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, FetchedValue, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapped, mapped_column

from config.levels import LETTERS
from examops.core.database import Base, Row, Tenant, one_of
from examops.core.table_access import NO_DELETE, access, across_bodies

KINDS = (
    "manager",
    "exam_affairs",
    "proctor",
    "examiner",
    "senior_examiner",
    "expert",
    "internal_supervisor",
    "supervisor",
)
CITY_KINDS = ("supervisor", "inspector", "expert")
CITY_RELATIONS = ("employed", "taught", "relative", "interest")
OF_CITY = {"scope": "USING ((SELECT scope_everything()))"}
RELATION_SOURCES = ("declared", "paper", "imported", "unknown")
LEVELS = ", ".join(repr(letter) for letter in LETTERS)


class StaffMember(Tenant, Base):
    """A human being as one body registers them. Who it is, whatever the body, says ``person_id``.

    The database fills it (function ``staff_person``): rows of one user account are one person, any other row begins
    as a person of its own; :func:`examops.staff.identify` joins those with the same ID number. ``employer`` is where
    they work, empty for the body itself; ``teaches`` are classes and teams whose candidates they taught.
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
    employer: Mapped[str] = mapped_column(default="", server_default=text("''"))
    teaches: Mapped[list[str]] = mapped_column(default=list, server_default=text("'{}'::text[]"))
    __table_args__ = (
        UniqueConstraint("id", "person_id"),
        Index(None, "body_id", "id"),
        Index(None, "body_id", "name"),
        Index(None, "person_id"),
        Index(None, "user_id"),
    )


class Qualification(Tenant, Base):
    """What somebody is, from when until when: by a card (examiner, proctor …) or by appointment (manager, expert …).

    ``levels`` is empty where nothing says which: then it covers all. ``card_number`` is the number of the card or of
    the letter of appointment. Ended before its day, ``valid_until`` is the last day, ``printed_until`` what the card
    says, and ``end_reason`` why.
    """

    __tablename__ = "qualification"
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    kind: Mapped[str]
    occupation_code: Mapped[str] = mapped_column(default="")
    levels: Mapped[list[str]] = mapped_column(default=list, server_default=text("'{}'::text[]"))
    card_number: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    printed_until: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(default="", server_default=text("''"))
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint("valid_from <= valid_until", name="dates"),
        CheckConstraint(f"levels <@ ARRAY[{LEVELS}]::text[]", name="levels"),
        CheckConstraint("(printed_until IS NULL) = (end_reason = '')", name="ended"),
    )


class Availability(Tenant, Base):
    """When somebody can come or cannot, as they said themselves (``is_own``) or as the body entered for them.

    Who has said nothing may be asked. ``withdrawn_at``: no longer so; the row stays.
    """

    __tablename__ = "availability"
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    during: Mapped[Range[datetime]]
    is_free: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    is_own: Mapped[bool]
    written_by: Mapped[str]
    written_by_uid: Mapped[uuid.UUID | None]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("NOT isempty(during) AND lower(during) IS NOT NULL AND upper(during) IS NOT NULL", name="span"),
        Index(None, "staff_id"),
        access(NO_DELETE),
    )


class RecusalRelation(Tenant, Base):
    """Why this person must not examine that candidate: who said so, when, and on which days it holds.

    ``source``: ``declared`` by themselves, ``paper`` where the coordinator entered what they signed, ``imported`` from
    a sheet, ``unknown`` for rows of before 0.2. No ``valid_from`` is since ever, no ``valid_until`` still.
    ``withdrawn_at``: said by mistake.
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
        CheckConstraint(one_of("source", RELATION_SOURCES), name="source"),
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


class CityPerson(Row, Base):
    """Somebody of the city, of no body: outer supervisor, inspector or expert. Only the city's offices see them.

    ``letter`` is the number of the appointment. Ended before its day, ``valid_until`` is the last day and
    ``end_reason`` says why.
    """

    __tablename__ = "city_person"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    kind: Mapped[str]
    id_masked: Mapped[str]
    telephone: Mapped[str] = mapped_column(default="")
    employer: Mapped[str] = mapped_column(default="")
    letter: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    end_reason: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    __table_args__ = (
        CheckConstraint(one_of("kind", CITY_KINDS), name="kind"),
        CheckConstraint("valid_from <= valid_until", name="dates"),
        UniqueConstraint("id", "person_id"),
        UniqueConstraint("person_id", "kind"),
        access(NO_DELETE, policies=OF_CITY),
    )


class CityAvailability(Row, Base):
    """As :class:`Availability`, of somebody of the city."""

    __tablename__ = "city_availability"
    city_person_id: Mapped[int] = mapped_column(ForeignKey("city_person.id"), index=True)
    during: Mapped[Range[datetime]]
    is_free: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    is_own: Mapped[bool]
    written_by: Mapped[str]
    written_by_uid: Mapped[uuid.UUID | None]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("NOT isempty(during) AND lower(during) IS NOT NULL AND upper(during) IS NOT NULL", name="span"),
        access(NO_DELETE, policies=OF_CITY),
    )


class CityRecusal(Row, Base):
    """Why somebody of the city must not be sent to a body, or to where one candidate sits.

    ``related_person_id`` is the person of that candidate, known by the ID number; ``about`` is what the entry calls
    them. ``is_own``: declared by themselves. ``withdrawn_at``: said by mistake, or no longer so.
    """

    __tablename__ = "city_recusal"
    city_person_id: Mapped[int] = mapped_column(ForeignKey("city_person.id"), index=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    related_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    about: Mapped[str]
    relation: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    is_own: Mapped[bool]
    declared_by: Mapped[str]
    declared_by_uid: Mapped[uuid.UUID | None]
    declared_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("relation", CITY_RELATIONS), name="relation"),
        CheckConstraint("num_nonnulls(body_id, related_person_id) = 1", name="one_side"),
        access(NO_DELETE, policies=OF_CITY),
    )
