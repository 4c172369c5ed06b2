"""What follows from findings: kept while they last; a draft or a reminder where their rule acts, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.language import N_, Message, message
from examops.exits.models import ExitCase
from examops.exits.notices import tell
from examops.exits.opening import add_facts, open_case
from examops.exits.recheck.judging import Found
from examops.exits.recheck.models import RecheckFinding
from examops.exits.states import CaseState
from examops.organisations.models import Body

NIGHT = Actor.system(N_("每夜核对"))
GROUND_OF = {"idle": "idle", "lost": "condition_lost"}
REMINDERS = {
    "idle_soon": N_("{body}：自 {since} 起没有组织认定，满一年将取消备案。请在期满前组织一次认定。"),
    "stale": N_("{body}：备案所依据的数字已超过有效期。请登录考务系统办延续，更新数字和材料。"),
}
Kept = tuple[Found, RecheckFinding]


@dataclass
class Followed:
    """Counts of one body."""

    drafted: int = 0
    reminded: int = 0


def keep(body: Body, before: Sequence[RecheckFinding], found: Iterable[Found], day: date) -> list[Kept]:
    """Each finding with its row: the one that lasts, or a new one. Rows that nothing was found for any more end."""
    lasting = {(row.kind, row.rule, row.subject): row for row in before}
    kept: list[Kept] = []
    for one in found:
        row = lasting.pop(one.key, None)
        if row is None:
            row = _new(body, one, day)
            db.session.add(row)
        kept.append((one, row))
    for row in lasting.values():
        row.gone_on = day
    return kept


def _new(body: Body, found: Found, day: date) -> RecheckFinding:
    fact = found.fact
    return RecheckFinding(
        body_id=body.id,
        district=body.district,
        kind=found.kind,
        rule=fact.rule,
        subject=fact.subject,
        hash=fact.hash,
        inputs=fact.inputs,
        outcome=fact.outcome,
        why=fact.why,
        first_seen_on=day,
    )


def follow(
    body: Body, kept: Sequence[Kept], cases: dict[tuple[int, str], ExitCase], acting: frozenset[str], clock: Clock
) -> Followed:
    """Drafts for what no case is about yet, one case for each ground; reminders. Only of rules that act."""
    done = Followed()
    for kind, ground in GROUND_OF.items():
        new = [(one, row) for one, row in kept if one.kind == kind and row.case_id is None and one.switch in acting]
        done.drafted += _draft(body, ground, new, cases.get((body.id, ground)), clock)
    for kind, words in REMINDERS.items():
        new = [(one, row) for one, row in kept if one.kind == kind and row.reminded_on is None and one.switch in acting]
        done.reminded += _remind(body, kind, words, new, clock)
    return done


def _draft(body: Body, ground: str, new: Sequence[Kept], case: ExitCase | None, clock: Clock) -> int:
    """Into the draft that is open already; where the body was told already the rest waits until that is decided."""
    if not new or (case is not None and case.state != CaseState.DRAFTED):
        return 0
    facts = [one.fact for one, _row in new]
    if case is None:
        case = open_case(body, ground, facts, actor=NIGHT, clock=clock)
    else:
        add_facts(case, facts, actor=NIGHT, clock=clock)
    for _one, row in new:
        row.case_id = case.id
    return 1


def _remind(body: Body, kind: str, words: str, new: Sequence[Kept], clock: Clock) -> int:
    if not new:
        return 0
    inputs = new[0][0].fact.inputs
    day = date.fromisoformat(inputs["day"])
    text: Message = message(words, body=body.name, since=inputs.get("since") or "")
    key = f"recheck:{body.uid}:{kind}:{inputs.get('since') or day.isoformat()}"
    tell(body, "recheck_reminder", key, message(N_("备案后提醒")), text, clock)
    for _one, row in new:
        row.reminded_on = day
    return 1
