"""``python -m examops rejudge --corrected``: who was wrongly refused or let in by a rule that has been corrected since.

Verdicts get a second one beside the first; applications, bookings and rosters stay as they are until a person acts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Flask
from sqlalchemy import select

from config.rulebook import Rulebook, rulebook
from examops.audit import record
from examops.catalogue import LEVELS
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.keys import Keyring
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.eligibility import OUTCOMES, Facts
from examops.eligibility.models import Candidate, StoredVerdict
from examops.eligibility.rejudging import Rejudged, judge_facts_again, judge_verdicts_again, next_verdicts
from examops.registration.models import Application, Roster, RosterRow
from examops.registration.rosters.context import roster_context
from examops.registration.rosters.verdict_lines import stored_lines
from examops.registration.tags import Tag
from examops.web.formats import mask_name

CHUNK = 500


@dataclass(frozen=True)
class Affected:
    """One person, masked. ``reference`` names the application or the row of a roster."""

    name: str
    id_masked: str
    occupation_code: str
    level: str
    reference: str
    judged: Rejudged


def main(arguments: list[str], app: Flask) -> int:
    parser = argparse.ArgumentParser(prog="python -m examops rejudge", description="规则更正后重判，列出受影响的人")
    parser.add_argument("--corrected", action="store_true", required=True, help="重判依据已被更正的结论，旧结论保留")
    parser.parse_args(arguments)
    with app.app_context():
        found = [*rejudge_verdicts(rulebook(), keyring()), *refused_rows(rulebook(), keyring())]
    sys.stdout.write("".join(report(found)))
    return 0


def report(found: list[Affected]) -> Iterator[str]:
    """Chinese lines for the operator: wrongly refused first, then wrongly let in, then the number of the others."""
    refused = [one for one in found if one.judged.was_wrongly_refused]
    let_in = [one for one in found if one.judged.was_wrongly_let_in]
    for title, people in (("原被误拒或多要材料", refused), ("原被误放", let_in)):
        yield f"{title}：{len(people)} 人\n"
        yield from (_line(one) for one in people)
    yield f"依据有变、结论不变或更不利：{len(found) - len(refused) - len(let_in)} 份\n"
    yield "报名、座位和名单均未改动，请逐人核实后处理。\n"


def _line(one: Affected) -> str:
    before, after = (OUTCOMES[outcome][1] for outcome in (one.judged.before, one.judged.after))
    rules = "、".join(rule.written_as for rule in one.judged.rules)
    person = f"{mask_name(one.name)} {one.id_masked} {one.occupation_code} {LEVELS[one.level]}"
    return f"  {person} {one.reference}：{before} → {after}（{rules}）\n"


def rejudge_verdicts(book: Rulebook, ring: Keyring) -> list[Affected]:
    """Stored verdicts, chunk by chunk, each its own transaction; safe to run again after a break."""
    found: list[Affected] = []
    last = 0
    while True:
        with transaction(SYSTEM):
            rows = next_verdicts(book, last, CHUNK)
            if not rows:
                return found
            last = rows[-1][0].id
            changed = list(judge_verdicts_again(rows, book, ring, stored_lines))
            found += [_affected(*one) for one in changed]
            for old, _, judged in changed:
                record(Tag.VERDICT_JUDGED_AGAIN, Actor.system("rejudge"), old, before=judged.before, after=judged.after)


def _affected(old: StoredVerdict, candidate: Candidate, judged: Rejudged) -> Affected:
    number = db.session.execute(select(Application.number).where(Application.verdict_id == old.id)).scalars().first()
    reference = f"报名 {number}" if number else f"结论 {old.uid}"
    return Affected(candidate.name, candidate.id_masked, old.occupation_code, old.level, reference, judged)


def refused_rows(book: Rulebook, ring: Keyring) -> list[Affected]:
    """Rows of rosters that were refused or unclear: they have no verdict of their own, only facts and an outcome."""
    found: list[Affected] = []
    with transaction(SYSTEM):
        for roster in db.session.execute(select(Roster).where(Roster.state.in_(("examined", "saved")))).scalars():
            rows = select(RosterRow).where(
                RosterRow.roster_id == roster.id, RosterRow.outcome != "ok", RosterRow.id_sealed.is_not(None)
            )
            for row in db.session.execute(rows.order_by(RosterRow.row_number)).scalars():
                found += _row_again(roster, row, book, ring)
    return found


def _row_again(roster: Roster, row: RosterRow, book: Rulebook, ring: Keyring) -> Iterator[Affected]:
    code, level = row.cells.get("occupation"), row.level
    if not (row.facts and code and level and row.id_hash and row.id_sealed):
        return
    number = ring.open(bytes(row.id_sealed), "person.id_sealed." + bytes(row.id_hash).hex())
    facts = replace(Facts.from_json(row.facts), id_number=number)
    judged = judge_facts_again(facts, roster_context(roster).for_one(code, level), row.outcome, book)
    if judged and judged.was_wrongly_refused:
        yield Affected(row.name, row.id_masked, code, level, f"名单 {roster.name} 第 {row.row_number} 行", judged)
