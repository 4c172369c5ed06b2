"""People who sign in, what they may do and where, their devices, and the privacy notice."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from examops.core.database import Base, Row, Tenant, one_of
from examops.core.table_access import DELETED_BY_PAGES, IN_SCOPE, Rights, access

ROLES = (
    "coordinator",
    "examiner",
    "proctor",
    "internal_supervisor",
    "supervisor",
    "city_bureau",
    "city_centre",
    "district_bureau",
    "district_centre",
    "security",
    "operator",
)
ENDINGS = ("taken_back", "moved")
AT_A_SITE = ("examiner", "proctor", "internal_supervisor", "security")

# What the web may read of an account: all but the hash. Accounts and grants are made by `examops setup` alone.
SHOWN = (
    "id",
    "uid",
    "created_at",
    "login",
    "name",
    "is_active",
    "session_epoch",
    "must_change_password",
    "last_sign_in_at",
)
# By the scope, and with the body where it was held: a grant of a body names no district.
FORMER_SEEN = " OR ".join((IN_SCOPE, "EXISTS (SELECT 1 FROM body WHERE body.id = former_grant.body_id)"))
FILLED_BY_JOBS = ("SELECT", "INSERT", "UPDATE", "DELETE")


class UserAccount(Row, Base):
    __tablename__ = "user_account"
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    # Deferred: the web may not read the column, only ask for the hash of one login (account_password()).
    password_hash: Mapped[str] = mapped_column(deferred=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    # Raised when the password changes or access is withdrawn: older browser sessions end at once.
    session_epoch: Mapped[int] = mapped_column(default=1)
    # Somebody else made the password and has read it: nothing opens until its owner has chosen another.
    must_change_password: Mapped[bool] = mapped_column(default=False)
    last_sign_in_at: Mapped[datetime | None]
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="user")
    __table_args__ = (access(Rights((f"SELECT ({', '.join(SHOWN)})", "UPDATE (last_sign_in_at)"), FILLED_BY_JOBS)),)


class RoleGrant(Row, Base):
    """A role with exactly one reach: a body, a site of a body, a district or the city. ``is_head``: of its office."""

    __tablename__ = "role_grant"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str]
    reach: Mapped[str]
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    district: Mapped[str | None]
    # Of an office: enters deputies for others, hands work out, and is told what stays overdue.
    is_head: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    user: Mapped[UserAccount] = relationship(back_populates="grants")
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        CheckConstraint(
            "(reach = 'body' AND body_id IS NOT NULL AND site_id IS NULL AND district IS NULL)"
            " OR (reach = 'site' AND body_id IS NOT NULL AND site_id IS NOT NULL AND district IS NULL)"
            " OR (reach = 'district' AND district IS NOT NULL AND body_id IS NULL)"
            " OR (reach = 'city' AND body_id IS NULL AND site_id IS NULL AND district IS NULL)",
            name="reach",
        ),
        # Batches and rosters belong to a whole body, offices to districts: only these work at one site.
        CheckConstraint(f"reach <> 'site' OR role IN {AT_A_SITE}", name="site_roles"),
        access(Rights(("SELECT",), FILLED_BY_JOBS), {}),  # read at sign-in, before any scope is known
    )


class FormerGrant(Row, Base):
    """What somebody held once: a :class:`RoleGrant` that was taken back (``how``) or given up for another body.

    Written by the functions that end grants alone (``account_take_back``, ``account_move``); never changed but for
    ``restored_at``. ``ended_by_role`` is the role it was ended in: what an operator took back, no body gives again.
    """

    __tablename__ = "former_grant"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str]
    reach: Mapped[str]
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    district: Mapped[str | None]
    held_since: Mapped[datetime]
    ended_at: Mapped[datetime]
    ended_by: Mapped[uuid.UUID]
    ended_by_name: Mapped[str]
    ended_by_role: Mapped[str]
    how: Mapped[str]
    reason: Mapped[str]
    restored_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("role", ROLES), name="role"),
        CheckConstraint(one_of("how", ENDINGS), name="how"),
        CheckConstraint("reason <> ''", name="reason"),
        access(Rights(("SELECT",), FILLED_BY_JOBS), {"scope": f"USING ({FORMER_SEEN})"}),
    )


class PasswordLink(Row, Base):
    """A link by which somebody sets a new password once, until ``expires_at``. Only the digest of its code is kept.

    Made and used by functions alone: whoever could write it could enter as anybody.
    """

    __tablename__ = "password_link"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_by: Mapped[uuid.UUID]
    made_by_name: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (access(Rights(("SELECT",), FILLED_BY_JOBS)),)


class BrowserSession(Row, Base):
    """Somebody signed in on a browser. Only the digest of the cookie's token is kept.

    ``epoch`` is the account's ``session_epoch`` at sign-in; when that has been raised, the session has ended.
    """

    __tablename__ = "browser_session"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    epoch: Mapped[int]
    signed_in_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        access(
            Rights(
                ("SELECT", "INSERT", "UPDATE (epoch, last_seen_at, ended_at)"),
                ("SELECT", "INSERT", "UPDATE (ended_at)", "DELETE"),
            )
        ),
    )


class PrivacyNotice(Row, Base):
    __tablename__ = "privacy_notice"
    version: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str]
    body_text: Mapped[str]
    published_at: Mapped[datetime]


class NoticeAcceptance(Row, Base):
    __tablename__ = "notice_acceptance"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(ForeignKey("privacy_notice.version"))
    accepted_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("user_id", "version"),)


class Device(Tenant, Base):
    """A recorder box or a desk tablet, paired by a one-time code; its token is stored as a digest."""

    __tablename__ = "device"
    kind: Mapped[str]
    name: Mapped[str]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    paired_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("id", "body_id"),
        CheckConstraint("kind IN ('recorder','desk')", name="kind"),
        Index(None, "site_id", "id"),
        Index(None, "revoked_at", "id"),
    )


class PairingCode(Tenant, Base):
    __tablename__ = "pairing_code"
    kind: Mapped[str]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    code_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_pairing_code_open", "site_id", postgresql_where="used_at IS NULL"),)


class AttemptCounter(Base):
    """Attempts per key (``sign-in:address``) and window, for rate limits that all web processes share."""

    __tablename__ = "attempt_counter"
    key: Mapped[str] = mapped_column(primary_key=True)
    window_at: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    __table_args__ = (Index(None, "window_at"), access(DELETED_BY_PAGES))
