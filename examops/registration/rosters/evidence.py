"""The facts of people saved as rows: spells of work, certificates, schooling, each with its source."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from sqlalchemy import insert

from examops.core.database import db, owner_of
from examops.eligibility import Facts, Spell
from examops.eligibility.models import Credential, Employment
from examops.registration.models import Roster


class SavedPerson(Protocol):
    @property
    def candidate_id(self) -> int: ...
    @property
    def facts(self) -> Facts: ...


def save_evidence(roster: Roster, people: Sequence[SavedPerson], day: date) -> None:
    """The facts as rows, each with its source; a later roster adds, it does not overwrite."""
    spells = [_spell(roster, person, spell, day) for person in people for spell in person.facts.spells if spell.start]
    if spells:
        db.session.execute(insert(Employment), spells)
    credentials = [row for person in people for row in _credentials(roster, person, day)]
    if credentials:
        db.session.execute(insert(Credential), credentials)


def _spell(roster: Roster, person: SavedPerson, spell: Spell, day: date) -> dict[str, Any]:
    told = {
        name: str(fact.value) if fact else ""
        for name, fact in (("insured_in", spell.insured_in), ("works_in", spell.works_in))
    }
    return {
        **owner_of(roster),
        "uid": uuid.uuid4(),
        "candidate_id": person.candidate_id,
        "kind": spell.kind,
        **told,
        "employer": spell.employer,
        "employer_code": spell.employer_code,
        "host": spell.host,
        "host_code": spell.host_code,
        "started_on": spell.start,
        "ended_on": spell.end,
        "source": str(spell.source),
        "as_of": spell.as_of or day,
        "seen_by": spell.seen_by,
    }


def _credentials(roster: Roster, person: SavedPerson, day: date) -> list[dict[str, Any]]:
    base = {
        **owner_of(roster),
        "candidate_id": person.candidate_id,
        "occupation_code": "",
        "level": None,
        "number": "",
        "institution": "",
    }
    rows = []
    for held in person.facts.certificates:
        found = {
            "kind": "certificate",
            "occupation_code": held.occupation,
            "level": held.level,
            "number": held.number,
            "dated_on": held.issued_on,
        }
        rows.append({**base, **found, "details": {}, **_source(held, day)})
    for school in person.facts.schooling:
        kind = "enrolment" if school.is_enrolment else "graduation"
        found = {
            "kind": kind,
            "institution": school.institution,
            "dated_on": school.start if school.is_enrolment else school.end,
        }
        rows.append({**base, **found, "details": {"major": school.major}, **_source(school, day)})
    return [{**row, "uid": uuid.uuid4()} for row in rows]


def _source(evidence: Any, day: date) -> dict[str, Any]:
    return {"source": str(evidence.source), "as_of": evidence.as_of or day, "seen_by": evidence.seen_by}
