"""Letters of a case: numbered, kept as they went out, printed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from examops.core.clock import Clock, local_day, today
from examops.core.database import db, owner_of
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.core.numbers import next_number
from examops.exits.grounds import bar_months, clause_of
from examops.exits.history import facts_of
from examops.exits.models import ExitAct, ExitCase, ExitLetter
from examops.exits.states import LEFT
from examops.organisations.models import Body

SERIES = {
    "told": N_("告知"),
    "dismissed": N_("不予处理"),
    "suspended": N_("暂停"),
    "removed": N_("取消"),
    "barred": N_("限制"),
    "lifted": N_("恢复"),
    "set_aside": N_("撤销"),
}
NUMBER = "佛技评{series}〔{year}〕{count:04d}号"


def write_letter(case: ExitCase, body: Body, act: ExitAct, kind: str, *, clock: Clock) -> ExitLetter:
    series = case.decision if kind == "decided" else kind
    day = today(clock)
    number = NUMBER.format(series=SERIES[series], year=day.year, count=next_number(f"exit-letter-{series}-{day.year}"))
    content = {**_content(case, body, act), "number": number, "kind": kind, "day": day.isoformat()}
    letter = ExitLetter(
        **owner_of(case),
        case_id=case.id,
        act_id=act.id,
        number=number,
        kind=kind,
        content=content,
        digest=digest_of(content),
    )
    db.session.add(letter)
    return letter


def digest_of(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def _content(case: ExitCase, body: Body, act: ExitAct) -> dict[str, Any]:
    """Everything the print shows, so that it never changes when a name or a rule does."""
    return {
        "case": case.number,
        "body": body.name,
        "credit_code": body.credit_code,
        "ground": case.ground,
        "facts": [
            {
                **{name: getattr(one, name) for name in ("kind", "rule", "subject", "inputs", "text", "read_in")},
                "read_on": one.read_on.isoformat(),
                "clause": one.clause,
                "by": one.entered_by_name,
            }
            for one in facts_of(case)
        ],
        "statement": case.statement,
        "until": case.hearing_until.isoformat() if case.hearing_until else "",
        "decision": case.decision,
        "has_left": body.state in LEFT,
        "reason": act.reason,
        "document": act.document,
        "clause": case.clause or clause_of(case.ground, local_day(act.acted_at)),
        "bar_months": bar_months(case.ground, local_day(act.acted_at)),
        "bar_until": case.bar_until.isoformat() if case.bar_until else "",
        "officer": act.officer_name,
        "for_officer": act.for_officer_name,
        "office": act.officer_role,
    }


def letters_of(case: ExitCase) -> Sequence[ExitLetter]:
    query = select(ExitLetter).where(ExitLetter.case_id == case.id).order_by(ExitLetter.id)
    return db.session.execute(query).scalars().all()


def letter_by_uid(case: ExitCase, uid: UUID) -> ExitLetter:
    query = select(ExitLetter).where(ExitLetter.uid == uid, ExitLetter.case_id == case.id)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("这件事项没有这份文书"), advice=N_("回到事项页重新选"))
    return found
