"""What must be done by when, counted in working days. Pure over overviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from config.calendar import Calendar
from config.rulebook import Rulebook
from examops.core.clock import local_day
from examops.core.language import _
from examops.sessions.overview.queries import Overview
from examops.web.formats import short_day

SHOWN = 4
UNDECLARED = ("draft", "returned")


@dataclass(frozen=True)
class Deadline:
    """``working_days`` is negative once the day has passed."""

    day: date
    word: str
    title: str
    working_days: int
    uid: UUID


def deadlines(rows: Sequence[Overview], rules: Rulebook, calendar: Calendar, now: datetime) -> list[Deadline]:
    """The next few of all sessions shown, the soonest first; in years without a calendar weekends count."""
    calendar = calendar.with_weekends_beyond()
    today = local_day(now)
    found = [made for row in rows if (made := _deadline(row, rules, calendar, today, now))]
    return sorted(found, key=lambda one: one.day)[:SHOWN]


def _deadline(row: Overview, rules: Rulebook, calendar: Calendar, today: date, now: datetime) -> Deadline | None:
    session = row.session
    held_on = local_day(session.starts_at)
    title = _("{title} {day} 场", title=session.title, day=short_day(held_on))
    if session.state in UNDECLARED:
        lead = rules["session.declare_lead_working_days"].on(today).value
        day = calendar.add(held_on, -lead)
        return Deadline(day, _("考前申报"), title, calendar.between(today, day), session.uid)
    if session.state in ("approved", "open") and session.bookings_close_at > now:
        day = local_day(session.bookings_close_at)
        return Deadline(day, _("名单定稿"), title, calendar.between(today, day), session.uid)
    return None
