"""Nothing is kept longer than the matter needs: what was never proven goes after hours, what was decided after days."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update

from config.rulebook import Rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.language import N_
from examops.core.store import Store
from examops.organisations.openings.models import OpeningDocument, OpeningRequest
from examops.organisations.openings.states import UNPROVEN, WAITING
from examops.organisations.openings.tags import Tag

MOST = 200  # of one run
ACTOR = Actor.system(N_("开户申请到期"))


def erase_due(clock: Clock, rules: Rulebook, store: Store) -> int:
    """Requests whose term is over, then every certificate that belongs to none; returns how many requests.

    What waits for an office is never erased. The row goes before its object: one that is being handed in just now
    keeps both, and an object that is gone is deleted again without harm.
    """
    day, now = today(clock), clock.now()
    unproven = now - timedelta(hours=int(rules.value("opening.unproven_hours", day)))
    decided = now - timedelta(days=int(rules.value("opening.kept_days", day)))
    is_over = ((OpeningRequest.state == UNPROVEN) & (OpeningRequest.asked_at < unproven)) | (
        OpeningRequest.state.not_in((UNPROVEN, WAITING)) & (OpeningRequest.decided_at < decided)
    )
    query = select(OpeningRequest).where(is_over).order_by(OpeningRequest.id).limit(MOST)
    rows = db.session.execute(query.with_for_update(skip_locked=True)).scalars().all()
    gone = [row.id for row in rows]
    for row in rows:
        if row.state != UNPROVEN:
            record(Tag.OPENING_ERASED, ACTOR, row, words=row.number, at=now)
    if gone:
        db.session.execute(update(OpeningRequest).where(OpeningRequest.follows_id.in_(gone)).values(follows_id=None))
        db.session.execute(delete(OpeningRequest).where(OpeningRequest.id.in_(gone)))
    _erase_certificates(unproven, store)
    return len(gone)


def _erase_certificates(before: datetime, store: Store) -> None:
    is_used = exists().where(OpeningRequest.document_id == OpeningDocument.id)
    query = select(OpeningDocument).where(~is_used, OpeningDocument.uploaded_at < before)
    for row in db.session.execute(query.order_by(OpeningDocument.id).limit(MOST)).scalars().all():
        key = row.object_key
        db.session.delete(row)
        db.session.flush()
        store.delete("documents", key)
