"""Bodies hear of a value that the city changed before it counts for their batches and sessions, each address once.

What was decided several times before a body heard of it is one notice with the value that counts at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select

from examops.catalogue import ValueChange, changes_decided_since
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.extensions import settings
from examops.core.language import Message
from examops.filings import recipients_at
from examops.offices import Words, tell
from examops.organisations.models import Body
from examops.outbox.models import OutboxNotice
from examops.sessions.concerned import Concerned, concerned_by_body

KIND = "catalogue_change"
# Well below the 90 days after which the outbox forgets a notice: a key that it knows is told nobody twice.
LOOKED_BACK = timedelta(days=30)
EARLIEST = timedelta(days=60)  # of what a newer decision follows
SETTLED = timedelta(minutes=30)  # whoever typed it wrong puts it right within that, and nobody heard of it
Row = Sequence[ValueChange]


def tell_of_changes(clock: Clock) -> int:
    """How many notices were posted. Chinese for every reader, as letters are."""
    first, last = clock.now() - LOOKED_BACK, clock.now() - SETTLED
    rows = rows_of(changes_decided_since(clock.now() - EARLIEST))
    return sum(_tell(row, clock) for row in rows if first <= row[-1].decided_at <= last)


def rows_of(changes: Iterable[ValueChange]) -> list[Row]:
    """Each: decisions about one value for the same days, every one beginning where the last one ended."""
    rows: dict[tuple[object, ...], list[ValueChange]] = {}
    ended: list[Row] = []
    for one in changes:
        named = (one.occupation.code, one.what, one.level, one.valid_from, one.valid_until)
        if named in rows and rows[named][-1].after != one.before:
            ended.append(rows.pop(named))  # other days came between them
        rows.setdefault(named, []).append(one)
    return sorted([*ended, *rows.values()], key=lambda row: row[-1].decided_at)


def _tell(row: Row, clock: Clock) -> int:
    last = row[-1]
    found = concerned_by_body(last.what, last.occupation.code, last.level, last.valid_from, last.valid_until)
    bodies = db.session.execute(select(Body).where(Body.id.in_(found)).order_by(Body.id)).scalars().all()
    return sum(_tell_body(row, body, found[body.id], clock) for body in bodies)


def _tell_body(row: Row, body: Body, found: Concerned, clock: Clock) -> int:
    heard = [one for one in row[:-1] if _has_heard(one, body)] if len(row) > 1 else []
    before = heard[-1].after if heard else row[0].before
    if before == row[-1].after and not heard:
        return 0  # there and back before anybody heard of it
    words = _words(row[-1], before, body, found)
    return len(tell(recipients_at(body), words, kind=KIND, about=_about(row[-1], body), clock=clock))


def _about(change: ValueChange, body: Body) -> str:
    return f"{KIND}:{change.uid}:{body.uid}"


def _has_heard(change: ValueChange, body: Body) -> bool:
    posted = select(OutboxNotice.id).where(OutboxNotice.kind == KIND)
    about = OutboxNotice.key.startswith(f"{_about(change, body)}:", autoescape=True)
    return db.session.execute(posted.where(about).limit(1)).first() is not None


def _words(change: ValueChange, before: Message, body: Body, found: Concerned) -> Words:
    subject = f"{change.occupation.name}的取值自 {change.valid_from} 起改定"
    days = f"{change.valid_from} 起" + (f"（到 {change.valid_until} 为止）" if change.valid_until else "")
    said = f"由“{before}”改为“{change.after}”" if before != change.after else f"几次改定以后仍为“{change.after}”"
    line = (
        f"{body.name}：市里改定{change.occupation.name}的{change.label}，{days}{said}（{change.document_number}）。"
        f"这一天起还可能考试的批次 {found.batches} 个、已排的场次 {found.sessions} 场，按考试当天的取值核对。"
    )
    text = f"{line}\n对照场次页上的核对，要改的早改。登录：{settings().public_url}/sessions/batches"
    return Words(subject, text, line)
