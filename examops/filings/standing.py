"""Where a filing stands: its lines today, and the verdicts that are kept with an act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.core.database import db, owner_of
from examops.core.language import N_, Message, cited, join_messages, message
from examops.filings.gathering import Dossier, lines_of
from examops.filings.judging import Line, Outcome, judge_stored, waits_for_waiver
from examops.filings.judging.checks import unproven
from examops.filings.judging.outcomes import Why
from examops.filings.labels import occupation_name
from examops.filings.models import FilingDecision, FilingVerdict
from examops.filings.states import DECIDED
from examops.filings.steps import NEVER_PROVEN

# What the district settles before it passes a filing on; the rest waits for decisions that are the city's as well.
SEEN_TO_FIRST = {Why.TYPED, Why.UNREAD, Why.STALE, Why.UNCHECKED, Why.CHANGED}


def lacks_occupation(found: Dossier) -> bool:
    """Nothing to be filed for. An amendment may be about specifications and work plans alone."""
    return not found.occupations and not (found.versions and found.filing.kind == "amendment")


def missing(lines: Sequence[Line]) -> list[Line]:
    """Without what the city may still waive: to ask for that, a filing has to reach it."""
    return [line for line in lines if line.outcome is Outcome.MISSING and not waits_for_waiver(line)]


def not_met(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.outcome is not Outcome.MET]


def unseen(lines: Sequence[Line]) -> list[Line]:
    """Missing, or nobody has looked at what it rests on."""
    below = (one for one in lines if waits_for_waiver(one) and _is_unproven(one))
    return [*missing(lines), *below, *(one for one in lines if one.judged.why in SEEN_TO_FIRST)]


def _is_unproven(line: Line) -> bool:
    return bool(unproven(line.inputs, [key for key in line.condition.facts if key not in NEVER_PROVEN]))


def named(lines: Sequence[Line]) -> Message:
    """For a refusal: each condition with its occupation and clause."""
    return join_messages(N_("；"), [_named(line) for line in lines])


def _named(line: Line) -> Message:
    word, clause = message(line.condition.word), cited(line.rule.clause)
    if not line.subject:
        return message(N_("{word}（{clause}）"), word=word, clause=clause)
    name = message(occupation_name(line.subject))
    return message(N_("{name}{word}（{clause}）"), name=name, word=word, clause=clause)


def lines_today_or_kept(found: Dossier, day: date, book: Rulebook) -> list[Line]:
    """Of a decided filing the lines that were kept with the decision, judged again from what was kept; of any other
    what is so today."""
    if found.filing.state not in DECIDED:
        return lines_of(found, day, book)
    query = select(FilingVerdict).where(FilingVerdict.filing_id == found.filing.id, FilingVerdict.moment == "decided")
    rows = db.session.execute(query.order_by(FilingVerdict.id)).scalars().all()
    newest = max((row.decision_id for row in rows), default=0)
    return [judge_stored(row.rule, row.subject, row.inputs) for row in rows if row.decision_id == newest]


def keep_verdicts(found: Dossier, decision: FilingDecision, moment: str, lines: Sequence[Line]) -> None:
    """Keep every line with what it was judged from, beside the act."""
    db.session.flush()
    owner = {**owner_of(found.filing), "filing_id": found.filing.id, "decision_id": decision.id, "moment": moment}
    db.session.add_all(
        FilingVerdict(
            **owner,
            rule=line.rule.key,
            subject=line.subject,
            hash=line.rule.content_hash,
            inputs=line.inputs,
            outcome=str(line.outcome),
            why=str(line.judged.why),
            clause=line.rule.clause,
        )
        for line in lines
    )
