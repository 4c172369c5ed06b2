"""Heads of days as public values: each is signed, chained, and known only when its day is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from examops.audit.models import AuditHead
from examops.core.database import db


@dataclass(frozen=True)
class PublicHead:
    day: date
    digest: bytes


def head_between(first: date, before: date) -> PublicHead | None:
    """The head of the newest day from ``first`` on that is over on the day ``before``; None where there is none.

    The head of ``first`` itself counts: it was not final while that day lasted.
    """
    query = select(AuditHead).where(AuditHead.day >= first, AuditHead.day < before)
    row = db.session.execute(query.order_by(AuditHead.day.desc()).limit(1)).scalar_one_or_none()
    return PublicHead(row.day, bytes(row.digest)) if row else None
