"""When a job is due, and which missed times are made up. Pure: no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from apscheduler.triggers.cron import CronTrigger

from examops.core.clock import SHANGHAI
from examops.core.domain import JobSpec

FIELDS = ("second", "minute", "hour", "day", "month", "day_of_week")
# How far to look back for the newest due time, in growing steps: a job of every 5 s is found at once, a yearly one too.
LOOK_BACK = [timedelta(minutes=1), *(timedelta(days=days) for days in (1 / 24, 1, 8, 32, 367))]
MAX_CATCH_UP = 200  # of an `every` job, the newest; a database that was away for a month must not flood the queue


class WrongCron(ValueError):
    """The cron text cannot be read; the message says what to write."""


@dataclass(frozen=True)
class Decision:
    """Due times to run and due times to write down as skipped."""

    run: tuple[datetime, ...] = ()
    skip: tuple[datetime, ...] = ()


@cache
def trigger_of(cron: str) -> CronTrigger:
    """The trigger of five fields, or six with seconds first."""
    fields = cron.split()
    if len(fields) not in (5, 6):
        raise WrongCron(f"{cron!r} has {len(fields)} fields; write five, or six with seconds first")
    fields = fields if len(fields) == 6 else ["0", *fields]
    if any(character.isdigit() for character in fields[-1]):
        raise WrongCron(f"{cron!r} names weekdays by number; write mon, tue, …")
    return CronTrigger(**dict(zip(FIELDS, fields, strict=True)), timezone=SHANGHAI)


def next_due(cron: str, now: datetime) -> datetime | None:
    """The first due time after ``now``, in UTC."""
    due = trigger_of(cron).get_next_fire_time(None, now + timedelta(microseconds=1))
    return due.astimezone(UTC) if due else None


def due_between(cron: str, after: datetime, until: datetime) -> list[datetime]:
    """Due times in ``(after, until]``, oldest first."""
    found: list[datetime] = []
    due = next_due(cron, after)
    while due is not None and due <= until:
        found.append(due)
        due = next_due(cron, due)
    return found


def newest_due(cron: str, now: datetime) -> datetime | None:
    """The newest due time that is not after ``now``."""
    for back in LOOK_BACK:
        found = due_between(cron, now - back, now)
        if found:
            return found[-1]
    return None


def decide(spec: JobSpec, last: datetime, now: datetime) -> Decision:
    """What to do now, when ``last`` is the newest due time already in the ledger."""
    newest = newest_due(spec.cron, now)
    if newest is None or newest <= last:
        return Decision()
    if spec.catch_up == "every":
        return Decision(run=tuple(due_between(spec.cron, last, now)[-MAX_CATCH_UP:]))
    if spec.catch_up == "skip" and now - newest > timedelta(minutes=spec.grace_minutes):
        return Decision(skip=(newest,))
    return Decision(run=(newest,))


def is_late(spec: JobSpec, last: datetime | None, now: datetime) -> bool:
    """Whether a due time older than the grace has no row in the ledger."""
    expected = newest_due(spec.cron, now - timedelta(minutes=spec.grace_minutes))
    return expected is not None and (last is None or last < expected)
