"""The catalogue's values on a day: what the files and the rulebook say, with what the city decided over it.

Pure: no database. A value's key is ``levels``, or ``skill_minutes.4`` for what stands by level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from config.levels import as_level
from config.occupations import Catalogue, DatedList, Occupation
from config.rulebook import Rule, Rulebook
from config.sourced import NOT_FOUND, Sourced
from config.strict_yaml import content_hash

OF_OCCUPATION = ("code_2015", "code_2022", "levels", "standard", "access", "shortage")
OF_LEVEL = ("conditions", "parts", "theory_minutes", "skill_minutes", "review_minutes", "candidates_per_examiner")
RULE_OF = {  # the last part of a standard's rule key, and of the general rule of capacity.yaml
    "parts": "parts_by_level",
    "theory_minutes": "theory_minutes_min",
    "skill_minutes": "skill_minutes_min",
    "review_minutes": "review_minutes_min",
    "candidates_per_examiner": "candidates_per_examiner",
}
# The list is confirmed as a whole, with its number and day, by the rule that people are judged by.
DECIDED_BY_RULE = frozenset(("shortage",))
CONFIRM_ONLY = frozenset(("conditions",))  # a change of them is a rule's correction, never a line of a form


# Sources of rules that were entered by the wording common to most standards. They are the occupation's own only where
# the page that was read is of its standard.
COMMON_WORDING = "通行写法"


class Standing(StrEnum):
    """``published``: its source was found. ``illustrative``: none was. The others: the city decided."""

    PUBLISHED = "published"
    ILLUSTRATIVE = "illustrative"
    CONFIRMED = "confirmed"
    CHANGED = "changed"


class DecisionLike(Protocol):
    """What counts of a decision."""

    occupation_code: str
    key: str
    revision: int
    kind: str
    value: dict[str, Any]
    base_hash: str
    document_number: str
    reason: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class Value:
    """``base`` is what the files say, ``value`` what counts. ``source`` names a document, ``read_at`` the page read.

    ``text``: the wording of condition lines. ``coming``: a decision that counts from a later day on.
    ``base_changed``: the files say something else than when the city decided; the decision holds, and somebody should
    look again. ``revision`` is that of the newest decision of this key, whether or not it holds on the day; 0: none.
    """

    key: str
    base: Any
    source: str
    clause: str = ""
    read_at: str = ""
    certainty: str = NOT_FOUND
    value: Any = None
    decision: DecisionLike | None = None
    base_changed: bool = False
    revision: int = 0
    text: str = ""
    coming: DecisionLike | None = None

    @property
    def what(self) -> str:
        return self.key.split(".")[0]

    @property
    def level(self) -> str | None:
        return self.key.partition(".")[2] or None

    @property
    def base_hash(self) -> str:
        return content_hash(self.base)

    @property
    def standing(self) -> Standing:
        if self.decision:
            return Standing(self.decision.kind)
        return Standing.ILLUSTRATIVE if self.certainty == NOT_FOUND else Standing.PUBLISHED

    @property
    def is_settled(self) -> bool:
        """Published, or decided by the city: what a filing may rest on."""
        return self.standing is not Standing.ILLUSTRATIVE

    @property
    def can_change(self) -> bool:
        return self.what not in CONFIRM_ONLY | DECIDED_BY_RULE

    @property
    def can_decide(self) -> bool:
        return self.what not in DECIDED_BY_RULE


Values = Mapping[str, Value]


def key_of_level(what: str, level: str) -> str:
    return f"{what}.{level}"


def values_of(
    occupation: Occupation,
    day: date,
    book: Rulebook,
    catalogue: Catalogue,
    decisions: Iterable[DecisionLike] = (),
) -> dict[str, Value]:
    """Every value of one occupation on that day. ``decisions`` may hold those of other occupations and days."""
    base = _base_values(occupation, day, book, catalogue)
    own: dict[str, list[DecisionLike]] = {}
    for one in decisions:
        if one.occupation_code == occupation.code:
            own.setdefault(one.key, []).append(one)
    return {key: _decided(value, own[key], day) if key in own else value for key, value in base.items()}


MOST_KEPT = 2_000
_kept: dict[tuple[int, int, int, date], tuple[Occupation, Rulebook, Catalogue, dict[str, Value]]] = {}


def _base_values(occupation: Occupation, day: date, book: Rulebook, catalogue: Catalogue) -> dict[str, Value]:
    """What counts while nobody decides. Kept, because a process reads its files once and a page of the list asks for
    forty occupations; what made them is kept with them, so that nothing else gets its identity."""
    named = (id(occupation), id(book), id(catalogue), day)
    found = _kept.get(named)
    if found is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        values = {one.key: replace(one, value=one.base) for one in _base(occupation, day, book, catalogue)}
        found = _kept[named] = (occupation, book, catalogue, values)
    return found[-1]


def counted(
    what: str,
    occupation: Occupation,
    level: str,
    day: date,
    book: Rulebook,
    decisions: Iterable[DecisionLike] = (),
    standard: str = "",
) -> Value:
    """One value of :data:`OF_LEVEL` but the conditions, by this version of the standard; by the newest for ""."""
    value = _examined(what, occupation, level, day, book, standard or occupation.standard)
    return _decided(value, [one for one in decisions if one.key == value.key], day)


def asked(values: Values) -> dict[str, Value]:
    """Without the time of a review where there is none."""

    def is_asked(value: Value) -> bool:
        return value.what != "review_minutes" or "review" in (values[f"parts.{value.level}"].value or ())

    return {key: value for key, value in values.items() if is_asked(value)}


def _decided(value: Value, decisions: Iterable[DecisionLike], day: date) -> Value:
    newest_first = sorted(decisions, key=lambda one: one.revision, reverse=True)
    holding = next((one for one in newest_first if _holds(one, day)), None)
    newest = newest_first[0] if newest_first else None
    coming = newest if newest and newest.valid_from > day else None
    value = replace(value, value=value.base, revision=newest.revision if newest else 0, coming=coming)
    if holding is None or holding.kind == "withdrawn":
        return value
    changed = holding.base_hash != value.base_hash
    if changed and not value.can_change:
        return replace(value, base_changed=True)  # conditions are judged by the rulebook: what was seen is gone
    return replace(value, value=_decided_value(value.what, holding), decision=holding, base_changed=changed)


def _decided_value(what: str, decision: DecisionLike) -> Any:
    """Levels may have been decided as numbers, before a level was text."""
    found = decision.value["value"]
    return [as_level(one) for one in found] if what == "levels" and found else found


def _holds(decision: DecisionLike, day: date) -> bool:
    return decision.valid_from <= day and (decision.valid_until is None or day <= decision.valid_until)


def _base(occupation: Occupation, day: date, book: Rulebook, catalogue: Catalogue) -> Iterator[Value]:
    for edition in ("2015", "2022"):
        found = occupation.codes.get(edition)
        yield _of(f"code_{edition}", found) if found else Value(f"code_{edition}", "", "")
    yield _of("levels", occupation.levels_sourced)
    newest = occupation.standards_sourced.get(occupation.standard)
    yield replace(_of("standard", newest), base=occupation.standard) if newest else Value("standard", "", "")
    yield _listed("access", occupation, catalogue.access_on(day), "none")
    yield _in_shortage(occupation, day, book)
    for level in occupation.levels:
        yield _conditions(occupation, level, day, book)
        yield from (_examined(what, occupation, level, day, book, occupation.standard) for what in OF_LEVEL[1:])


def _of(key: str, found: Sourced) -> Value:
    value = list(found.value) if isinstance(found.value, tuple) else found.value
    source = found.source
    return Value(key, value, source.words, found.clause, source.read_at, source.certainty)


def _listed(key: str, occupation: Occupation, found: DatedList | None, otherwise: str) -> Value:
    if found is None:
        return Value(key, otherwise, "")
    if item := found.items.get(occupation.code):
        return _of(key, item)
    return Value(key, otherwise, found.source.words, found.name, found.source.read_at, found.source.certainty)


def _in_shortage(occupation: Occupation, day: date, book: Rulebook) -> Value:
    rule = _rule(book, "eligibility.shortage_list", day)
    if rule is None:
        return Value("shortage", "none", "")
    certainty = NOT_FOUND if rule.is_provisional else rule.certainty or NOT_FOUND
    listed = "whole" if occupation.code in rule.value else "none"
    return Value("shortage", listed, rule.source, rule.clause, certainty=certainty)


def _conditions(occupation: Occupation, level: str, day: date, book: Rulebook) -> Value:
    key = key_of_level("conditions", level)
    rule = _rule(book, f"standard.{occupation.code}.{occupation.standard}.level_{level.lower()}", day)
    if rule is None:
        return Value(key, None, "")
    is_own = COMMON_WORDING not in rule.source or occupation.name in rule.source
    certainty = rule.certainty if is_own and rule.certainty else NOT_FOUND
    return Value(key, rule.value, rule.source, rule.clause, certainty=certainty, text=rule.text)


def _examined(what: str, occupation: Occupation, level: str, day: date, book: Rulebook, standard: str) -> Value:
    """The standard's own value in the rulebook, else in the occupation's file, else the general one as an example."""
    key, name = key_of_level(what, level), RULE_OF[what]
    rule = _rule(book, f"standard.{occupation.code}.{standard}.{name}", day)
    own = _by_level(rule.value, level) if rule else None
    if rule and own is not None:
        return Value(key, own, rule.source, rule.clause, certainty=rule.certainty or NOT_FOUND)
    by_level = occupation.exam.get(standard, {}).get(what, {})
    if found := by_level.get(level) or by_level.get("all"):
        return _of(key, found)
    general = _rule(book, f"capacity.{name}", day)
    if general is None:
        return Value(key, None, "")
    return Value(key, _by_level(general.value, level), general.source, general.clause)


def _by_level(value: Any, level: str) -> Any:
    return value.get(level) if isinstance(value, dict) else value


def _rule(book: Rulebook, key: str, day: date) -> Rule | None:
    entry = book.get(key)
    try:
        return entry.on(day) if entry else None
    except LookupError:  # the standard came later
        return None
