"""Saving a roster: those who may apply become candidates with evidence, a stored verdict and an application."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DataError, IntegrityError

from config.rulebook import rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.errors import Conflict
from examops.core.keys import KEY_VERSION, Keyring, open_id_number
from examops.core.language import N_, Message, message
from examops.core.numbers import next_number
from examops.core.scope import SYSTEM
from examops.core.transaction import broken_constraint, sqlstate, transaction
from examops.eligibility import Decision, Fact, Facts, Source, Verdict, judge
from examops.eligibility.models import Candidate, StoredVerdict
from examops.eligibility.roster import RosterContext, words_of
from examops.registration.batches.service import must_be_open
from examops.registration.models import Application, Batch, BatchOccupation, Roster, RosterRow
from examops.registration.rosters.context import roster_context
from examops.registration.rosters.correcting import recounted
from examops.registration.rosters.evidence import save_evidence
from examops.registration.rosters.failing import given_back
from examops.registration.rosters.intake import RosterIsBusy
from examops.registration.rosters.known import LIVE
from examops.registration.rosters.verdict_lines import stored_lines
from examops.registration.states import ApplicationState
from examops.registration.tags import Tag

CHUNK = 500
BROKE_OFF = N_("保存时系统出错，还没有存完。再点一次“保存”，已存的人不会重复；还是出错，请联系运维")
APPLIED_MEANWHILE = N_("保存时已另有有效报名")
REFUSED = "row.refused"
logger = logging.getLogger(__name__)
PERSONS = text("SELECT id_hash, person_id FROM persons_for(:hashes, :sealed, :uids, :version)")


class NothingToSave(Conflict):
    code, message, advice = "roster.nothing_to_save", N_("没有可以报名的人"), N_("先补齐待核实的材料，或改正不符合的行")


def begin_saving(roster: Roster, *, clock: Clock) -> None:
    """From examined to saving; the rest happens in a worker. Raises BatchIsClosed outside the application window."""
    batch = db.session.execute(select(Batch).where(Batch.id == roster.batch_id)).scalar_one()
    must_be_open(batch, clock)
    if roster.state != "examined":
        raise RosterIsBusy(N_("名单还没核对完，或已经保存"))
    if not roster.counts.get("ok"):
        raise NothingToSave()
    # After a save that broke off some are saved already.
    already = select(func.count()).where(RosterRow.roster_id == roster.id, RosterRow.application_id.is_not(None))
    roster.state, roster.row_count, roster.fault = "saving", int(roster.counts["ok"]), Message("")
    roster.done_count = int(db.session.execute(already).scalar_one())
    roster.started_at, roster.finished_at = clock.now(), None


def save_roster(uid: uuid.UUID, *, actor: Actor, clock: Clock, ring: Keyring) -> Message:
    """Chunk by chunk, each its own transaction: a kill in the middle is continued where it stopped."""
    with given_back(uid, working="saving", state="examined", fault=message(BROKE_OFF), clock=clock):
        return _save(uid, actor, clock, ring)


def _save(uid: uuid.UUID, actor: Actor, clock: Clock, ring: Keyring) -> Message:
    while True:
        with transaction(SYSTEM):
            roster = db.session.execute(select(Roster).where(Roster.uid == uid).with_for_update()).scalar_one()
            if roster.state != "saving":
                return message(N_("名单不在保存"))
            rows = _next_rows(roster)
            if not rows:
                roster.state, roster.finished_at = "saved", clock.now()
                record(Tag.ROSTER_SAVED, actor, roster, words=roster.name, saved=roster.done_count)
                return message(N_("保存 {count} 人"), count=roster.done_count)
            _save_accepted(roster, rows, actor, clock, ring)
            roster.done_count += len(rows)


def _next_rows(roster: Roster) -> list[RosterRow]:
    query = (
        select(RosterRow)
        .where(RosterRow.roster_id == roster.id, RosterRow.outcome == "ok", RosterRow.application_id.is_(None))
        .order_by(RosterRow.row_number)
        .limit(CHUNK)
    )
    return list(db.session.execute(query).scalars())


def _save_accepted(roster: Roster, rows: Sequence[RosterRow], actor: Actor, clock: Clock, ring: Keyring) -> None:
    """Save the rows; where the database refuses some of them, all others. By halves: one bad row costs few attempts."""
    try:
        with db.session.begin_nested():
            _save_chunk(roster, rows, actor, clock, ring)
    except (IntegrityError, DataError) as error:
        if len(rows) == 1:
            _refused(roster, rows[0], error)
            return
        middle = len(rows) // 2
        for half in (rows[:middle], rows[middle:]):
            _save_accepted(roster, half, actor, clock, ring)


def _refused(roster: Roster, row: RosterRow, error: IntegrityError | DataError) -> None:
    constraint = broken_constraint(error)
    logger.warning("roster %s row %s refused: %s %s", roster.uid, row.row_number, sqlstate(error), constraint)
    if constraint == "uq_application_live":  # somebody applied elsewhere in this very moment
        _send_back(roster, row, "no", message(APPLIED_MEANWHILE))
        row.reasons = ["application.one"]
    else:
        _send_back(roster, row, "unclear", message(words_of(REFUSED)))
        row.reasons = [f"cell:{REFUSED}"]
    row.problems = [row.lines[0]]


def _send_back(roster: Roster, row: RosterRow, outcome: str, why: Message) -> None:
    roster.counts = recounted(roster.counts, [row.outcome], [outcome])
    row.outcome, row.lines = outcome, [why]


@dataclass
class _Person:
    """One row on its way: judged again at the moment of saving, by the same function as the preview."""

    row: RosterRow
    facts: Facts
    verdict: Verdict
    inputs: dict[str, Any]
    offer: BatchOccupation
    person_id: int = 0
    candidate_id: int = 0


def _save_chunk(roster: Roster, rows: Sequence[RosterRow], actor: Actor, clock: Clock, ring: Keyring) -> None:
    batch = db.session.execute(select(Batch).where(Batch.id == roster.batch_id)).scalar_one()
    context, offers = roster_context(roster), _offers(batch)
    persons = _persons(rows)
    live = _live(persons, offers, roster.body_id)
    people = [_judged(row, context, offers, persons, live, ring) for row in rows]
    for person in people:
        if person.verdict.outcome is not Decision.OK:
            _set_back(roster, person)  # somebody applied elsewhere since the preview
    fit = [person for person in people if person.verdict.outcome is Decision.OK]
    if not fit:
        return
    _candidates(roster, fit)
    save_evidence(roster, fit, today(clock))
    verdicts = _verdicts(roster, fit, batch)
    _applications(roster, batch, fit, verdicts, clock)


def _offers(batch: Batch) -> dict[tuple[str, int], BatchOccupation]:
    rows = db.session.execute(select(BatchOccupation).where(BatchOccupation.batch_id == batch.id)).scalars()
    return {(row.occupation_code, row.level): row for row in rows}


def _persons(rows: Sequence[RosterRow]) -> dict[bytes, int]:
    distinct = {bytes(row.id_hash): bytes(row.id_sealed) for row in rows if row.id_hash and row.id_sealed}
    asked = {"hashes": list(distinct), "sealed": list(distinct.values()), "uids": [uuid.uuid4() for _ in distinct]}
    found = db.session.execute(PERSONS, {**asked, "version": KEY_VERSION})
    return {bytes(row.id_hash): row.person_id for row in found}


def _live(
    persons: dict[bytes, int], offers: dict[tuple[str, int], BatchOccupation], body_id: int
) -> set[tuple[int, str, int]]:
    busy = set()
    for code, level in offers:
        asked = {"persons": list(persons.values()), "occupation": code, "level": level, "body": body_id}
        busy |= {(row.person_id, code, level) for row in db.session.execute(LIVE, asked)}
    return busy


def _judged(
    row: RosterRow,
    context: RosterContext,
    offers: dict[tuple[str, int], BatchOccupation],
    persons: dict[bytes, int],
    live: set[tuple[int, str, int]],
    ring: Keyring,
) -> _Person:
    assert row.id_hash
    number = open_id_number(ring, row)
    code, level = row.cells["occupation"], row.cells["level"]
    person_id = persons[bytes(row.id_hash)]
    count = Fact(int((person_id, code, level) in live), Source.OFFICIAL)
    facts = replace(Facts.from_json(row.facts), id_number=number, open_applications=count)
    one = context.for_one(code, level)
    inputs = {"facts": {**facts.to_json(), "id_number": ""}, "context": one.to_json()}
    return _Person(row, facts, judge(facts, one, rulebook()), inputs, offers[code, level], person_id)


def _set_back(roster: Roster, person: _Person) -> None:
    row = person.row
    _send_back(roster, row, str(person.verdict.outcome), message(APPLIED_MEANWHILE))
    row.facts = person.inputs["facts"]  # with the application found: opened, the row shows the clause that fails
    row.reasons = [line.code for line in (*person.verdict.failing, *person.verdict.unclear)]


def _candidates(roster: Roster, people: Sequence[_Person]) -> None:
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
            "sex": _sex(number),
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


def _sex(number: str) -> str:
    return "男" if len(number) == 18 and int(number[16]) % 2 else "女"


def _born(number: str) -> date | None:
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14])) if len(number) == 18 else None


def _verdicts(roster: Roster, people: Sequence[_Person], batch: Batch) -> list[int]:
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


def _applications(
    roster: Roster, batch: Batch, people: Sequence[_Person], verdicts: Sequence[int], clock: Clock
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
            "parts": person.offer.parts,
            "state": ApplicationState.ACCEPTED,
            "verdict_id": verdict_id,
        }
        for offset, (person, verdict_id) in enumerate(zip(people, verdicts, strict=True))
    ]
    done = db.session.execute(insert(Application).returning(Application.id, sort_by_parameter_order=True), rows)
    pairs = [{"b_id": person.row.id, "application_id": row.id} for person, row in zip(people, done, strict=True)]
    db.session.execute(
        update(RosterRow), [{"id": pair["b_id"], "application_id": pair["application_id"]} for pair in pairs]
    )
