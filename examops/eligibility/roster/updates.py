"""A person of a roster who has applied already: what the sheet says otherwise than the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from examops.core.language import N_
from examops.eligibility.facts import Fact, Facts

CONTACT = ("team", "telephone")
TITLES = {
    "name": N_("姓名"),
    "team": N_("班组"),
    "telephone": N_("手机"),
    "kind": N_("用工形式"),
    "employment": N_("用工、社保记录"),
    "certificates": N_("原有证书"),
    "schooling": N_("学籍、毕业证"),
    "work": N_("从事本职业年限"),
}


@dataclass(frozen=True)
class Applied:
    """A live application of this body and batch, and what it rests on. ``facts``: those of its verdict."""

    application_id: int
    number: str
    name: str
    team: str
    telephone: str
    facts: Facts | None = None


@dataclass(frozen=True)
class Difference:
    """One thing that the sheet says otherwise; ``field`` is a key of ``TITLES``. ``is_written``: on saving."""

    field: str
    before: str
    after: str
    is_written: bool


@dataclass(frozen=True)
class Update:
    applied: Applied
    differences: tuple[Difference, ...]

    @property
    def standing(self) -> str:
        """same; changed: something is written on saving; differs: nothing is, though the sheet says otherwise."""
        if not self.differences:
            return "same"
        return "changed" if any(one.is_written for one in self.differences) else "differs"


def compared(applied: Applied, values: Mapping[str, Any], facts: Facts | None, *, holds: bool) -> Update:
    """``holds``: the facts as they stand in the sheet are proven and pass every clause. Empty cells change nothing."""
    found = [*_contact(applied, values)]
    name = str(values.get("name") or "")
    if name and name != applied.name:
        found.append(Difference("name", applied.name, name, False))
    if facts and applied.facts:
        found += _facts(applied.facts, facts, holds)
    return Update(applied, tuple(found))


def _contact(applied: Applied, values: Mapping[str, Any]) -> Iterator[Difference]:
    told = {"team": values.get("team") or values.get("class_name"), "telephone": values.get("telephone")}
    for field in CONTACT:
        before, after = getattr(applied, field), str(told[field] or "")
        if after and after != before:
            yield Difference(field, before, after, True)


def _facts(before: Facts, after: Facts, holds: bool) -> Iterator[Difference]:
    old, new = _worded(before), _worded(after)
    for field, words in new.items():
        if words and words != old[field]:
            yield Difference(field, old[field], words, holds)


def _worded(facts: Facts) -> dict[str, str]:
    """What the facts say, by group, whoever proved them."""
    return {
        "kind": _value(facts.kind),
        "employment": _joined(
            (
                one.employer,
                one.host,
                one.start,
                "–",
                one.end,
                *map(_value, (one.insured_in, one.insured_by, one.works_in)),
            )
            for one in facts.spells
        ),
        "certificates": _joined((one.occupation, one.level, one.number, one.issued_on) for one in facts.certificates),
        "schooling": _joined((one.institution, one.major, one.start, "–", one.end) for one in facts.schooling),
        "work": _joined([map(_value, (facts.work_since, facts.work_years, facts.apprenticeship_ended_on))]),
    }


def _value(fact: Fact | None) -> str:
    return "" if fact is None or fact.value is None else str(fact.value)


def _joined(things: Iterable[Iterable[Any]]) -> str:
    worded = (" ".join(str(part) for part in one if part is not None and part != "") for one in things)
    return "; ".join(sorted(words for words in worded if words.strip("– ")))
