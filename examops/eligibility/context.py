"""What a person is judged against: body, occupation, level, cut-off day, and the rules of that day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from config.occupations import Catalogue, Occupation, catalogue
from config.rulebook import Rule, Rulebook, rulebook
from examops.eligibility.facts import decode, encode
from examops.eligibility.specified import Specified

EMPLOYER = re.compile(r"公司|集团|厂$|有限|合伙|事务所|学院|学校|中心$|协会|商行|经营部|工作室")
NO_STANDARD = "none"
BRACKETS = str.maketrans("〔〕[]【】〈〉《》", "()" * 5)


class DatedRules:
    """The rules of one day, each looked up once."""

    def __init__(self, book: Rulebook, day: date) -> None:
        self._book, self.day = book, day
        self._known: dict[str, Rule] = {}

    def __getitem__(self, key: str) -> Rule:
        """Raises LookupError for an unknown key, and for a day before its first value."""
        if key not in self._known:
            self._known[key] = self._book[key].on(self.day)
        return self._known[key]

    def get(self, key: str) -> Rule | None:
        try:
            return self[key]
        except LookupError:
            return None


@dataclass(frozen=True)
class Context:
    """``next_batch`` is offered only to those who reach their limit by its cut-off day, ``next_cut_off``.

    ``body_kind`` is enterprise, college or social. ``offered`` says whether the body is filed for this; None: not
    asked.

    ``standard`` is looked up when empty; what is stored names it, so that a later catalogue does not change an old
    verdict (:data:`NO_STANDARD` where there was none). ``in_shortage`` stands in verdicts of before the shortage list
    was a dated rule, and counts for them alone.
    ``rules_known_on`` is the day of the newest correction in the rulebook that was judged by; None in what was stored
    before there were corrections, and in a context that has not been pinned.
    ``body_aliases`` are former names, subsidiaries and branches that count as the body itself.
    ``specification`` is the body's own filed one, whole enough to judge by it again; None: the national standard.
    """

    body_kind: str
    body_name: str
    occupation_code: str
    level: str
    cut_off: date
    body_code: str = ""
    body_aliases: tuple[str, ...] = ()
    standard: str = ""
    offered: bool | None = None
    next_batch: str = ""
    next_cut_off: date | None = None
    in_shortage: bool | None = None
    rules_known_on: date | None = None
    specification: Specified | None = None

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(plain_name(name) for name in (self.body_name, *self.body_aliases))

    def is_here(self, name: str, code: str = "") -> bool:
        """Whether an employer or host is this body. Empty, or a workshop's name, means the sender itself."""
        if code and self.body_code:
            return code.upper() == self.body_code.upper()
        plain = plain_name(name)
        return not plain or plain in self.names or not EMPLOYER.search(plain)

    def to_json(self) -> dict[str, Any]:
        return encode(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Context:
        return decode(cls, data)


class RuleContext:
    """A context with its dated rules and catalogue entries. Make one for many persons."""

    def __init__(self, context: Context, book: Rulebook | None = None, occupations: Catalogue | None = None) -> None:
        self.context = context
        self.book = book or rulebook()
        self.law = DatedRules(self.book, context.cut_off)
        self.catalogue = occupations or catalogue()
        self.occupation: Occupation | None = self.catalogue.by_code.get(context.occupation_code)
        told = context.standard or self._newest_standard()
        self.standard = "" if told == NO_STANDARD else told

    def _newest_standard(self) -> str:
        versions: Iterable[str] = self.occupation.standards if self.occupation else ()
        in_force = [version for version in versions if self.law.get(self._key(version, "related"))]
        return in_force[-1] if in_force else ""

    def _key(self, version: str, part: str) -> str:
        return f"standard.{self.context.occupation_code.lower()}.{version}.{part}"

    def pinned(self) -> Context:
        """The context with everything named that was looked up: in the catalogue, and which corrections were known."""
        return replace(
            self.context,
            standard=self.standard or NO_STANDARD,
            rules_known_on=self.book.last_recorded_on,
        )

    def batch_for(self, reached_on: date) -> str:
        """The next batch, if its cut-off day is late enough; else an empty text."""
        last = self.context.next_cut_off
        return self.context.next_batch if last and reached_on <= last else ""

    @cached_property
    def specification(self) -> Specified | None:
        """The body's own specification, where the rules let one stand in place of the national standard: never for a
        social organisation, which needs a national one."""
        replaced = self.law.get("specification.replaces_standard")
        may_replace = replaced is not None and self.context.body_kind in replaced.value
        return self.context.specification if may_replace else None

    def conditions(self) -> Rule | None:
        """The alternative lines of the level applied for, or None where the standard has no such level."""
        if self.specification:
            return self.specification.rule(self.context.level)
        return self.law.get(self._key(self.standard, f"level_{self.context.level.lower()}")) if self.standard else None

    def condition_clause(self) -> Rule:
        """Where it is written that this kind of body (enterprise, college, social) keeps to the level conditions."""
        own = self.law.get(f"eligibility.level_conditions_{self.context.body_kind}")
        return own or self.law["eligibility.level_conditions"]

    @cached_property
    def counting_occupations(self) -> frozenset[str]:
        """Codes and names that count as this or a related occupation."""
        return self._names_of([self.context.occupation_code]) | self.related_occupations

    @cached_property
    def related_occupations(self) -> frozenset[str]:
        """Codes and names of the occupations that the standard names as related."""
        rule = self.law.get(self._key(self.standard, "related")) if self.standard else None
        return self._names_of(rule.value if rule else [])

    def _names_of(self, codes: list[str]) -> frozenset[str]:
        known = [self.catalogue.by_code[code] for code in codes if code in self.catalogue.by_code]
        return frozenset([*codes, *(name for one in known for name in (one.name, *one.aliases))])


def plain_name(name: str) -> str:
    """What two spellings of an employer's name have in common: no blanks, one kind of brackets, half width."""
    return "".join(unicodedata.normalize("NFKC", name).translate(BRACKETS).split())
