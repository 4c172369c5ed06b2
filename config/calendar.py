"""Working days in China: weekends, public holidays and the weekends worked in exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from config.strict_yaml import read_yaml

FILE = Path(__file__).parent / "catalogue" / "calendar.yaml"
KINDS = ("law", "provisional")
FIELDS = {"kind", "source", "holidays", "makeup_days"}
ONE_DAY = timedelta(days=1)
SATURDAY = 5


class CalendarFault(ValueError):
    """The calendar file is wrong, or a year is asked for that it does not hold."""


@dataclass(frozen=True)
class Year:
    """One year as announced. ``kind`` is provisional until the State Council has published it."""

    kind: str
    source: str
    holidays: frozenset[date]
    makeup_days: frozenset[date]


class Calendar:
    """Working-day arithmetic over the announced years."""

    def __init__(self, years: dict[int, Year]) -> None:
        self.years = years

    def year(self, number: int) -> Year:
        if number not in self.years:
            raise CalendarFault(f"no holidays known for {number}")
        return self.years[number]

    def with_weekends_beyond(self) -> Calendar:
        """The same; a year that is not in the file has its weekends and no holidays, so that no term stays open."""
        return _Weekends(self.years)

    def is_working(self, day: date) -> bool:
        year = self.year(day.year)
        return day in year.makeup_days or (day.weekday() < SATURDAY and day not in year.holidays)

    def is_provisional(self, first: date, last: date) -> bool:
        """True when a year between the two days has not been announced yet."""
        return any(self.year(number).kind == "provisional" for number in range(first.year, last.year + 1))

    def add(self, day: date, working_days: int) -> date:
        """The day that many working days after (or before, if negative). The first day itself is not counted."""
        step = ONE_DAY if working_days >= 0 else -ONE_DAY
        left = abs(working_days)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after ``first`` up to and including ``last``; negative when ``last`` is earlier."""
        if last < first:
            return -self.between(last, first)
        # Counted by years, not day by day: lists ask for terms that ended months ago, for each of their lines.
        years = range((first + ONE_DAY).year, last.year + 1) if first < last else ()
        return _weekdays(first, last) + sum(_exceptions(self.year(number), first, last) for number in years)

    def next_working(self, day: date) -> date:
        """The day itself when it is worked, else the next one that is."""
        return day if self.is_working(day) else self.add(day, 1)


def _weekdays(first: date, last: date) -> int:
    """Mondays to Fridays after ``first`` up to and including ``last``."""
    weeks, rest = divmod((last - first).days, 7)
    return 5 * weeks + sum((first.weekday() + offset) % 7 < SATURDAY for offset in range(1, rest + 1))


def _exceptions(year: Year, first: date, last: date) -> int:
    """How many more days than Mondays to Fridays are worked in the part of a year after ``first``, until ``last``."""
    worked = sum(first < day <= last for day in year.makeup_days if day.weekday() >= SATURDAY)
    free = year.holidays - year.makeup_days
    return worked - sum(first < day <= last for day in free if day.weekday() < SATURDAY)


class _Weekends(Calendar):
    def year(self, number: int) -> Year:
        return self.years.get(number) or Year("provisional", "", frozenset(), frozenset())


def _shape_faults(raw: Any) -> list[str]:
    """What of a year's four parts is missing, unknown or no list of days. A day that is written another way than
    2027-01-02 is read as text."""
    if not isinstance(raw, dict) or (missing := FIELDS ^ set(raw)):
        return [f"missing or unknown {name!r}" for name in sorted(missing if isinstance(raw, dict) else FIELDS)]
    faults = [] if raw["kind"] in KINDS else [f"kind is {raw['kind']!r}, not one of {', '.join(KINDS)}"]
    if not isinstance(raw["source"], str) or not raw["source"].strip():
        faults.append("source says nothing")
    for name in ("holidays", "makeup_days"):
        if not isinstance(raw[name], list):
            faults.append(f"{name} is no list; write [] for none")
            continue
        faults += [f"{name}: {day!r} is no day such as 2027-01-02" for day in raw[name] if type(day) is not date]
    return faults


def _day_faults(number: int, year: Year) -> list[str]:
    return [
        *(
            f"{number}: {day} is of another year"
            for day in sorted(year.holidays | year.makeup_days)
            if day.year != number
        ),
        *(f"{number}: {day} is no weekend" for day in sorted(year.makeup_days) if day.weekday() < SATURDAY),
        *(f"{number}: {day} is both holiday and working day" for day in sorted(year.holidays & year.makeup_days)),
    ]


def load(file: Path = FILE) -> Calendar:
    """Read the file, or raise :class:`CalendarFault` listing every fault."""
    years: dict[int, Year] = {}
    faults: list[str] = []
    for number, raw in read_yaml(file).items():
        if wrong := _shape_faults(raw):
            faults += [f"{number}: {fault}" for fault in wrong]
            continue
        year = Year(raw["kind"], raw["source"], frozenset(raw["holidays"]), frozenset(raw["makeup_days"]))
        faults += _day_faults(int(number), year)
        years[int(number)] = year
    if faults:
        raise CalendarFault("\n".join(faults))
    return Calendar(years)


@cache
def calendar() -> Calendar:
    """The calendar of this installation, read once."""
    return load()
