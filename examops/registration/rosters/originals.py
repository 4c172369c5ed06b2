"""Whose originals were seen, by whom and on which day: kept person by person with the roster, so that an examination
run again finds them. Persons are named by the keyed hash of their ID number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from examops.core.keys import Keyring, id_number_hash
from examops.eligibility import Source
from examops.eligibility.roster import Evidence
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.context import VOUCHED


def seen_of(roster: Roster, numbers: Iterable[str], ring: Keyring) -> dict[str, dict[str, Evidence]]:
    """By ID number, the evidence by field of the sheet; only people of whom an original was seen."""
    kept = roster.sheet.get("seen", {})
    if not kept:
        return {}
    named = {number: kept.get(id_number_hash(ring, number).hex(), {}) for number in numbers}
    return {number: _evidence(groups) for number, groups in named.items() if groups}


def _evidence(groups: dict[str, dict[str, str]]) -> dict[str, Evidence]:
    found: dict[str, Evidence] = {}
    for group, told in groups.items():
        evidence = Evidence(Source.DOCUMENT, date.fromisoformat(told["on"]), told["by"])
        found.update(dict.fromkeys(VOUCHED[group], evidence))
    return found


def keep_seen(roster: Roster, row: RosterRow, group: str, *, by: str, on: date) -> bool:
    """Note the reader and the day with the person of this row; False where somebody had seen it before."""
    assert row.id_hash
    person, kept = bytes(row.id_hash).hex(), roster.sheet.get("seen", {})
    if group in kept.get(person, {}):
        return False
    told = {**kept.get(person, {}), group: {"by": by, "on": on.isoformat()}}
    roster.sheet = {**roster.sheet, "seen": {**kept, person: told}}
    return True


def forget_seen(roster: Roster, row: RosterRow, group: str) -> dict[str, str] | None:
    """Take the note back; answers what it said, ``{by, on}``, or None where there was none."""
    assert row.id_hash
    person, kept = bytes(row.id_hash).hex(), roster.sheet.get("seen", {})
    told = kept.get(person, {}).get(group)
    if told is not None:
        left = {name: one for name, one in kept[person].items() if name != group}
        roster.sheet = {**roster.sheet, "seen": {**kept, person: left}}
    return told


def seen_groups(roster: Roster, row: RosterRow) -> dict[str, dict[str, Any]]:
    """By group of papers, who saw the original of this person and when: ``{by, on}``, ``on`` a date."""
    kept = roster.sheet.get("seen", {}).get(bytes(row.id_hash).hex(), {}) if row.id_hash else {}
    return {group: {"by": told["by"], "on": date.fromisoformat(told["on"])} for group, told in kept.items()}
