"""Who a request's cookie stands for, in one query: the session, its person, what they hold, the notice that waits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from examops.accounts.grants import ActiveGrant
from examops.accounts.models import BrowserSession, NoticeAcceptance, PrivacyNotice, RoleGrant, UserAccount
from examops.core.database import db
from examops.core.keys import digest_of

NEWEST = select(func.max(PrivacyNotice.version)).scalar_subquery()
ACCEPTED = (
    select(NoticeAcceptance.id)
    .where(NoticeAcceptance.user_id == UserAccount.id, NoticeAcceptance.version == NEWEST)
    .exists()
)
# Nothing is to be accepted where there is no notice.
WAITS = NEWEST.is_not(None) & ~ACCEPTED
FOUND = (
    select(BrowserSession, UserAccount, RoleGrant, WAITS.label("notice_waits"))
    .join(UserAccount, UserAccount.id == BrowserSession.user_id)
    .outerjoin(RoleGrant, RoleGrant.user_id == UserAccount.id)
    .where(BrowserSession.ended_at.is_(None), UserAccount.is_active, UserAccount.session_epoch == BrowserSession.epoch)
    .order_by(RoleGrant.id)
)


@dataclass(frozen=True)
class SignedIn:
    """``grants`` in order of assignment; ``notice_waits`` while the newest privacy notice is not accepted."""

    session: BrowserSession
    user: UserAccount
    grants: list[ActiveGrant]
    notice_waits: bool


def find_signed_in(token: str) -> SignedIn | None:
    """Unless the session was ended or its person may not sign in; limits of time are asked separately."""
    rows = db.session.execute(FOUND.where(BrowserSession.token_digest == digest_of(token))).all()
    if not rows:
        return None
    grants = [ActiveGrant.of(row.RoleGrant) for row in rows if row.RoleGrant]
    return SignedIn(rows[0].BrowserSession, rows[0].UserAccount, grants, rows[0].notice_waits)
