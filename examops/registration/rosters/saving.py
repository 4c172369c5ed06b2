"""Saving a roster: those who may apply become candidates with evidence, a stored verdict and an application."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import DataError, IntegrityError

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.keys import Keyring
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.transaction import broken_constraint, sqlstate, transaction
from examops.eligibility import Decision
from examops.eligibility.roster import words_of
from examops.organisations import filing_refusal
from examops.organisations.models import Body
from examops.registration.batches.service import must_be_open
from examops.registration.models import Batch, Roster, RosterRow
from examops.registration.rosters.applicants import (
    Applicant,
    judged_applicant,
    live_applications,
    offers_of,
    persons_of,
    write_applications,
    write_candidates,
    write_verdicts,
)
from examops.registration.rosters.context import roster_context
from examops.registration.rosters.evidence import save_evidence
from examops.registration.rosters.failing import given_back
from examops.registration.rosters.intake import RosterIsBusy
from examops.registration.rosters.judging_again import numbers_of, turned
from examops.registration.rosters.standing import CHANGED, recounted, standing
from examops.registration.rosters.updating import WITHDRAWN, write_updates
from examops.registration.tags import Tag

CHUNK = 500
BROKE_OFF = N_("保存时系统出错，还没有存完。再点一次“保存”，已存的人不会重复；还是出错，请联系运维")
APPLIED_MEANWHILE = N_("保存时已另有有效报名")
LEFT_OUT = N_("保存时本机构的备案已不包括这个职业等级：先办增项备案，再核对")
REFUSED = "row.refused"

logger = logging.getLogger(__name__)


class NothingToSave(Conflict):
    code, message, advice = "roster.nothing_to_save", N_("没有可以报名的人"), N_("先补齐待核实的材料，或改正不符合的行")


def begin_saving(roster: Roster, *, clock: Clock) -> None:
    """From examined to saving; the rest happens in a worker. Raises BatchIsClosed outside the application window, and
    NotFiled while the body is not filed: of a suspended one the directory says that it takes no applications."""
    batch = db.session.execute(select(Batch).where(Batch.id == roster.batch_id)).scalar_one()
    must_be_open(batch, clock)
    refusal = filing_refusal(db.session.get_one(Body, batch.body_id), (), today(clock))
    if refusal:
        raise refusal
    if roster.state != "examined":
        raise RosterIsBusy(N_("名单还没核对完，或已经保存"))
    to_save = int(roster.counts.get("ok", 0)) + int(roster.counts.get("changed", 0))
    if not to_save:
        raise NothingToSave()
    # After a save that broke off some are saved already.
    already = select(func.count()).where(RosterRow.roster_id == roster.id, RosterRow.application_id.is_not(None))
    roster.state, roster.row_count, roster.fault = "saving", to_save, Message("")
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
                again: dict[str, Any] = {turn: numbers_of(people) for turn, people in turned(roster).items()}
                record(Tag.ROSTER_SAVED, actor, roster, words=roster.name, saved=roster.done_count, **again)
                return message(N_("保存 {count} 人"), count=roster.done_count)
            _save_accepted(roster, rows, actor, clock, ring)
            roster.done_count += len(rows)


def _next_rows(roster: Roster) -> list[RosterRow]:
    query = (
        select(RosterRow)
        .where(RosterRow.roster_id == roster.id, RosterRow.application_id.is_(None))
        .where((RosterRow.outcome == "ok") | RosterRow.reasons.contains([CHANGED]))
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
    roster.counts = recounted(roster.counts, [standing(row)], [outcome])
    row.outcome, row.lines = outcome, [why]


def _save_chunk(roster: Roster, rows: Sequence[RosterRow], actor: Actor, clock: Clock, ring: Keyring) -> None:
    changed = [row for row in rows if CHANGED in row.reasons]
    for row in write_updates(roster, changed, actor, clock, ring) if changed else ():
        _send_back(roster, row, "unclear", message(WITHDRAWN))
        row.reasons, row.problems = [f"cell:{REFUSED}"], [row.lines[0]]
    if new := [row for row in rows if row not in changed]:
        _save_new(roster, new, clock, ring)


def _save_new(roster: Roster, rows: Sequence[RosterRow], clock: Clock, ring: Keyring) -> None:
    batch = db.session.execute(select(Batch).where(Batch.id == roster.batch_id)).scalar_one()
    context, offers = roster_context(roster), offers_of(batch)
    persons = persons_of(rows, ring)
    live = live_applications(persons, offers, roster.body_id)
    people = [judged_applicant(row, context, offers, persons, live, ring) for row in rows]
    for person in people:
        if person.verdict.outcome is not Decision.OK:
            _set_back(roster, person)  # applied elsewhere since the preview, or the filing left the level out
    fit = [person for person in people if person.verdict.outcome is Decision.OK]
    if not fit:
        return
    write_candidates(roster, fit)
    save_evidence(roster, fit, today(clock))
    verdicts = write_verdicts(roster, fit, batch)
    write_applications(roster, batch, fit, verdicts, clock)


def _set_back(roster: Roster, person: Applicant) -> None:
    row = person.row
    reasons = [line.code for line in (*person.verdict.failing, *person.verdict.unclear)]
    why = LEFT_OUT if "body.not_filed" in reasons else APPLIED_MEANWHILE
    _send_back(roster, row, str(person.verdict.outcome), message(why))
    row.facts, row.reasons = person.inputs["facts"], reasons  # opened, the row shows the clause that fails
