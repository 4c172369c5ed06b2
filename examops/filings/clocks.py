"""Terms in working days, and what happens when one is over: an alarm and a notice to the owner, later to the head."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from config.calendar import Calendar, calendar
from config.rulebook import Rulebook, rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day, today
from examops.core.database import db
from examops.core.language import N_, Message, message
from examops.filings.models import Filing
from examops.filings.states import CLOCKS
from examops.filings.tags import Tag
from examops.filings.telling import recipients_of_body, remind
from examops.offices import Office, Recipient, deputies_of, heads_of, members_of, recipients

ACTOR = Actor.system(N_("备案时限"))
PORTION = 50
BODY = "coordinator"
OWNER, HEAD = "owner", "head"


def working_days() -> Calendar:
    """Of this installation; beyond its end weekends alone count, and :func:`calendar_fault` says so."""
    return calendar().with_weekends_beyond()


def due_after(day: date, count: int) -> date:
    return working_days().add(day, count)


def counted_anew(owner: str, rule: str, begun_at: datetime, due_on: date) -> date:
    """When a term that is to end on ``due_on`` ends by the calendar as it is now: as long as the rule said on its first
    day, corrections that were recorded later left out. A body's own term never gets shorter: its letter names a day."""
    begun = local_day(begun_at)
    day = due_after(begun, rulebook().known_on(begun).value(rule, begun))
    return max(day, due_on) if owner == BODY else day


def left_until(day: date, due_on: date | None) -> int | None:
    """Working days until then, negative when it is over; None without a term."""
    return working_days().between(day, due_on) if due_on else None


def unsettled_year(due_on: date | None, known: Calendar) -> int | None:
    """The year of a term whose holidays are not announced yet, so that weekends alone were counted in it."""
    if due_on is None or (due_on.year in known.years and known.year(due_on.year).kind != "provisional"):
        return None
    return due_on.year


def calendar_fault(day: date, known: Calendar, rules: Rulebook) -> Message | None:
    """What is wrong with the calendar as of that day: this year is missing, or the next one is not settled in time."""
    if day.year not in known.years:
        return message(N_("没有 {year} 年的节假日安排，期限只按周末算"), year=day.year)
    month, number = map(int, rules.value("calendar.next_year_by", day).split("-"))
    following = day.year + 1
    if day < date(day.year, month, number):
        return None
    if following not in known.years:
        return message(N_("{year} 年的节假日安排还没有录入，跨年的期限只按周末算"), year=following)
    if known.year(following).kind == "provisional":
        return message(N_("{year} 年的节假日安排还是暂定的，跨年的期限可能不对"), year=following)
    return None


def overdue_ids(day: date) -> list[int]:
    """Filings whose term is over and about which somebody is still to be told, the oldest first."""
    limit = _head_limit(day)
    query = (
        select(Filing.id)
        .where(
            Filing.state.in_(tuple(CLOCKS)),
            Filing.due_on < day,
            Filing.overdue_at.is_(None) | (Filing.head_told_at.is_(None) & (Filing.due_on <= limit)),
        )
        .order_by(Filing.due_on, Filing.id)
    )
    return list(db.session.execute(query).scalars())


def _head_limit(day: date) -> date:
    """What was due on this day or before is told to the head."""
    return working_days().add(day, -rulebook().value("filing.overdue_head_working_days", day))


def raise_overdue(filing_id: int, clock: Clock) -> int:
    """Once for each term and each of owner and head; returns how many notices were posted. Another worker's row, and
    one that somebody dealt with meanwhile, is passed over."""
    day = today(clock)
    query = select(Filing).where(Filing.id == filing_id).with_for_update(skip_locked=True)
    filing = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if filing is None or filing.due_on is None or filing.due_on >= day:
        return 0
    posted = 0
    if filing.overdue_at is None:
        filing.overdue_at = clock.now()
        posted += _tell(filing, OWNER, owners(filing, clock.now()), clock)
    if filing.head_told_at is None and filing.due_on <= _head_limit(day):
        filing.head_told_at = clock.now()
        posted += _tell(filing, HEAD, heads(filing), clock)
    return posted


def owners(filing: Filing, now: datetime) -> list[Recipient]:
    """Who must act: the body's people, the officer with their deputies, or everybody of the office."""
    if filing.clock_owner == BODY:
        return recipients_of_body(filing)
    office = Office.of(filing.clock_owner, filing.district)
    there = members_of(office)
    if filing.clock_officer is None:
        return recipients([one.id for one in there])
    own = [one.id for one in there if one.uid == filing.clock_officer]
    return recipients([*own, *deputies_of(filing.clock_officer, office, now)])


def heads(filing: Filing) -> list[Recipient]:
    """Of the office whose turn it is; while a body is late, of the district bureau that looks after it."""
    role = filing.clock_owner if filing.clock_owner != BODY else "district_bureau"
    return recipients([one.id for one in heads_of(Office.of(role, filing.district))])


def _tell(filing: Filing, level: str, to: list[Recipient], clock: Clock) -> int:
    told = remind(filing, level, to, clock=clock)
    record(
        Tag.FILING_OVERDUE,
        ACTOR,
        filing,
        words=filing.number,
        at=clock.now(),
        reminder=level,
        clock_owner=filing.clock_officer_name or filing.clock_owner,
        count=len(told),
    )
    return len(told)
