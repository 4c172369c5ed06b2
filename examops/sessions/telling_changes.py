"""Bodies hear of a value that the city changed before it counts for their batches and sessions, each address once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from examops.catalogue import ValueChange, changes_decided_since
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.extensions import settings
from examops.filings import recipients_at
from examops.offices import Words, tell
from examops.organisations.models import Body
from examops.sessions.concerned import Concerned, concerned_by_body

KIND = "catalogue_change"
# Well below the 90 days after which the outbox forgets a notice: a key that it knows is told nobody twice.
LOOKED_BACK = timedelta(days=30)


def tell_of_changes(clock: Clock) -> int:
    """How many notices were posted. Chinese for every reader, as letters are."""
    return sum(_tell(change, clock) for change in changes_decided_since(clock.now() - LOOKED_BACK))


def _tell(change: ValueChange, clock: Clock) -> int:
    found = concerned_by_body(change.what, change.occupation.code, change.level, change.valid_from, change.valid_until)
    bodies = db.session.execute(select(Body).where(Body.id.in_(found)).order_by(Body.id)).scalars().all()
    return sum(_tell_body(change, body, found[body.id], clock) for body in bodies)


def _tell_body(change: ValueChange, body: Body, found: Concerned, clock: Clock) -> int:
    subject = f"{change.occupation.name}的取值自 {change.valid_from} 起改定"
    days = f"{change.valid_from} 起" + (f"（到 {change.valid_until} 为止）" if change.valid_until else "")
    line = (
        f"{body.name}：市里改定{change.occupation.name}的{change.label}，{days}由“{change.before}”改为“{change.after}”"
        f"（{change.document_number}）。"
        f"这一天起还可能考试的批次 {found.batches} 个、已排的场次 {found.sessions} 场，按考试当天的取值核对。"
    )
    text = f"{line}\n对照场次页上的核对，要改的早改。登录：{settings().public_url}/sessions/batches"
    about = f"{KIND}:{change.uid}:{body.uid}"
    return len(tell(recipients_at(body), Words(subject, text, line), kind=KIND, about=about, clock=clock))
