"""Takes the payload out of an entry whose personal data must go, and says so in the log."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text

from examops.audit.models import AuditEntry
from examops.audit.record import record
from examops.audit.tags import Tag
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Invalid, NotFound
from examops.core.language import N_


def erase_payload(uid: UUID, reason: str, *, actor: Actor, clock: Clock) -> None:
    """Empty the payload of an entry for good. Its digest stays, so the chain holds; the new entry names it and why.

    For the job role alone. Raises :class:`NotFound`, and :class:`Invalid` without a reason.
    """
    if not reason.strip():
        raise Invalid(N_("抹去记录的细节要写明理由"), advice=N_("写明依据，例如哪一份申请"))
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.uid == uid)).scalar_one_or_none()
    if entry is None:
        raise NotFound(N_("没有这条记录"))
    db.session.execute(text("SELECT audit_payload_erase(:uid)"), {"uid": uid})
    db.session.expire(entry)
    record(Tag.PAYLOAD_ERASED, actor, entry, words=reason.strip(), at=clock.now())
