"""Invariant of verdicts: judging the stored inputs again gives the stored verdict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select

from examops.core.database import db
from examops.core.domain import Invariant
from examops.core.extensions import keyring
from examops.core.faults import without_clock
from examops.core.keys import Keyring, SealedIdNumber, open_id_number
from examops.eligibility.models import Candidate, StoredVerdict
from examops.eligibility.rules import judge_stored
from examops.eligibility.verdicts import Verdict

NEWEST = 2000
PERSON = func.person_sealed(Candidate.person_id).table_valued("id_hash", "id_sealed", name="person").lateral()


def verdicts_that_changed(ring: Keyring, newest: int = NEWEST) -> list[str]:
    """Of the newest verdicts, those whose stored inputs now give another outcome or other lines."""
    query = (
        select(StoredVerdict, PERSON.c.id_hash, PERSON.c.id_sealed)
        .join(Candidate, Candidate.id == StoredVerdict.candidate_id)
        .join(PERSON, PERSON.c.id_hash.is_not(None))
        .order_by(StoredVerdict.id.desc())
        .limit(newest)
    )
    found = (_fault_of(row.StoredVerdict, row, ring) for row in db.session.execute(query))
    return [fault for fault in found if fault]


def _fault_of(row: StoredVerdict, person: SealedIdNumber, ring: Keyring) -> str:
    try:
        # The number is never kept in the open beside a verdict: it comes from the register, for this look only.
        number = open_id_number(ring, person)
        again = judge_stored({**row.inputs, "facts": {**row.inputs["facts"], "id_number": number}})
    except (InvalidTag, LookupError, TypeError, ValueError) as error:
        return f"审核结论 {row.uid} 不能按所存依据再判（{type(error).__name__}）"
    if str(again.outcome) != row.outcome:
        return f"审核结论 {row.uid} 记为 {row.outcome}，按所存依据再判为 {again.outcome}"
    return "" if _line_keys(row.lines) == _judged(again) else f"审核结论 {row.uid} 的逐条判断与再判不同"


def _judged(verdict: Verdict) -> set[tuple[str, ...]]:
    return {(line.code, str(line.outcome), line.rule_key, line.rule_hash) for line in verdict.lines}


def _line_keys(lines: Iterable[dict[str, Any]]) -> set[tuple[str, ...]]:
    return {tuple(str(line.get(name, "")) for name in ("code", "outcome", "rule_key", "rule_hash")) for line in lines}


INVARIANTS = (
    Invariant(
        "verdicts-judged-again",
        "按所存依据再判，审核结论不变（最近 2000 份）",
        "5.5",
        without_clock(lambda: verdicts_that_changed(keyring())),
    ),
)
