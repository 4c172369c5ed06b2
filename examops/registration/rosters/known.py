"""What is on record about the people of a roster: live applications in the whole city. Asked in one go."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select, text

from examops.core.database import db
from examops.core.keys import Keyring
from examops.eligibility import Facts, persons_on_record
from examops.eligibility.models import Candidate, StoredVerdict
from examops.eligibility.roster import Applied, ParsedRow, PeopleOnRecord
from examops.registration.models import Application, Roster
from examops.registration.rosters.originals import seen_of
from examops.registration.states import LIVE_APPLICATION

LIVE = text("SELECT person_id FROM live_application_exists(:persons, :occupation, :level, :body)")


def known_people(
    rows: Iterable[ParsedRow], targets: Iterable[tuple[str, str]], roster: Roster, ring: Keyring
) -> dict[str, PeopleOnRecord]:
    """Live applications by person and (occupation, level), whose originals were seen for this roster, and who applied
    in this very batch before. Never says at which other body."""
    ids = {row.id_number for row in rows if row.id_number}
    persons = persons_on_record(ids, ring)
    numbers = {person: number for number, person in persons.items()}
    counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for occupation, level in targets:
        asked = {"persons": list(numbers), "occupation": occupation, "level": level, "body": roster.body_id}
        for row in db.session.execute(LIVE, asked):
            counts[numbers[row.person_id]][(occupation, level)] += 1
    seen, applied = seen_of(roster, ids, ring), applied_in(roster, numbers)
    for number, here in applied.items():  # the sheet is news about that application, not another one
        counts[number].subtract(here.keys())
    return {
        number: PeopleOnRecord(None, counts.get(number, {}), seen.get(number, {}), applied.get(number, {}))
        for number in counts.keys() | seen.keys()
    }


def applied_in(roster: Roster, persons: Mapping[int, Any]) -> dict[Any, dict[tuple[str, str], Applied]]:
    """Live applications of the roster's own body and batch, by what ``persons`` names a person id."""
    query = (
        select(Application, Candidate, StoredVerdict.inputs, StoredVerdict.outcome)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .outerjoin(StoredVerdict, StoredVerdict.id == Application.verdict_id)
        .where(Application.batch_id == roster.batch_id, Application.body_id == roster.body_id)
        .where(Application.state.in_(LIVE_APPLICATION), Application.person_id.in_(persons))
    )
    found: dict[Any, dict[tuple[str, str], Applied]] = defaultdict(dict)
    for application, candidate, inputs, outcome in db.session.execute(query):
        facts = Facts.from_json(inputs["facts"]) if inputs and "facts" in inputs else None
        told = (candidate.name, candidate.team, candidate.telephone)
        key = (application.occupation_code, application.level)
        found[persons[application.person_id]][key] = Applied(
            application.id, application.number, *told, facts, outcome or "ok"
        )
    return dict(found)
