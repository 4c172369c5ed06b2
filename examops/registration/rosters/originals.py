"""Whose originals were seen, by whom and on which day: kept person by person with the roster, so that an examination
run again finds them. Persons are named by the keyed hash of their ID number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from examops.core.keys import Keyring, hashes_of_row, id_number_hashes
from examops.eligibility import Source
from examops.eligibility.roster import Evidence
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.context import VOUCHED


def seen_of(roster: Roster, numbers: Iterable[str], ring: Keyring) -> dict[str, dict[str, Evidence]]:
    """By ID number, the evidence by field of the sheet; only people of whom an original was seen."""
    kept = roster.sheet.get("seen", {})
    if not kept:
        return {}
    named = {number: _told_of(kept, id_number_hashes(ring, number)) for number in numbers}
    return {number: _evidence(groups) for number, groups in named.items() if groups}


def _told_of(kept: dict[str, Any], hashes: Iterable[bytes]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for hashed in hashes:
        found |= kept.get(hashed.hex(), {})
    return found


def _evidence(groups: dict[str, dict[str, str]]) -> dict[str, Evidence]:
    found: dict[str, Evidence] = {}
    for group, told in groups.items():
        evidence = Evidence(Source.DOCUMENT, date.fromisoformat(told["on"]), told["by"])
        found.update(dict.fromkeys(VOUCHED[group], evidence))
    return found


def keep_seen(roster: Roster, row: RosterRow, group: str, ring: Keyring, *, by: str, on: date) -> bool:
    """Note the reader and the day with the person of this row; False where somebody had seen it before."""
    hashes, kept = hashes_of_row(ring, row), roster.sheet.get("seen", {})
    before, person = _told_of(kept, hashes), hashes[0].hex()
    if group in before:
        return False
    told = {**before, group: {"by": by, "on": on.isoformat()}}
    roster.sheet = {**roster.sheet, "seen": {**kept, person: told}}
    return True


def forget_seen(roster: Roster, row: RosterRow, group: str, ring: Keyring) -> dict[str, str] | None:
    """Take the note back; answers what it said, ``{by, on}``, or None where there was none."""
    kept: dict[str, dict[str, Any]] = roster.sheet.get("seen", {})
    persons = [one.hex() for one in hashes_of_row(ring, row)]
    told = next((kept[one][group] for one in persons if group in kept.get(one, {})), None)
    if told is not None:
        left = {
            one: {name: note for name, note in kept[one].items() if name != group} for one in persons if one in kept
        }
        roster.sheet = {**roster.sheet, "seen": {**kept, **left}}
    return told


def seen_groups(roster: Roster, row: RosterRow, ring: Keyring) -> dict[str, dict[str, Any]]:
    """By group of papers, who saw the original of this person and when: ``{by, on}``, ``on`` a date."""
    kept = _told_of(roster.sheet.get("seen", {}), hashes_of_row(ring, row))
    return {group: {"by": told["by"], "on": date.fromisoformat(told["on"])} for group, told in kept.items()}
