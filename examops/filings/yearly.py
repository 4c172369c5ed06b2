"""The volume of training and assessment by year: read from the form, added up, and put in the place of totals.

A table is ``[[year, trained, assessed], …]``, oldest first, in person-times; a year without any has no row, and the
oldest row that the form offers takes everything before it as well.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from examops.core.language import N_, Message, message
from examops.filings.steps import VOLUME_YEARS

OFFERED = 12  # years on the form, this one among them
PARTS = ("trained", "assessed")
Table = list[list[int]]


def years_offered(day: date, *tables: Table | None) -> list[int]:
    """Newest first, and older ones that a table has."""
    known = {row[0] for table in tables if table for row in table}
    return sorted({*range(day.year - OFFERED + 1, day.year + 1), *known}, reverse=True)


def field_name(year: int, part: str) -> str:
    return f"{VOLUME_YEARS}-{year}-{part}"


def table_of(given: Mapping[str, int | None], years: Iterable[int]) -> Table | None:
    """What was typed, without :func:`half_years`; None where nothing was."""
    rows: Table = []
    for year in sorted(years):
        trained, assessed = (given.get(field_name(year, part)) for part in PARTS)
        if trained is not None and assessed is not None and trained + assessed:
            rows.append([year, trained, assessed])
    return rows or None


def half_years(
    given: Mapping[str, int | None], years: Iterable[int], wrong: Container[str] = ()
) -> Iterator[tuple[str, Message]]:
    """The empty field of each year that has only one of its two numbers, with what is wrong. ``wrong``: fields in
    which something stands that is no number."""
    for year in years:
        names = [field_name(year, part) for part in PARTS]
        empty = [name for name in names if given.get(name) is None and name not in wrong]
        if len(empty) == 1:
            yield empty[0], message(N_("{year} 年只填了一个数：培训和评价都填，没有的写 0"), year=str(year))


def form_of(table: Table | None) -> dict[str, str]:
    """The fields of the form that would save this table."""
    numbers = ((year, dict(zip(PARTS, figures, strict=True))) for year, *figures in table or [])
    return {field_name(year, part): str(number) for year, parts in numbers for part, number in parts.items()}


def years_in_a_row(table: Table) -> int:
    """How many years up to the newest one follow each other."""
    years = {row[0] for row in table}
    newest = max(years)
    return next(count for count in range(1, len(years) + 1) if newest - count not in years)


def sums_of(table: Table) -> dict[str, int]:
    """Trained and assessed together are the volume, of which the assessed are a part (二(一)2)."""
    trained, assessed = (sum(row[at] for row in table) for at in (1, 2))
    return {"volume": trained + assessed, "volume_total": trained + assessed, "volume_assessed": assessed}


def facts_from_years(fact: Mapping[str, Any], stated_years: int | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """``fact``: the table as conditions read a fact. Key → the same with the sum as its value, and of the years of
    experience what the table leaves of those that were stated."""
    table = fact["value"]
    for key, value in sums_of(table).items():
        yield key, {**fact, "value": value, "years": table}
    if stated_years is not None and (run := years_in_a_row(table)) < stated_years:
        yield "training_years", {**fact, "value": run, "years": table, "stated": stated_years}
