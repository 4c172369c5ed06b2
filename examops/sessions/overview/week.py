"""The coordinator's week: board, fourteen days, and what waits for a decision today. Pure over overviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from examops.core.clock import local, local_day
from examops.core.language import Message
from examops.sessions.overview.queries import Overview
from examops.sessions.planning.draft import TITLE

SHORT = 24  # half percents: a block that holds six characters and no more
OPENS, CLOSES = 8 * 60, 17 * 60 + 30  # minutes of the day that the board shows, unless somebody examines outside them
MIDNIGHT = 24 * 60
COVERED = 0.15  # of a day's width, to either side of the moment, by its time in five figures


@dataclass(frozen=True)
class Hours:
    """The part of each day that the board shows, in minutes of the day."""

    opens: int = OPENS
    closes: int = CLOSES

    @property
    def marks(self) -> list[tuple[int, float]]:
        """Every second hour well inside, of long days every fourth, with its place as a fraction of the day's width."""
        step = 2 if self.closes - self.opens <= 12 * 60 else 4
        inside = range(self.opens // 60 // step * step + step, (self.closes - 30) // 60, step)
        return [(hour, (hour * 60 - self.opens) / (self.closes - self.opens)) for hour in inside]

    def marks_beside(self, moment: datetime) -> list[tuple[int, float]]:
        """Of the day of this moment: those that the time written at it does not stand on."""
        minute = local(moment).hour * 60 + local(moment).minute
        near = (self.closes - self.opens) * COVERED
        return [(hour, place) for hour, place in self.marks if abs(hour * 60 - minute) > near]


@dataclass(frozen=True)
class Block:
    """A session on the board; ``left`` and ``width`` in half percents of the days shown."""

    row: Overview
    left: int
    width: int

    @property
    def words(self) -> str:
        """The title; a block of less than half a day drops the part first, never half a level."""
        title = self.row.session.title
        if self.width < SHORT and isinstance(title, Message) and title.text == TITLE:
            return f"{title.values['occupation']} {title.values['level']}"
        return str(title) if self.width >= SHORT else str(title).rsplit(" ", 1)[0]


@dataclass(frozen=True)
class Lane:
    room: str
    blocks: list[Block]

    @property
    def stations(self) -> int:
        return max((block.row.stations for block in self.blocks), default=0)


@dataclass(frozen=True)
class DayFill:
    day: date
    taken: int
    capacity: int


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def days_shown(rows: Sequence[Overview], first: date) -> int:
    """Five, or seven when somebody examines at the weekend:
    an empty weekend takes no room, a busy one is not hidden.
    """
    return 7 if any(5 <= _offset(row, first) < 7 for row in rows) else 5


def _offset(row: Overview, first: date) -> int:
    return (local_day(row.session.starts_at) - first).days


def hours_shown(rows: Sequence[Overview], first: date, days: int) -> Hours:
    """The usual hours, widened to whole ones for a session of the evening or the early morning: at the edge of its day
    it would stand in the next.
    """
    held = [row.session for row in rows if 0 <= _offset(row, first) < days]
    begin = min((_minute(one.starts_at, local_day(one.starts_at)) for one in held), default=OPENS)
    end = max((_minute(one.ends_at, local_day(one.starts_at)) for one in held), default=CLOSES)
    return Hours(
        OPENS if begin >= OPENS else begin // 60 * 60, CLOSES if end <= CLOSES else min(-(-end // 60) * 60, MIDNIGHT)
    )


def _minute(moment: datetime, day: date) -> int:
    """Minutes since the day began; past 24 hours for what ends after midnight."""
    here = local(moment)
    return (here.date() - day).days * MIDNIGHT + here.hour * 60 + here.minute


def position(moment: datetime, first: date, days: int = 5, hours: Hours = Hours()) -> float:
    """0..100 over equal days of these hours."""
    here = local(moment)
    minutes = min(max(here.hour * 60 + here.minute, hours.opens), hours.closes)
    return ((here.date() - first).days + (minutes - hours.opens) / (hours.closes - hours.opens)) * 100 / days


def lanes(rows: Sequence[Overview], first: date, days: int = 5, hours: Hours = Hours()) -> list[Lane]:
    """One lane per room that has a session in these days."""
    shown = [row for row in rows if 0 <= _offset(row, first) < days]
    return [
        Lane(room, [_block(row, first, days, hours) for row in shown if row.room == room])
        for room in sorted({row.room for row in shown})
    ]


def _block(row: Overview, first: date, days: int, hours: Hours) -> Block:
    session = row.session
    left, right = (position(moment, first, days, hours) for moment in (session.starts_at, session.ends_at))
    width = max(14 if days == 5 else 12, round((right - left) * 2))
    day_ends = (_offset(row, first) + 1) * 200 // days
    return Block(row, min(round(left * 2), day_ends - width), width)


def fills(rows: Sequence[Overview], first: date, days: int = 14) -> list[DayFill]:
    """Booked and capacity of each day."""
    result = []
    for offset in range(days):
        day = first + timedelta(days=offset)
        held = [row for row in rows if local_day(row.session.starts_at) == day]
        result.append(DayFill(day, sum(row.taken for row in held), sum(row.capacity for row in held)))
    return result
