"""A person of a roster who has applied already: what the sheet says otherwise than the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from examops.core.language import N_
from examops.eligibility.facts import Fact, Facts
from examops.eligibility.verdicts import Decision

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

# What a group of differences consists of in the facts.
GROUPS = {
    "kind": ("kind",),
    "employment": ("spells",),
    "certificates": ("certificates",),
    "schooling": ("schooling",),
    "work": ("work_since", "work_years", "apprenticeship_ended_on"),
}


@dataclass(frozen=True)
class Applied:
    """A live application of this body and batch, and what it rests on. ``facts``, ``outcome``: of its verdict."""

    application_id: int
    number: str
    name: str
    team: str
    telephone: str
    facts: Facts | None = None
    outcome: str = Decision.OK


@dataclass(frozen=True)
class Difference:
    """One thing that the sheet says otherwise; ``field`` is a key of ``TITLES``. ``is_written``: on saving."""

    field: str
    before: str
    after: str
    is_written: bool


@dataclass(frozen=True)
class Update:
    """``after``: the outcome by the record with the changed facts in it; None where no fact is written."""

    applied: Applied
    differences: tuple[Difference, ...]
    after: Decision | None = None

    @property
    def standing(self) -> str:
        """same; changed: something is written on saving; differs: nothing is, though the sheet says otherwise."""
        if not self.differences:
            return "same"
        return "changed" if any(one.is_written for one in self.differences) else "differs"

    @property
    def turn(self) -> str:
        """falls: passed and no longer does; rises: the other way; else ""."""
        passed, passes = self.applied.outcome == Decision.OK, self.after is Decision.OK
        if self.after is None or passed == passes:
            return ""
        return "rises" if passes else "falls"


def merged(before: Facts, told: Facts) -> Facts:
    """The record with what the sheet says otherwise in its place. What it says the same keeps the record's proof, and
    what it does not say stays."""
    changed = {name for field in _changed(before, told) for name in GROUPS[field] if getattr(told, name)}
    return replace(
        before,
        id_number=told.id_number,
        id_type=told.id_type,
        id_seen=before.id_seen or told.id_seen,
        open_applications=told.open_applications,
        **{name: getattr(told, name) for name in changed},
    )


def compared(applied: Applied, values: Mapping[str, Any], facts: Facts | None, after: Decision | None) -> Update:
    """``after``: the outcome by the merged facts where it is certain, pass or fail: then they are written. None: a
    cell is faulty or a proof is missing. Empty cells change nothing."""
    found = [*_contact(applied, values)]
    name = str(values.get("name") or "")
    if name and name != applied.name:
        found.append(Difference("name", applied.name, name, False))
    if facts and applied.facts:
        found += _facts(applied.facts, facts, is_written=after is not None)
    has_facts = any(one.field in GROUPS and one.is_written for one in found)
    return Update(applied, tuple(found), after if has_facts else None)


def _contact(applied: Applied, values: Mapping[str, Any]) -> Iterator[Difference]:
    told = {"team": values.get("team") or values.get("class_name"), "telephone": values.get("telephone")}
    for field in CONTACT:
        before, after = getattr(applied, field), str(told[field] or "")
        if after and after != before:
            yield Difference(field, before, after, True)


def _facts(before: Facts, told: Facts, *, is_written: bool) -> Iterator[Difference]:
    old, new = _worded(before), _worded(told)
    for field in _changed(before, told):
        yield Difference(field, old[field], new[field], is_written)


def _changed(before: Facts, told: Facts) -> list[str]:
    old, new = _worded(before), _worded(told)
    return [field for field, words in new.items() if words and words != old[field]]


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
