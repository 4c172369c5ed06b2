"""Who a request's cookie stands for, in one query: the session, its person, what they hold, the notice that waits.

Every request asks this, so the query is made once, and rows that are only read are read as columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, func, select

from examops.accounts.browser_sessions import OpenSession
from examops.accounts.grants import ActiveGrant
from examops.accounts.models import BrowserSession, NoticeAcceptance, PrivacyNotice, RoleGrant, UserAccount
from examops.core.keys import digest_of
from examops.core.prepared import Prepared

NEWEST = select(func.max(PrivacyNotice.version)).scalar_subquery()
ACCEPTED = (
    select(NoticeAcceptance.id)
    .where(NoticeAcceptance.user_id == UserAccount.id, NoticeAcceptance.version == NEWEST)
    .exists()
)
# Nothing is to be accepted where there is no notice.
WAITS = NEWEST.is_not(None) & ~ACCEPTED
GRANT = ("uid", "id", "role", "reach", "body_id", "site_id", "district")  # in the order of ActiveGrant
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
        *(getattr(RoleGrant, name).label(f"grant_{name}") for name in GRANT),
    )
    .join(UserAccount, UserAccount.id == BrowserSession.user_id)
    .outerjoin(RoleGrant, RoleGrant.user_id == UserAccount.id)
    .where(
        BrowserSession.token_digest == bindparam("token_digest", type_=LargeBinary),
        BrowserSession.ended_at.is_(None),
        UserAccount.is_active,
        UserAccount.session_epoch == BrowserSession.epoch,
    )
    .order_by(RoleGrant.id)
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
    """``grants`` in order of assignment; ``notice_waits`` while the newest privacy notice is not accepted."""

    session: OpenSession
    user: SignedInUser
    grants: list[ActiveGrant]
    notice_waits: bool


def find_signed_in(token: str) -> SignedIn | None:
    """Unless the session was ended or its person may not sign in; limits of time are asked separately."""
    rows = FOUND.all(token_digest=digest_of(token))
    if not rows:
        return None
    user, notice_waits, session = rows[0][:4], rows[0][4], rows[0][5:8]
    grants = [ActiveGrant(*row[8:]) for row in rows if row.grant_id is not None]
    return SignedIn(OpenSession(*session), SignedInUser(*user), grants, notice_waits)
