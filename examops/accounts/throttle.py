"""Rate limits shared by all web processes: a counter per key and window in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from examops.accounts.models import AttemptCounter
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import TooManyAttempts
from examops.core.language import N_


def _window(clock: Clock, minutes: int) -> datetime:
    now = clock.now().replace(second=0, microsecond=0)
    return now - timedelta(minutes=now.minute % minutes)


OF_ACCOUNTS = N_("{minutes} 分钟后再试；忘记密码请联系本单位管理员")


def count_attempt(key: str, *, limit: int, minutes: int, clock: Clock, advice: str = OF_ACCOUNTS) -> None:
    """Count one attempt; raise :class:`TooManyAttempts` beyond the limit of this window."""
    window = _window(clock, minutes)
    statement = insert(AttemptCounter).values(key=key, window_at=window, count=1)
    grown = statement.on_conflict_do_update(
        index_elements=["key", "window_at"], set_={"count": AttemptCounter.count + 1}
    ).returning(AttemptCounter.count)
    if db.session.execute(grown).scalar_one() > limit:
        raise TooManyAttempts(advice=advice, limit=limit, minutes=minutes)


def forget_attempts(key: str) -> None:
    db.session.execute(delete(AttemptCounter).where(AttemptCounter.key == key))


def forget_attempts_of(kind: str, name: str) -> None:
    """Of ``kind:ADDRESS:name``, whatever the address."""
    of_kind = AttemptCounter.key.startswith(f"{kind}:", autoescape=True)
    db.session.execute(delete(AttemptCounter).where(of_kind, AttemptCounter.key.endswith(f":{name}", autoescape=True)))


def purge_attempts(clock: Clock) -> int:
    """Drop windows older than a day; returns how many."""
    old = AttemptCounter.window_at < clock.now() - timedelta(days=1)
    count = db.session.execute(select(func.count()).select_from(AttemptCounter).where(old)).scalar_one()
    db.session.execute(delete(AttemptCounter).where(old))
    return int(count)
