"""Where a filing stands: its lines today, and the verdicts that are kept with an act."""

from __future__ import annotations

from collections.abc import Sequence

from examops.core.database import db, owner_of
from examops.core.language import N_, Message, cited, join_messages, message
from examops.filings.gathering import Dossier
from examops.filings.judging import Line, Outcome
from examops.filings.judging.outcomes import Why
from examops.filings.labels import occupation_name
from examops.filings.models import FilingDecision, FilingVerdict

# What the district settles before it passes a filing on; the rest waits for decisions that are the city's as well.
SEEN_TO_FIRST = {Why.TYPED, Why.UNREAD, Why.STALE}


def missing(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.outcome is Outcome.MISSING]


def not_met(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.outcome is not Outcome.MET]


def unseen(lines: Sequence[Line]) -> list[Line]:
    """Missing, or nobody has looked at what it rests on."""
    return [one for one in lines if one.outcome is Outcome.MISSING or one.judged.why in SEEN_TO_FIRST]


def named(lines: Sequence[Line]) -> Message:
    """For a refusal: each condition with its occupation and clause."""
    return join_messages(N_("；"), [_named(line) for line in lines])


def _named(line: Line) -> Message:
    word, clause = message(line.condition.word), cited(line.rule.clause)
    if not line.subject:
        return message(N_("{word}（{clause}）"), word=word, clause=clause)
    name = message(occupation_name(line.subject))
    return message(N_("{name}{word}（{clause}）"), name=name, word=word, clause=clause)


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
