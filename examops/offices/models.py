"""Deputies of officers, and the addresses at which people with an account are reached."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, literal_column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Row, one_of
from examops.core.table_access import NO_DELETE, Rights, access

OFFICES = ("city_bureau", "city_centre", "district_bureau", "district_centre")
# A range of one number stands for an office, as needs no extension: see ``overlap_guard``.
_HASH = "hashtext(role || coalesce(district, ''))"
OFFICE_KEY = f"int4range({_HASH}, {_HASH}, '[]')"
OF_OFFICE = "(SELECT scope_everything()) OR district = ANY ((SELECT scope_districts())::text[])"
# Whoever works with a person's body or district reaches them; nobody else reads an address.
REACHED = (
    "(SELECT scope_everything()) OR EXISTS (SELECT 1 FROM role_grant g LEFT JOIN body b ON b.id = g.body_id"
    " WHERE g.user_id = account_contact.user_id AND (g.body_id = ANY ((SELECT scope_bodies())::bigint[])"
    " OR g.district = ANY ((SELECT scope_districts())::text[])"
    " OR b.district = ANY ((SELECT scope_districts())::text[])))"
)


class Deputy(Row, Base):
    """代理: ``officer_id`` acts for ``for_id`` during that time. Both sit in the office of ``role`` and ``district``
    (None: the city's). It ends by itself, or is taken back (``revoked_at``)."""

    __tablename__ = "deputy"
    officer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    for_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str]
    district: Mapped[str | None]
    during: Mapped[Range[datetime]]
    entered_by: Mapped[uuid.UUID]
    entered_by_name: Mapped[str]
    revoked_at: Mapped[datetime | None]
    revoked_by_name: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        CheckConstraint("officer_id <> for_id", name="somebody_else"),
        CheckConstraint(one_of("role", OFFICES), name="role"),
        CheckConstraint("NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)", name="during"),
        ExcludeConstraint(
            (literal_column("int8range(for_id, for_id, '[]')"), "&&"),
            (literal_column(OFFICE_KEY), "&&"),
            ("during", "&&"),
            name="one_deputy_at_a_time",
            using="gist",
            where=text("revoked_at IS NULL"),
        ),
        Index("ix_deputy_officer", "officer_id", postgresql_where=text("revoked_at IS NULL")),
        access(
            Rights(("SELECT", "INSERT", "UPDATE (revoked_at, revoked_by_name)"), ("SELECT", "INSERT", "UPDATE")),
            policies={"scope": f"USING ({OF_OFFICE})"},
        ),
    )


class AccountContact(Row, Base):
    """Where notices for a person go; either may be empty. Each person enters their own."""

    __tablename__ = "account_contact"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), unique=True)
    email: Mapped[str] = mapped_column(default="")
    mobile: Mapped[str] = mapped_column(default="")
    __table_args__ = (access(NO_DELETE, policies={"scope": f"USING ({REACHED})"}),)
