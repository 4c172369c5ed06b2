"""A person of a roster who has applied already: what the sheet says otherwise than the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from examops.core.language import N_
from examops.eligibility.facts import Fact, Facts
from examops.eligibility.roster.fields import title_of
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
# What one spell or paper says, by the field of the sheet; each belongs to the group that is judged and written whole.
PARTS: dict[str, tuple[str, ...]] = {
    "employment": ("agency", "host", "started_on", "ended_on", "insured_in", "insured_by", "works_in"),
    "certificates": ("certificate_occupation", "certificate_level", "certificate_number", "certificate_on"),
    "schooling": ("school", "major", "enrolled_on", "graduates_on"),
    "work": ("work_since", "work_years", "apprenticeship_ended_on"),
}
ATTRIBUTES = {  # of the facts, in the order of PARTS
    "spells": ("employer", "host", "start", "end", "insured_in", "insured_by", "works_in"),
    "certificates": ("occupation", "level", "number", "issued_on"),
    "schooling": ("institution", "major", "start", "end"),
}
GROUP_OF = {part: group for group, parts in PARTS.items() for part in parts} | {group: group for group in GROUPS}


def title_of_difference(field: str) -> str:
    """A group by its own name, a part of it as the sheet's column is called."""
    return TITLES.get(field) or title_of(field)


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
    """One thing that the sheet says otherwise; ``field`` is a key of ``TITLES`` or, where there is one spell or paper
    before and after, the part of it by the sheet's field. ``is_written``: on saving."""

    field: str
    before: str
    after: str
    is_written: bool


@dataclass(frozen=True)
class Update:
    """``after``: the outcome by the record with the changed facts in it; None where no fact is written.
    ``is_faulty``: a cell could not be read."""

    applied: Applied
    differences: tuple[Difference, ...]
    after: Decision | None = None
    is_faulty: bool = False

    @property
    def standing(self) -> str:
        """same; changed: something is written on saving; differs: nothing is, though the sheet says otherwise."""
        if not self.differences:
            return "differs" if self.is_faulty else "same"
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
    what it does not say stays, in a single spell or paper too."""
    return replace(
        before,
        id_number=told.id_number,
        id_type=told.id_type,
        id_seen=before.id_seen or told.id_seen,
        open_applications=told.open_applications,
        **{name: _taken(before, told, name) for group in _changed(before, told) for name in GROUPS[group]},
    )


def _taken(before: Facts, told: Facts, name: str) -> Any:
    old, new = getattr(before, name), getattr(told, name)
    if name in ATTRIBUTES and len(old) == len(new) == 1:
        return (_overlaid(old[0], new[0], ATTRIBUTES[name]),)
    return new or old


def _overlaid(old: Any, new: Any, names: Iterable[str]) -> Any:
    """Whose proof counts: that of the record, until the sheet changes what it proves."""
    told = {name: getattr(new, name) for name in names if _differs(getattr(old, name), getattr(new, name))}
    if any(not isinstance(value, Fact) for value in told.values()):  # a Fact carries its own
        told |= {"source": new.source, "as_of": new.as_of, "seen_by": new.seen_by}
    return replace(old, **told)


def compared(
    applied: Applied, values: Mapping[str, Any], facts: Facts | None, after: Decision | None, *, is_faulty: bool = False
) -> Update:
    """``after``: the outcome by the merged facts where it is certain, pass or fail: then they are written. None: a
    cell is faulty or a proof is missing. Empty cells change nothing."""
    found = [*_contact(applied, values)]
    name = str(values.get("name") or "")
    if name and name != applied.name:
        found.append(Difference("name", applied.name, name, False))
    if facts and applied.facts:
        found += _facts(applied.facts, facts, is_written=after is not None)
    has_facts = any(one.field in GROUP_OF and one.is_written for one in found)
    return Update(applied, tuple(found), after if has_facts else None, is_faulty)


def _contact(applied: Applied, values: Mapping[str, Any]) -> Iterator[Difference]:
    told = {"team": values.get("team") or values.get("class_name"), "telephone": values.get("telephone")}
    for field in CONTACT:
        before, after = getattr(applied, field), str(told[field] or "")
        if after and after != before:
            yield Difference(field, before, after, True)


def _facts(before: Facts, told: Facts, *, is_written: bool) -> Iterator[Difference]:
    old, new = _items(before), _items(told)
    for group in _changed(before, told):
        if _is_single(group, old, new):
            for part, was, now in zip(PARTS[group], old[group][0], new[group][0], strict=True):
                if now and now != was:
                    yield Difference(part, was, now, is_written)
        else:
            yield Difference(group, _joined(old[group]), _joined(new[group]), is_written)


Items = dict[str, list[tuple[str, ...]]]


def _changed(before: Facts, told: Facts) -> list[str]:
    """Groups of which the sheet says something else than the record, whoever proved it."""
    old, new = _items(before), _items(told)
    return [group for group in new if _group_differs(group, old, new)]


def _group_differs(group: str, old: Items, new: Items) -> bool:
    if _is_single(group, old, new):
        return any(now and now != was for was, now in zip(old[group][0], new[group][0], strict=True))
    told = _joined(new[group])
    return bool(told) and told != _joined(old[group])


def _is_single(group: str, old: Items, new: Items) -> bool:
    return group in PARTS and len(old[group]) == len(new[group]) == 1


def _differs(old: Any, new: Any) -> bool:
    return bool(_word(new)) and _word(new) != _word(old)


def _items(facts: Facts) -> Items:
    """By group, what each spell or paper says, in the order of ``PARTS``."""
    found = {
        group: [tuple(_word(getattr(one, part)) for part in ATTRIBUTES[name]) for one in getattr(facts, name)]
        for group, (name, *_) in GROUPS.items()
        if name in ATTRIBUTES
    }
    work = tuple(map(_word, (facts.work_since, facts.work_years, facts.apprenticeship_ended_on)))
    return {"kind": [(_word(facts.kind),)], **found, "work": [work]}


def _word(told: Any) -> str:
    value = told.value if isinstance(told, Fact) else told
    return "" if value is None else str(value)


def _joined(items: Iterable[Iterable[str]]) -> str:
    worded = (" ".join(filter(None, one)) for one in items)
    return "; ".join(sorted(words for words in worded if words))
