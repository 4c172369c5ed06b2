"""Many accepted applications at once, where a factory's commit for each row would take longer than what is measured."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from sqlalchemy import text

from examops.core.database import db, owner_of
from examops.core.extensions import keyring
from examops.core.keys import seal_id_number
from examops.eligibility.models import Candidate
from examops.registration.models import Application, Batch
from tests.factories import ELECTRICIAN


def applicants(batch: Batch, count: int) -> list[Application]:
    """Of as many new people, committed; inside an application context."""
    ring, mark = keyring(), secrets.token_hex(5)
    sealed = [seal_id_number(ring, f"{mark}{n:08d}") for n in range(count)]
    values = {"h": [one for one, _ in sealed], "s": [one for _, one in sealed], "u": [uuid.uuid4() for _ in sealed]}
    found = db.session.execute(text("SELECT person_id FROM persons_for(:h, :s, :u, 1)"), values).scalars().all()
    owner: dict[str, Any] = owner_of(batch)
    person = {"name": "陈明", "sex": "男", "kind": "employee", "team": "总装线", "id_masked": "4406**********0000"}
    people = [Candidate(**owner, person_id=person_id, **person) for person_id in found]
    db.session.add_all(people)
    db.session.flush()
    place = {"batch_id": batch.id, "occupation_code": ELECTRICIAN, "level": "4", "standard_version": "2018"}
    applications = [
        Application(
            **owner,
            **place,
            number=f"{mark}{n:06d}",
            candidate_id=one.id,
            person_id=one.person_id,
            parts=["skill"],
            state="accepted",
        )
        for n, one in enumerate(people)
    ]
    db.session.add_all(applications)
    db.session.commit()
    return applications
