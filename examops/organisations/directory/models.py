"""What the public may read about bodies: no person is named, no credit code, nothing of a filing's documents."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, literal_column, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Tenant, one_of
from examops.core.table_access import NO_DELETE, access

# Written where a decision about the body is taken: by the offices and by the system, never by the body itself. Read by
# everybody, and said so without a condition: below one, PostgreSQL may look at no row by its terms before it knows that
# the row is in scope, so no search would use their index.
BY_OFFICES = "(SELECT scope_everything()) OR district = ANY ((SELECT scope_districts())::text[])"
PUBLISHED = {
    "reading": "FOR SELECT USING (true)",
    "adding": f"FOR INSERT WITH CHECK ({BY_OFFICES})",
    "changing": f"FOR UPDATE USING ({BY_OFFICES}) WITH CHECK ({BY_OFFICES})",
}
FILED, SUSPENDED, LEAVING, ENDED = "filed", "suspended", "leaving", "ended"
# One number for body, occupation and level, whose range GiST compares without an extension, see overlap_guard.
OFFER = "hashtextextended(body_id::text || '/' || occupation_code || '/' || level, 0)"


class DirectoryEntry(Tenant, Base):
    """目录条目: what a body was published with for one occupation and level, from a day until before another.

    ``leaving``: its exit is decided and a last session is still to be held; it takes no applications again.
    The rows are the history; a row that stood for no whole day has an empty range.
    """

    __tablename__ = "directory_entry"
    standing: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    address: Mapped[str]
    telephone: Mapped[str]
    area: Mapped[str] = mapped_column(default="", server_default=text("''"))
    occupation_code: Mapped[str]
    occupation_name: Mapped[str]
    level: Mapped[str]
    standard: Mapped[str]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)

    @property
    def last_day(self) -> date | None:
        """The last day on which it held; None while it holds."""
        return self.valid.upper - timedelta(days=1) if self.valid.upper else None

    __table_args__ = (
        CheckConstraint(one_of("standing", (FILED, SUSPENDED, LEAVING)), name="standing"),
        ExcludeConstraint(
            (literal_column(f"int8range({OFFER},{OFFER},'[]')"), "&&"),
            ("valid", "&&"),
            name="no_overlap_directory",
            using="gist",
        ),
        Index(None, "body_id", "id"),
        access(NO_DELETE, PUBLISHED),
    )


class DirectoryCard(Tenant, Base):
    """目录卡片: a body as the directory lists it today, found by ``terms``; rewritten with its entries.

    ``offers`` are ``[{code, name, standard, levels}]`` in order of their names. ``sort_key`` orders the list: bodies
    that anybody may apply to first. A body that left keeps its card, ``ended``, because its page stays.
    """

    __tablename__ = "directory_card"
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), unique=True)
    standing: Mapped[str]
    standing_since: Mapped[date]
    filed_on: Mapped[date]
    kind: Mapped[str]
    name: Mapped[str]
    address: Mapped[str]
    telephone: Mapped[str]
    area: Mapped[str] = mapped_column(default="", server_default=text("''"))
    offers: Mapped[list[Any]]
    terms: Mapped[list[str]]
    sort_key: Mapped[int]
    __table_args__ = (
        CheckConstraint(one_of("standing", (FILED, SUSPENDED, LEAVING, ENDED)), name="standing"),
        Index("ix_directory_card_listed", "sort_key", postgresql_where="standing <> 'ended'"),
        Index(
            "ix_directory_card_terms",
            "terms",
            postgresql_using="gin",
            postgresql_where="standing <> 'ended'",
            postgresql_with={"fastupdate": "off"},  # entries that wait in a list make the index too dear to be chosen
        ),
        access(NO_DELETE, PUBLISHED),
    )
