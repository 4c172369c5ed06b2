"""People of a roster who had applied before: what changed is written, and judged again where it is a fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import LargeBinary, Select, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from examops.accounts import shown_name
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day, today
from examops.core.database import db
from examops.core.keys import Keyring, hashes_of_row
from examops.core.language import N_, _
from examops.eligibility import Facts
from examops.eligibility.models import Candidate
from examops.eligibility.roster import GROUP_OF
from examops.registration.models import Application, Roster, RosterRow
from examops.registration.rosters.applicants import persons_of
from examops.registration.rosters.context import roster_context
from examops.registration.rosters.evidence import save_evidence
from examops.registration.rosters.judging_again import judge_application_again
from examops.registration.rosters.known import applied_in
from examops.registration.states import LIVE_APPLICATION
from examops.registration.tags import Tag

WITHDRAWN = N_("核对以后报名已经撤回，没有写入")
NAMED = 10


@dataclass(frozen=True)
class _Person:
    candidate_id: int
    facts: Facts


def write_updates(
    roster: Roster, rows: Sequence[RosterRow], actor: Actor, clock: Clock, ring: Keyring
) -> list[RosterRow]:
    """Write what the rows say otherwise. Answers those whose application was withdrawn meanwhile, unwritten."""
    persons, context = persons_of(rows, ring), roster_context(roster)
    applied = applied_in(roster, {person: person for person in persons.values()})
    left = []
    for row in rows:
        assert row.id_hash
        here = applied.get(persons[bytes(row.id_hash)], {}).get((row.cells["occupation"], row.level))
        if here is None:
            left.append(row)
        else:
            application = _write(roster, row, here.application_id, actor, today(clock))
            if _written(row).keys() & GROUP_OF.keys():
                judge_application_again(application, row, context, actor=actor, ring=ring)
    return left


def _written(row: RosterRow) -> dict[str, str]:
    """The new words of what is written, by field of the differences."""
    return {field: after for field, _before, after, is_written in row.cells["update"]["differences"] if is_written}


def _write(roster: Roster, row: RosterRow, application_id: int, actor: Actor, day: date) -> Application:
    application = db.session.execute(select(Application).where(Application.id == application_id)).scalar_one()
    candidate = db.session.execute(select(Candidate).where(Candidate.id == application.candidate_id)).scalar_one()
    written = _written(row)
    for field in ("team", "telephone"):
        if field in written:
            setattr(candidate, field, row.cells["values"].get(field) or written[field])
    if written.keys() & GROUP_OF.keys():
        candidate.kind = row.cells["kind"] or candidate.kind
        save_evidence(roster, [_Person(candidate.id, _changed(Facts.from_json(row.facts), written))], day)
    row.application_id = application.id
    record(Tag.APPLICATION_UPDATED, actor, application, words=application.number, fields=sorted(written))
    return application


def _changed(facts: Facts, written: dict[str, str]) -> Facts:
    """Only the spells and papers that are new: what stays is on record already."""
    groups = {GROUP_OF.get(field) for field in written}
    return replace(
        facts,
        spells=facts.spells if "employment" in groups else (),
        certificates=facts.certificates if "certificates" in groups else (),
        schooling=facts.schooling if "schooling" in groups else (),
    )


def gone_words(roster: Roster, ring: Keyring) -> Iterable[str]:
    """Who stood in the roster saved before, has applied by it, and is not in this one: told, nothing is done."""
    before = _roster_before(roster)
    if before is None:
        return
    query = (
        select(RosterRow)
        .join(Application, Application.id == RosterRow.application_id)
        .where(RosterRow.roster_id == before.id, RosterRow.id_hash.not_in(_hashes_in(roster, ring)))
        .where(Application.state.in_(LIVE_APPLICATION))
        .order_by(RosterRow.row_number)
    )
    names = [shown_name(row) for row in db.session.execute(query).scalars()]
    if names:
        named: dict[str, Any] = {"count": len(names), "names": _("、").join(names[:NAMED])}
        named["more"] = _(" 等") if len(names) > NAMED else ""
        day = local_day(before.finished_at).isoformat() if before.finished_at else ""
        words = N_("{day} 上次名单里的 {count} 人这次没有：{names}{more}。他们的报名照旧")
        yield _(words, day=day, **named)


def _hashes_in(roster: Roster, ring: Keyring) -> Select[Any]:
    """Every hash under which another roster may keep the people of this one."""
    here = select(RosterRow.id_hash).where(RosterRow.roster_id == roster.id, RosterRow.id_hash.is_not(None))
    if ring.former is None:
        return here
    rows = db.session.execute(here.add_columns(RosterRow.id_sealed))
    hashes = [hashed for row in rows for hashed in hashes_of_row(ring, row)]
    return select(func.unnest(literal(hashes, ARRAY(LargeBinary))))


def _roster_before(roster: Roster) -> Roster | None:
    """The newest saved roster of the batch, where somebody of this one has applied before."""
    if not any(roster.counts.get(name) for name in ("same", "changed", "differs")):
        return None
    query = select(Roster).where(Roster.batch_id == roster.batch_id, Roster.state == "saved", Roster.id < roster.id)
    return db.session.execute(query.order_by(Roster.id.desc()).limit(1)).scalar_one_or_none()
