"""Keeping a scan with its facts and its answer, and writing it into the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from examops.audit import record
from examops.checkin.models import Scan
from examops.checkin.moments import BelievedMoment
from examops.checkin.tags import Tag
from examops.core.actor import Actor
from examops.core.database import db, owner_of
from examops.core.language import message
from examops.sessions.models import Booking, ExamSession

if TYPE_CHECKING:
    from examops.checkin.scanning import Reading

TAGS = {
    "admitted": Tag.SCAN_ADMITTED,
    "refused": Tag.SCAN_REFUSED,
    "repeated": Tag.SCAN_REPEATED,
    "unsettled": Tag.SCAN_UNSETTLED,
}


class RepeatedAtOnce(Exception):
    """The same nonce came twice at the same moment: ask again, the first answer is there."""


@dataclass(frozen=True)
class KeptScan:
    """``digest``: of what was read. ``reason``: the refusal's code, or empty."""

    reading: Reading
    moment: BelievedMoment
    digest: bytes
    outcome: str
    reason: str
    answer: dict[str, Any]


def store_scan(kept: KeptScan, session: ExamSession, booking: Booking | None, *, actor: Actor) -> dict[str, Any]:
    """Keep it and answer it. Raises RepeatedAtOnce."""
    row = _row(kept, session, booking, actor)
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise RepeatedAtOnce() from error
    shown = kept.answer["seat"] if kept.answer["admitted"] else kept.answer["reason"]["words"]
    facts: dict[str, Any] = {"doubt": kept.moment.doubt} if kept.moment.doubt else {}
    words = message("{number} {shown}", number=session.number, shown=shown)
    record(TAGS[kept.outcome], actor, row, words=words, reason=kept.reason, **facts)
    return kept.answer


def _row(kept: KeptScan, session: ExamSession, booking: Booking | None, actor: Actor) -> Scan:
    assert actor.uid
    reading, times = kept.reading, kept.reading.times
    return Scan(
        **owner_of(session),
        session_id=session.id,
        booking_id=booking.id if booking else None,
        desk=reading.desk,
        device_uid=reading.device_uid,
        operator_uid=actor.uid,
        nonce=reading.nonce,
        via=reading.via,
        outcome=kept.outcome,
        reason=kept.reason,
        answer=kept.answer,
        scanned_at=times.scanned_at,
        sent_at=times.sent_at,
        received_at=times.received_at,
        judged_at=kept.moment.at,
        moment_doubt=kept.moment.doubt or None,
        reading_digest=kept.digest,
        uid=UUID(kept.answer["scan_uid"]),
    )
