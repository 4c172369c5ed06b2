"""Letters of the offices: numbered, kept as they went out, printed. Their text is Chinese for every reader."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from sqlalchemy import select

from config.rulebook import rulebook
from examops.catalogue import find_occupation
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.core.numbers import next_number
from examops.filings.clocks import due_after
from examops.filings.comparing import changes
from examops.filings.digests import canonical
from examops.filings.gathering import Dossier
from examops.filings.judging import condition_of
from examops.filings.models import Filing, FilingDecision, FilingLetter
from examops.filings.states import CLOCKS, FilingState

# Act → kind of its letter. 受理 goes out when the district has found the filing complete.
LETTER_OF = {"reviewed": "accepted", "returned": "supplement", "filed": "filed", "refused": "refused"}
SERIES = {"accepted": "受理", "supplement": "补正", "filed": "备案", "refused": "不予备案"}
NUMBER = "佛技评{series}〔{year}〕{count:04d}号"


def write_letter(found: Dossier, decision: FilingDecision, *, clock: Clock) -> FilingLetter:
    kind, day = LETTER_OF[decision.act], today(clock)
    number = NUMBER.format(series=SERIES[kind], year=day.year, count=next_number(f"filing-letter-{kind}-{day.year}"))
    content = {**_content(found, decision, clock), "number": number, "kind": kind}
    letter = FilingLetter(
        **owner_of(found.filing),
        filing_id=found.filing.id,
        decision_id=decision.id,
        number=number,
        kind=kind,
        content=content,
        digest=hashlib.sha256(canonical(content)).digest(),
    )
    db.session.add(letter)
    db.session.flush()  # its uid is what notices about it are known by
    return letter


def _content(found: Dossier, decision: FilingDecision, clock: Clock) -> dict[str, Any]:
    """Everything the print shows, so that it never changes when a name or a rule does."""
    day = today(clock)
    _owner, term = CLOCKS[FilingState.RETURNED]
    until = due_after(day, rulebook().value(term, day)) if decision.act == "returned" else None
    return {
        "filing": found.filing.number,
        "body": found.body.name,
        "credit_code": found.body.credit_code,
        "occupations": [
            {"code": row.occupation_code, "name": _name(row.occupation_code), "levels": row.levels}
            for row in found.occupations
        ],
        "office": decision.officer_role,
        "officer": decision.officer_name,
        "for_officer": decision.for_officer_name,
        "district": found.filing.district,
        "day": day.isoformat(),
        "until": until.isoformat() if until else "",
        "clause": decision.clause,
        "reason": decision.reason,
        "comments": decision.comments,
        "area": area.value["value"] if (area := found.facts.get(("", "area"))) else "",
        "digest": found.filing.digest.hex() if found.filing.digest else "",
        "changes": changes(found),
        "exceptions": _exceptions(found) if decision.act == "filed" else [],
    }


def _exceptions(found: Dossier) -> list[dict[str, str]]:
    """What holds in principle and was waived, by condition, with the reason of whoever did."""
    waived = sorted(one for one, ruling in found.rulings.items() if ruling.outcome == "waived")
    return [
        {"word": condition_of(rule).word, "clause": ruling.clause, "reason": ruling.reason}
        for rule, subject in waived
        for ruling in [found.rulings[rule, subject]]
    ]


def _name(code: str) -> str:
    occupation = find_occupation(code)
    return occupation.name if occupation else code


def letters_of(filing: Filing) -> list[FilingLetter]:
    query = select(FilingLetter).where(FilingLetter.filing_id == filing.id).order_by(FilingLetter.id)
    return list(db.session.execute(query).scalars())


def letter_by_uid(filing: Filing, uid: UUID) -> FilingLetter:
    query = select(FilingLetter).where(FilingLetter.uid == uid, FilingLetter.filing_id == filing.id)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("这份申报没有这份文书"), advice=N_("回到申报页重新选"))
    return found
