"""Who a request's cookie stands for, in one query: the session, its person, what they hold, the notice that waits.

Every request asks this, so the query is made once and sets the person's scope too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Text, bindparam, case, cast, func, literal, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by

from examops.accounts.browser_sessions import OpenSession
from examops.accounts.grants import ActiveGrant
from examops.accounts.models import BrowserSession, NoticeAcceptance, PrivacyNotice, RoleGrant, UserAccount
from examops.core.keys import digest_of
from examops.core.prepared import Prepared

# The newest of each kind is one step down an index. Nothing is to be accepted where there is no notice.
_NEWEST = select(func.max(PrivacyNotice.version)).scalar_subquery()
_ACCEPTED = (
    select(func.max(NoticeAcceptance.version)).where(NoticeAcceptance.user_id == UserAccount.id).scalar_subquery()
)
WAITS = func.coalesce(func.coalesce(_ACCEPTED, 0) < _NEWEST, False)
GRANT = ("uid", "id", "role", "reach", "body_id", "site_id", "district")  # in the order of ActiveGrant


def _listed(column: Any) -> Any:
    """What a setting of :class:`~examops.core.scope.Scope` lists: each once, in order."""
    return func.coalesce(cast(func.array_agg(column.distinct()).filter(column.is_not(None)), Text), "{}")


# All that the person holds, and what the scope of all of it is set to: it is set where it is read, which saves every
# request a statement. Whether that is the scope that counts is decided by apply_scope, from the grants.
_HELD = (
    select(
        func.jsonb_agg(
            aggregate_order_by(func.jsonb_build_array(*(getattr(RoleGrant, name) for name in GRANT)), RoleGrant.id)
        ).label("grants"),
        case((func.bool_or(RoleGrant.reach == "city"), "on"), else_="off").label("everything"),
        _listed(RoleGrant.body_id).label("bodies"),
        _listed(RoleGrant.district).label("districts"),
        literal("off").label("public"),
        literal("off").label("system"),
    )
    .where(RoleGrant.user_id == UserAccount.id)
    .correlate(UserAccount)
    .lateral("held")
)
SETTINGS = ("everything", "bodies", "districts", "public", "system")
FOUND = Prepared(
    select(
        UserAccount.id,
        UserAccount.uid,
        UserAccount.name,
        UserAccount.must_change_password,
        WAITS.label("notice_waits"),
        BrowserSession.id.label("session_id"),
        BrowserSession.signed_in_at,
        BrowserSession.last_seen_at,
        _HELD.c.grants,
        *(func.set_config(f"examops.{name}", _HELD.c[name], true()).label(name) for name in SETTINGS),
    )
    .join(UserAccount, UserAccount.id == BrowserSession.user_id)
    .join(_HELD, true())
    .where(
        BrowserSession.token_digest == bindparam("token_digest", type_=LargeBinary),
        BrowserSession.ended_at.is_(None),
        UserAccount.is_active,
        UserAccount.session_epoch == BrowserSession.epoch,
    )
)


@dataclass(frozen=True)
class SignedInUser:
    """The account of whoever asks, as a request carries it; what changes it loads the row."""

    id: int
    uid: UUID
    name: str
    must_change_password: bool
    __tablename__ = UserAccount.__tablename__


@dataclass(frozen=True)
class SignedIn:
    """``grants`` in order of assignment; ``notice_waits`` while the newest privacy notice is not accepted.
    ``settings``: the scope of all grants, as it is set in the running transaction now."""

    session: OpenSession
    user: SignedInUser
    grants: list[ActiveGrant]
    notice_waits: bool
    settings: dict[str, str]


def find_signed_in(token: str) -> SignedIn | None:
    """Unless the session was ended or its person may not sign in; limits of time are asked separately."""
    row = FOUND.first(token_digest=digest_of(token))
    if row is None:
        return None
    grants = [ActiveGrant(UUID(uid), *rest) for uid, *rest in row.grants or ()]
    settings = dict(zip(SETTINGS, row[-len(SETTINGS) :], strict=True))
    return SignedIn(OpenSession(*row[5:8]), SignedInUser(*row[:4]), grants, row.notice_waits, settings)
