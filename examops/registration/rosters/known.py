"""What is on record about the people of a roster: live applications in the whole city. Asked in one go."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from sqlalchemy import text

from examops.core.database import db
from examops.core.keys import Keyring, id_number_hash
from examops.eligibility.roster import ParsedRow, PeopleOnRecord
from examops.registration.models import Roster
from examops.registration.rosters.originals import seen_of

BY_HASH = text("SELECT h, person_by_hash(h) AS person_id FROM unnest(CAST(:hashes AS bytea[])) AS t(h)")
LIVE = text("SELECT person_id FROM live_application_exists(:persons, :occupation, :level, :body)")


def persons_on_record(numbers: Iterable[str], ring: Keyring) -> dict[str, int]:
    """ID number → person id, for those the register knows."""
    hashes = {id_number_hash(ring, number): number for number in numbers if number}
    rows = db.session.execute(BY_HASH, {"hashes": list(hashes)})
    return {hashes[bytes(row.h)]: row.person_id for row in rows if row.person_id is not None}


def known_people(
    rows: Iterable[ParsedRow], targets: Iterable[tuple[str, int]], roster: Roster, ring: Keyring
) -> dict[str, PeopleOnRecord]:
    """Live applications by person and (occupation, level), and whose originals were seen for this roster. Never says at
    which other body."""
    ids = {row.id_number for row in rows if row.id_number}
    persons = persons_on_record(ids, ring)
    numbers = {person: number for number, person in persons.items()}
    counts: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
    for occupation, level in targets:
        asked = {"persons": list(numbers), "occupation": occupation, "level": level, "body": roster.body_id}
        for row in db.session.execute(LIVE, asked):
            counts[numbers[row.person_id]][(occupation, level)] += 1
    seen = seen_of(roster, ids, ring)
    return {
        number: PeopleOnRecord(open_applications=counts.get(number, {}), seen=seen.get(number, {}))
        for number in counts.keys() | seen.keys()
    }
