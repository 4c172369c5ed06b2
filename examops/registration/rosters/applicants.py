"""The people of a roster being saved: judged once more, then rows of candidates, verdicts and applications."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from config.rulebook import rulebook
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.keys import Keyring, open_id_number
from examops.core.numbers import next_number
from examops.eligibility import Fact, Facts, Source, Verdict, judge, register_persons
from examops.eligibility.models import Candidate, StoredVerdict
from examops.eligibility.roster import RosterContext
from examops.registration.models import Application, Batch, BatchOccupation, Roster, RosterRow
from examops.registration.rosters.known import LIVE
from examops.registration.rosters.verdict_lines import stored_lines
from examops.registration.states import ApplicationState


@dataclass
class Applicant:
    """One row on its way: judged again at the moment of saving, by the same function as the preview."""

    row: RosterRow
    facts: Facts
    verdict: Verdict
    inputs: dict[str, Any]
    offer: BatchOccupation
    person_id: int = 0
    candidate_id: int = 0


def offers_of(batch: Batch) -> dict[tuple[str, str], BatchOccupation]:
    rows = db.session.execute(select(BatchOccupation).where(BatchOccupation.batch_id == batch.id)).scalars()
    return {(row.occupation_code, row.level): row for row in rows}


def persons_of(rows: Sequence[RosterRow], ring: Keyring) -> dict[bytes, int]:
    """The person id by the hash that stands in each row; who is not in the register yet is added."""
    numbers = {bytes(row.id_hash): open_id_number(ring, row) for row in rows if row.id_hash and row.id_sealed}
    found = register_persons(numbers.values(), ring)
    return {hashed: found[number] for hashed, number in numbers.items()}


def live_applications(
    persons: dict[bytes, int], offers: dict[tuple[str, str], BatchOccupation], body_id: int
) -> set[tuple[int, str, str]]:
    busy = set()
    for code, level in offers:
        asked = {"persons": list(persons.values()), "occupation": code, "level": level, "body": body_id}
        busy |= {(row.person_id, code, level) for row in db.session.execute(LIVE, asked)}
    return busy


def judged_applicant(
    row: RosterRow,
    context: RosterContext,
    offers: dict[tuple[str, str], BatchOccupation],
    persons: dict[bytes, int],
    live: set[tuple[int, str, str]],
    ring: Keyring,
) -> Applicant:
    assert row.id_hash
    number = open_id_number(ring, row)
    code, level = row.cells["occupation"], row.level
    person_id = persons[bytes(row.id_hash)]
    count = Fact(int((person_id, code, level) in live), Source.OFFICIAL)
    facts = replace(Facts.from_json(row.facts), id_number=number, open_applications=count)
    one = context.for_one(code, level)
    inputs = {"facts": {**facts.to_json(), "id_number": ""}, "context": one.to_json()}
    return Applicant(row, facts, judge(facts, one, rulebook()), inputs, offers[code, level], person_id)


def write_candidates(roster: Roster, people: Sequence[Applicant]) -> None:
    """One per body and person; a known one takes the newer team and telephone."""
    rows = {}
    for person in people:
        values = person.row.cells["values"]
        number = person.facts.id_number
        rows[person.person_id] = {
            **owner_of(roster),
            "uid": uuid.uuid4(),
            "person_id": person.person_id,
            "name": person.facts.name,
            "id_masked": person.row.id_masked,
            "sex": _sex(number, person.facts.sex),
            "born_on": _born(number),
            "telephone": str(values.get("telephone") or ""),
            "team": str(values.get("team") or values.get("class_name") or ""),
            "kind": person.row.cells["kind"] or "social",
        }
    statement = upsert(Candidate).values(list(rows.values()))
    newer = {
        "team": statement.excluded.team,
        "telephone": statement.excluded.telephone,
        "kind": statement.excluded.kind,
    }
    done = db.session.execute(
        statement.on_conflict_do_update(index_elements=["body_id", "person_id"], set_=newer).returning(
            Candidate.id, Candidate.person_id
        )
    )
    ids = {row.person_id: row.id for row in done}
    for person in people:
        person.candidate_id = ids[person.person_id]


def _sex(number: str, told: str) -> str:
    """By the number; of a document whose number does not say it, as the sheet does."""
    if len(number) == 18:
        return "男" if int(number[16]) % 2 else "女"
    return {"male": "男", "female": "女"}.get(told, "")


def _born(number: str) -> date | None:
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14])) if len(number) == 18 else None


def write_verdicts(roster: Roster, people: Sequence[Applicant], batch: Batch) -> list[int]:
    rows = [
        {
            **owner_of(roster),
            "uid": uuid.uuid4(),
            "candidate_id": person.candidate_id,
            "level": person.offer.level,
            "occupation_code": person.offer.occupation_code,
            "cut_off_on": batch.cut_off_on,
            "outcome": str(person.verdict.outcome),
            "lines": stored_lines(person.verdict),
            "inputs": person.inputs,
        }
        for person in people
    ]
    done = db.session.execute(insert(StoredVerdict).returning(StoredVerdict.id, sort_by_parameter_order=True), rows)
    return [row.id for row in done]


def write_applications(
    roster: Roster, batch: Batch, people: Sequence[Applicant], verdicts: Sequence[int], clock: Clock
) -> None:
    year = today(clock).year
    first = next_number(f"application:{year}", len(people))
    rows = [
        {
            **owner_of(roster),
            "uid": uuid.uuid4(),
            "number": f"{year}{first + offset:08d}",
            "batch_id": batch.id,
            "candidate_id": person.candidate_id,
            "person_id": person.person_id,
            "occupation_code": person.offer.occupation_code,
            "level": person.offer.level,
            "standard_version": person.offer.standard_version,
            "specification_id": person.offer.specification_id,
            "parts": person.offer.parts,
            "state": ApplicationState.ACCEPTED,
            "verdict_id": verdict_id,
        }
        for offset, (person, verdict_id) in enumerate(zip(people, verdicts, strict=True))
    ]
    done = db.session.execute(insert(Application).returning(Application.id, sort_by_parameter_order=True), rows)
    applied = [{"id": person.row.id, "application_id": row.id} for person, row in zip(people, done, strict=True)]
    db.session.execute(update(RosterRow), applied)
