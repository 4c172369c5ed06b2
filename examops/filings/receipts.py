"""回执: the day's answer that a filing came in, numbered and kept as it was handed in. Its text is Chinese for all."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from sqlalchemy import select

from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.core.numbers import next_number
from examops.filings.digests import canonical
from examops.filings.gathering import Dossier
from examops.filings.labels import occupation_name
from examops.filings.models import Filing, FilingDecision, FilingReceipt

NUMBER = "佛技评收件〔{year}〕{count:04d}号"


def write_receipt(found: Dossier, decision: FilingDecision, *, clock: Clock) -> FilingReceipt:
    """In the transaction of the submission, after its state, digest and term were set."""
    day = today(clock)
    number = NUMBER.format(year=day.year, count=next_number(f"filing-receipt-{day.year}"))
    content = {**_content(found, decision), "number": number, "day": day.isoformat()}
    receipt = FilingReceipt(
        **owner_of(found.filing),
        filing_id=found.filing.id,
        decision_id=decision.id,
        number=number,
        content=content,
        digest=hashlib.sha256(canonical(content)).digest(),
    )
    db.session.add(receipt)
    return receipt


def _content(found: Dossier, decision: FilingDecision) -> dict[str, Any]:
    filing = found.filing
    return {
        "filing": filing.number,
        "kind": filing.kind,
        "body": found.body.name,
        "credit_code": found.body.credit_code,
        "handed_in_by": decision.officer_name,
        "until": filing.due_on.isoformat() if filing.due_on else "",
        "occupations": [
            {"code": row.occupation_code, "name": occupation_name(row.occupation_code), "levels": row.levels}
            for row in found.occupations
        ],
        "documents": [[one.name, one.digest.hex()] for one in found.documents],
        "lists": [[one.kind, one.subject, one.counted, one.as_of.isoformat()] for one in found.lists],
        "digest": filing.digest.hex() if filing.digest else "",
    }


def receipts_of(filing: Filing) -> list[FilingReceipt]:
    query = select(FilingReceipt).where(FilingReceipt.filing_id == filing.id).order_by(FilingReceipt.id)
    return list(db.session.execute(query).scalars())


def receipt_by_uid(filing: Filing, uid: UUID) -> FilingReceipt:
    query = select(FilingReceipt).where(FilingReceipt.uid == uid, FilingReceipt.filing_id == filing.id)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("这份申报没有这份回执"), advice=N_("回到申报页重新选"))
    return found
