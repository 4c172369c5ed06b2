"""An application whose facts a newer roster changed: a second verdict beside the first, and the state that follows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.database import db, owner_of
from examops.core.keys import Keyring, open_id_number
from examops.core.transitions import check_transition
from examops.eligibility import Decision, Facts, judge
from examops.eligibility.models import Candidate, StoredVerdict
from examops.eligibility.rejudging import UPDATED
from examops.eligibility.roster import RosterContext
from examops.registration.models import Application, Roster, RosterRow
from examops.registration.rosters.standing import TURNS
from examops.registration.rosters.verdict_lines import stored_lines
from examops.registration.states import APPLICATION_TRANSITIONS, ApplicationState
from examops.registration.tags import Tag


def judge_application_again(
    application: Application, row: RosterRow, context: RosterContext, *, actor: Actor, ring: Keyring
) -> None:
    """By the facts of the row, which are the record with what changed. Who no longer passes is back to 材料未齐: places
    stay as they are until a person acts."""
    code, level = application.occupation_code, application.level
    old = db.session.execute(select(StoredVerdict).where(StoredVerdict.id == application.verdict_id)).scalar_one()
    facts, one = Facts.from_json(row.facts), context.for_one(code, level)
    verdict = judge(replace(facts, id_number=open_id_number(ring, row)), one)
    inputs = {"facts": {**facts.to_json(), "id_number": ""}, "context": one.to_json(), UPDATED: str(old.uid)}
    told = {"occupation_code": code, "level": level, "cut_off_on": context.cut_off, "candidate_id": old.candidate_id}
    told |= {"outcome": str(verdict.outcome), "lines": stored_lines(verdict), "inputs": inputs, "uid": uuid.uuid4()}
    new = insert(StoredVerdict).values(**owner_of(application), **told).returning(StoredVerdict.id)
    application.verdict_id = db.session.execute(new).scalar_one()
    state = ApplicationState.ACCEPTED if verdict.outcome is Decision.OK else ApplicationState.DRAFT
    if state != application.state:
        check_transition(APPLICATION_TRANSITIONS, application.state, state)
        application.state = state
    more: dict[str, Any] = {
        "before": old.outcome,
        "after": str(verdict.outcome),
        "verdict": str(told["uid"]),
        "instead_of": str(old.uid),
    }
    record(Tag.APPLICATION_JUDGED_AGAIN, actor, application, words=application.number, **more)


def turned(roster: Roster) -> dict[str, list[Any]]:
    """Whose application came out otherwise by this roster, once it is saved: rows of (Application number, Candidate)
    by ``falls`` and ``rises``; only those of whom there are any."""
    query = (
        select(Application.number, Candidate, RosterRow.reasons)
        .join(Application, Application.id == RosterRow.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(RosterRow.roster_id == roster.id, RosterRow.reasons.overlap(list(TURNS.values())))
        .order_by(RosterRow.row_number)
    )
    rows = db.session.execute(query).all()
    found = {turn: [row for row in rows if reason in row.reasons] for turn, reason in TURNS.items()}
    return {turn: people for turn, people in found.items() if people}


def numbers_of(people: Iterable[Any]) -> list[str]:
    return [row.number for row in people]
