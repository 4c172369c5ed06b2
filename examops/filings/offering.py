"""The occupations that the wizard offers, each with what is known to stand in its way for this kind of body."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from config.occupations import catalogue
from config.rulebook import rulebook
from config.sourced import NOT_FOUND, Sourced
from examops.catalogue import Occupation, occupation_word
from examops.core.language import _

SHORTAGE_LIST = "eligibility.shortage_list"


def occupations_offered(body_kind: str, day: date) -> list[tuple[str, str]]:
    """Code and words of each, by code. All are there: the city may decide otherwise after somebody has looked."""
    listed = _shortage_list(day) if body_kind == "social" else None
    return [(code, _words(one, day, listed)) for code, one in sorted(catalogue().by_code.items())]


def standard_of(occupation: Occupation, body_kind: str, day: date) -> str:
    """The national standard in its newest version, for bodies that no specification of their own may serve
    (附件 三(二)); empty for the others and where there is none."""
    if not occupation.has_standard or body_kind in rulebook().value("specification.replaces_standard", day):
        return ""
    return str(occupation.standards_sourced[occupation.standard].value)


def _shortage_list(day: date) -> Collection[str] | None:
    """None while no list is confirmed: then nobody is refused by it."""
    rule = rulebook()[SHORTAGE_LIST].on(day)
    return None if rule.is_provisional or rule.is_open else rule.value


def _access(one: Occupation, day: date) -> Sourced | None:
    """Its row in the list of access types, where the whole occupation is one."""
    listed = catalogue().access_on(day)
    found = listed.items.get(one.code) if listed else None
    return found if found is not None and found.value == "whole" else None


def _words(one: Occupation, day: date, listed: Collection[str] | None) -> str:
    words = f"{one.code} {occupation_word(one)}"
    if access := _access(one, day):
        if access.source.certainty == NOT_FOUND:
            return _("{occupation}（可能属准入类）", occupation=words)
        return _("{occupation}（准入类）", occupation=words)
    if listed is not None and one.code not in listed:
        return _("{occupation}（不在急需紧缺目录）", occupation=words)
    return words
