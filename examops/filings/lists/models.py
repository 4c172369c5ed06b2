"""A list that a filing counts people by, and the people on it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, MessageJson, Tenant, one_of
from examops.core.language import Message
from examops.core.table_access import DELETED_BY_PAGES, NO_DELETE, access
from examops.filings.models import seen_with_filing

INSURED, APPLICANTS = "insured", "applicants"
KINDS = (INSURED, APPLICANTS)
# in_force: the filing counts by it; replaced: it did, until another came.
STATES = ("examining", "examined", "in_force", "replaced", "cancelled", "failed")


class FilingList(Tenant, Base):
    """名册: of the insured, or of those who apply for the occupation ``subject`` (its code). ``as_of``: its own day.

    ``findings`` is what the examination found, see ``lists/findings.py``. ``counted`` are people, each once: of the
    insured over all entities, of the applicants those who are insured too. It counts once somebody else than its
    uploader has looked at it and ``is_sound``. ``document_key`` is empty once the file has been read and thrown away;
    ``erased_on``: since when only the numbers are kept.
    """

    __tablename__ = "filing_list"
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    as_of: Mapped[date]
    name: Mapped[str]
    content_digest: Mapped[bytes] = mapped_column(LargeBinary)
    document_key: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="examining")
    row_count: Mapped[int] = mapped_column(default=0)
    done_count: Mapped[int] = mapped_column(default=0)
    findings: Mapped[dict[str, Any]] = mapped_column(MessageJson, default=dict)
    counted: Mapped[int | None]
    fault: Mapped[Message] = mapped_column(default=Message(""))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    uploaded_by: Mapped[uuid.UUID]
    uploaded_by_name: Mapped[str]
    read_by: Mapped[uuid.UUID | None]
    read_by_name: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime | None]
    is_sound: Mapped[bool | None]
    note: Mapped[str] = mapped_column(default="")
    erased_on: Mapped[date | None]
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("(kind = 'insured') = (subject = '')", name="subject"),
        CheckConstraint("read_by IS NULL OR read_by <> uploaded_by", name="read_by_somebody_else"),
        CheckConstraint(
            "(read_by IS NULL) = (read_at IS NULL) AND (read_by IS NULL) = (is_sound IS NULL)", name="reading"
        ),
        CheckConstraint("is_sound IS DISTINCT FROM false OR note <> ''", name="what_is_wrong"),
        UniqueConstraint("id", "body_id"),
        Index(
            "uq_filing_list_in_force",
            "filing_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("state = 'in_force'"),
        ),
        Index(None, "filing_id", "id"),
        access(NO_DELETE, seen_with_filing("filing_list")),
    )


class ListedPerson(Tenant, Base):
    """A person on a list, at one entity: hash and sealed number, no name and no plain number."""

    __tablename__ = "listed_person"
    list_id: Mapped[int] = mapped_column(ForeignKey("filing_list.id"))
    id_hash: Mapped[bytes] = mapped_column(LargeBinary)
    id_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    credit_code: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("list_id", "id_hash", "credit_code"), access(DELETED_BY_PAGES))
