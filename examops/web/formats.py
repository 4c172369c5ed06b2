"""How times, durations, numbers and masked names are written for people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from babel.dates import format_date

from examops.core.clock import SystemClock, local, local_day
from examops.core.extensions import clock
from examops.core.language import _, cited, current_language


def day(value: date | datetime) -> str:
    """``11-23 周一``, ``Mon 23 Nov``; of another year than this one ``2027-01-05 周二``, ``Tue 5 Jan 2027``."""
    return _day(_day_of(value), this_year(), current_language())


def dated(value: date | datetime) -> str:
    """``2026-11-23 周一``, ``Mon 23 Nov 2026``"""
    return _dated(_day_of(value), current_language())


def short_day(value: date | datetime) -> str:
    """``11-23``; of another year than this one ``2027-01-05``."""
    found = _day_of(value)
    return f"{found:%m-%d}" if found.year == this_year() else f"{found:%Y-%m-%d}"


def this_year() -> int:
    """The year it is in Foshan, by the application's clock; without an application by the machine's."""
    try:
        now = clock().now()
    except (RuntimeError, KeyError):
        now = SystemClock().now()
    return local(now).year


@lru_cache(maxsize=4096)
def _day(value: date, year: int, language: str) -> str:
    """Lists show the same few days again and again. ``language`` is the reader's, ``year`` the one that goes unsaid."""
    return format_date(value, _("MM-dd EEE"), locale=language) if value.year == year else _dated(value, language)


@lru_cache(maxsize=4096)
def _dated(value: date, language: str) -> str:
    return format_date(value, _("yyyy-MM-dd EEE"), locale=language)


def _day_of(value: date | datetime) -> date:
    return local_day(value) if isinstance(value, datetime) else value


def clock_time(moment: datetime) -> str:
    return f"{local(moment):%H:%M}"


def clock_seconds(moment: datetime) -> str:
    return f"{local(moment):%H:%M:%S}"


def moment(value: datetime) -> str:
    """``11-23 周一 09:00``, with its year as :func:`day` writes it"""
    return _moment_at(value, this_year(), current_language())


@lru_cache(maxsize=4096)
def _moment_at(value: datetime, year: int, language: str) -> str:
    """Whoever looks next sees the same ones."""
    return _moment(local(value), year, language)


def _moment(here: datetime, year: int, language: str) -> str:
    return f"{_day(here.date(), year, language)} {here:%H:%M}"


def span(start: datetime, end: datetime) -> str:
    """``11-23 周一 09:00–11:30``"""
    return _span(start, end, this_year(), current_language())


@lru_cache(maxsize=4096)
def _span(start: datetime, end: datetime, year: int, language: str) -> str:
    """A page of sessions has fifty of them, and whoever looks next sees the same."""
    first, last = local(start), local(end)
    tail = f"{last:%H:%M}" if first.date() == last.date() else _moment(last, year, language)
    return f"{_moment(first, year, language)}–{tail}"


def parsed(value: str) -> datetime:
    """``2026-11-23T01:00:00Z`` → a moment; documents for scripts write times that way."""
    return datetime.fromisoformat(value)


def duration(value: timedelta | float) -> str:
    """``1 小时 20 分``, ``42 秒``"""
    seconds = round(value.total_seconds() if isinstance(value, timedelta) else value)
    hours, rest = divmod(max(seconds, 0), 3600)
    minutes, seconds = divmod(rest, 60)
    words = [_("{count} 小时", count=hours)] if hours else []
    words += [_("{count} 分", count=minutes)] if minutes else []
    words += [_("{count} 秒", count=seconds)] if seconds and not hours else []
    return " ".join(words) or _("{count} 秒", count=0)


def mask_name(name: str) -> str:
    """``李婷`` → ``李*``; ``陈小明`` → ``陈*明``"""
    if len(name) < 2:
        return name
    return name[0] + "*" if len(name) == 2 else name[0] + "*" * (len(name) - 2) + name[-1]


def mask_id(number: str) -> str:
    """``440604199001010018`` → ``4406**********0018``; shorter numbers keep two characters at each end."""
    ends = 4 if len(number) >= 12 else 2
    hidden = len(number) - 2 * ends
    return "*" * len(number) if hidden < 1 else number[:ends] + "*" * hidden + number[-ends:]


def age(seconds: float) -> str:
    """Age of a picture or a contact, short: ``2 s``, ``3 分``, ``2 小时 5 分``."""
    return f"{round(seconds)} s" if seconds < 100 else duration(round(seconds / 60) * 60)


def until(end: datetime, now: datetime) -> str:
    """Stands beside the absolute time, never alone: ``还有 3 分`` or ``已过 1 小时``."""
    seconds = (end - now).total_seconds()
    rounded = round(abs(seconds) / 60) * 60 if abs(seconds) >= 60 else abs(seconds)
    return _("还有 {duration}" if seconds >= 0 else "已过 {duration}", duration=duration(rounded))


def grouped(value: int) -> str:
    """``37200`` → ``37,200``"""
    return f"{value:,}"


def percent(share: float) -> str:
    """A share of one as a length of a drawing: ``0.385`` → ``38.5%``, never below none or above all."""
    return f"{max(0.0, min(100.0, share * 100)):.4g}%"


FILTERS: dict[str, Callable[..., Any]] = {
    "cited": cited,
    "day": day,
    "dated": dated,
    "short_day": short_day,
    "clock_time": clock_time,
    "clock_seconds": clock_seconds,
    "moment": moment,
    "span": lambda pair: span(*pair),
    "duration": duration,
    "parsed": parsed,
    "mask_name": mask_name,
    "mask_id": mask_id,
    "age": age,
    "until": until,
    "grouped": grouped,
    "percent": percent,
}
