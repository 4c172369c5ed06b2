"""Employers that a roster names and that are not read as the body itself: perhaps they are it, under another name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from examops.eligibility.context import Context, plain_name
from examops.eligibility.facts import Facts
from examops.eligibility.roster.rows import ParsedRow
from examops.eligibility.roster.words_read import COMPANY_WORDS

ALIKE = 0.6


@dataclass(frozen=True)
class OtherEmployer:
    """``written``: as most rows have it; ``people`` so named, ``is_alike``: much like the body's own name."""

    written: str
    people: int
    is_alike: bool


def other_employers(rows: Iterable[ParsedRow], where: Context) -> list[OtherEmployer]:
    """Those alike first, then by the number of people."""
    people: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for row in rows:
        names = set(_elsewhere(row.facts, where)) if row.facts else set()
        people.update({plain_name(name) for name in names})
        for name in names:
            written.setdefault(plain_name(name), Counter())[name] += 1
    found = [
        OtherEmployer(written[plain].most_common(1)[0][0], count, _is_alike(plain, where.body_name))
        for plain, count in people.items()
    ]
    return sorted(found, key=lambda one: (not one.is_alike, -one.people, one.written))


def _elsewhere(facts: Facts, where: Context) -> Iterator[str]:
    told = [name for spell in facts.spells for name in (spell.host if spell.kind == "agency" else spell.employer,)]
    insured = [spell.insured_by.value for spell in facts.spells if spell.kind == "own" and spell.insured_by]
    told += [name for name in insured if isinstance(name, str)]
    told += [one.institution for one in facts.schooling if one.is_enrolment]
    yield from (name for name in told if not where.is_here(name))


def _is_alike(name: str, own: str) -> bool:
    first, second = (COMPANY_WORDS.sub("", plain_name(one)) for one in (name, own))
    return bool(first and second) and SequenceMatcher(None, first, second).ratio() >= ALIKE
