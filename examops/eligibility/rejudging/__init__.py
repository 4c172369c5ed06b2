"""Verdicts judged again after a rule was corrected: the old one stays, a new one is added, nothing else changes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import String, cast, func, insert, or_, select

from config.rulebook import Rule, Rulebook
from examops.core.database import db
from examops.core.keys import Keyring
from examops.eligibility.context import Context
from examops.eligibility.facts import Facts
from examops.eligibility.models import Candidate, StoredVerdict
from examops.eligibility.rules import judge, judge_corrected
from examops.eligibility.verdicts import Verdict

__all__ = ["UPDATED", "Rejudged", "judge_facts_again", "judge_verdicts_again", "next_verdicts"]

AGAIN = "judged_again"  # in the inputs of the new verdict: the uid of the old one
UPDATED = "instead_of"  # in the inputs of a verdict by newer facts: the uid of the one it stands for now
PERSON = func.person_sealed(Candidate.person_id).table_valued("id_hash", "id_sealed", name="person").lateral()


@dataclass(frozen=True)
class Rejudged:
    """``before`` and ``after`` are ok, no or unclear; ``rules`` are the corrections that ``after`` cites."""

    before: str
    after: str
    rules: tuple[Rule, ...]

    @property
    def was_wrongly_let_in(self) -> bool:
        return self.before == "ok" and self.after != "ok"

    @property
    def was_wrongly_refused(self) -> bool:
        """Refused, or asked for proof that was not needed."""
        return (self.before, self.after) in (("no", "ok"), ("no", "unclear"), ("unclear", "ok"))


def next_verdicts(book: Rulebook, after: int, count: int) -> Sequence[Any]:
    """Rows of (verdict, candidate, id_hash, id_sealed) judged before the newest correction, by inner number.

    A verdict that has been judged again by the rules as they are now is left out, and so are a new one and one that
    newer facts have replaced.
    """
    newest = book.last_recorded_on
    if newest is None:
        return []
    known_on = StoredVerdict.inputs["context"]["rules_known_on"]["day"].as_string()
    again = select(StoredVerdict.inputs[AGAIN].as_string()).where(known_on >= newest.isoformat())
    newer = select(StoredVerdict.inputs[UPDATED].as_string())
    query = (
        select(StoredVerdict, Candidate, PERSON.c.id_hash, PERSON.c.id_sealed)
        .join(Candidate, Candidate.id == StoredVerdict.candidate_id)
        .join(PERSON, PERSON.c.id_hash.is_not(None))
        .where(StoredVerdict.id > after, or_(known_on.is_(None), known_on < newest.isoformat()))
        .where(cast(StoredVerdict.uid, String).not_in(newer.where(StoredVerdict.inputs.has_key(UPDATED))))
        .where(cast(StoredVerdict.uid, String).not_in(again.where(StoredVerdict.inputs.has_key(AGAIN))))
        .order_by(StoredVerdict.id)
        .limit(count)
    )
    return db.session.execute(query).all()


def judge_verdicts_again(
    rows: Sequence[Any], book: Rulebook, ring: Keyring, lines_of: Callable[[Verdict], list[Any]]
) -> Iterator[tuple[StoredVerdict, Candidate, Rejudged]]:
    """Those of :func:`next_verdicts` whose lines came out otherwise; each gets a second verdict beside the first.

    ``lines_of`` gives the lines in the form in which they are stored.
    """
    for old, candidate, id_hash, id_sealed in rows:
        number = ring.open(bytes(id_sealed), "person.id_sealed." + bytes(id_hash).hex())
        verdict, inputs = judge_corrected({**old.inputs, "facts": {**old.inputs["facts"], "id_number": number}}, book)
        if _cited(verdict) == {(line["code"], line["outcome"], line["rule_hash"]) for line in old.lines}:
            continue
        kept = {**inputs, "facts": {**inputs["facts"], "id_number": ""}, AGAIN: str(old.uid)}
        _add(old, verdict, kept, lines_of(verdict))
        yield old, candidate, _rejudged(old.outcome, verdict, book)


def judge_facts_again(facts: Facts, context: Context, outcome: str, book: Rulebook) -> Rejudged | None:
    """What a preview row, of which only the outcome is kept, is now; None where not the rules made the difference."""
    recorded = sorted({rule.recorded_on for rule in book.rules() if rule.recorded_on})
    days: list[date | None] = [None, *recorded[:-1]]
    bare = replace(context, rules_known_on=None)
    if not any(str(judge(facts, bare, book.known_on(day)).outcome) == outcome for day in days):
        return None
    return _rejudged(outcome, judge(facts, bare, book), book)


def _rejudged(before: str, verdict: Verdict, book: Rulebook) -> Rejudged:
    late = {rule.content_hash: rule for rule in book.rules() if rule.recorded_on}
    cited = {line.rule_hash: late[line.rule_hash] for line in verdict.lines if line.rule_hash in late}
    return Rejudged(before, str(verdict.outcome), tuple(cited.values()))


def _cited(verdict: Verdict) -> set[tuple[str, str, str]]:
    return {(line.code, str(line.outcome), line.rule_hash) for line in verdict.lines}


def _add(old: StoredVerdict, verdict: Verdict, inputs: dict[str, Any], lines: list[Any]) -> None:
    same = {
        name: getattr(old, name)
        for name in ("body_id", "district", "candidate_id", "occupation_code", "level", "cut_off_on")
    }
    new = {"uid": uuid.uuid4(), "outcome": str(verdict.outcome), "lines": lines, "inputs": inputs}
    db.session.execute(insert(StoredVerdict).values(**same, **new))
