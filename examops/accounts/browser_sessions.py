"""Browser sessions, kept by the server: the cookie holds a random token, the table whether and until when it counts.

A cookie that was copied dies with the session: at sign-out, at "sign out everywhere", when the password changes, and
when the session has been idle or has lasted too long for the roles of its person.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from examops.accounts.models import BrowserSession, UserAccount
from examops.accounts.roles import Account
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.keys import digest_of

# (without a request, in all). On duty in a room people look at a screen for hours, and an exam day is long; an
# operator's browser reaches everything. Whoever holds several roles gets the shortest.
STRICT = timedelta(minutes=30), timedelta(hours=10)
OFFICE = timedelta(hours=2), timedelta(hours=12)
ROOM = timedelta(hours=6), timedelta(hours=14)
LIMITS = {"operator": STRICT, "security": STRICT, "examiner": ROOM, "proctor": ROOM, "internal_supervisor": ROOM}
SEEN_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=30)


def limits_of(roles: Iterable[str]) -> tuple[timedelta, timedelta]:
    """(idle, absolute): the shortest of the roles; the strict ones without a role."""
    found = [LIMITS.get(role, OFFICE) for role in roles] or [STRICT]
    return min(idle for idle, _ in found), min(whole for _, whole in found)


def open_session(user: UserAccount, clock: Clock) -> str:
    """A new session of this person; returns the token for the cookie, of which only the digest is kept."""
    token, now = secrets.token_urlsafe(32), clock.now()
    values = {"user_id": user.id, "epoch": user.session_epoch, "signed_in_at": now, "last_seen_at": now}
    db.session.add(BrowserSession(token_digest=digest_of(token), **values))
    db.session.flush()
    return token


@dataclass(frozen=True)
class OpenSession:
    """What every request asks of its session."""

    id: int
    signed_in_at: datetime
    last_seen_at: datetime


def has_ended(session: OpenSession, roles: Iterable[str], now: datetime) -> bool:
    idle, whole = limits_of(roles)
    return now - session.last_seen_at > idle or now - session.signed_in_at > whole


def touch(session: OpenSession, now: datetime) -> bool:
    """Write down that it is in use, once a minute at most. Commits then, so that no page holds the row, and says so."""
    if now - session.last_seen_at < SEEN_EVERY:
        return False
    seen = update(BrowserSession).where(BrowserSession.id == session.id, BrowserSession.last_seen_at < now)
    db.session.execute(seen.values(last_seen_at=now).execution_options(synchronize_session=False))
    db.session.commit()
    return True


def end_session(token: str, clock: Clock) -> None:
    """Ending twice changes nothing."""
    _end(BrowserSession.token_digest == digest_of(token), clock)


def end_sessions_of(user: Account, clock: Clock) -> int:
    """All browsers of this person are signed out; returns how many sessions that ended."""
    return _end(BrowserSession.user_id == user.id, clock)


def _end(whose: ColumnElement[bool], clock: Clock) -> int:
    ended = update(BrowserSession).where(whose, BrowserSession.ended_at.is_(None)).values(ended_at=clock.now())
    done = db.session.execute(ended.returning(BrowserSession.id).execution_options(synchronize_session=False))
    return len(done.all())


def move_to_epoch(token: str, epoch: int) -> None:
    """This session goes on after the password was changed in it; all others of the person have ended."""
    found = update(BrowserSession).where(BrowserSession.token_digest == digest_of(token))
    db.session.execute(found.values(epoch=epoch).execution_options(synchronize_session=False))


def purge_sessions(clock: Clock) -> int:
    """Drop what has ended or was not in use for a month; returns how many."""
    before = clock.now() - KEPT
    old = or_(BrowserSession.ended_at < before, BrowserSession.last_seen_at < before)
    count = db.session.execute(select(func.count()).select_from(BrowserSession).where(old)).scalar_one()
    db.session.execute(delete(BrowserSession).where(old))
    return int(count)
