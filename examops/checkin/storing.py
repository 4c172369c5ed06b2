"""Keeping a scan with its facts and its answer, and writing it into the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, insert
from sqlalchemy.exc import IntegrityError

from examops.audit import ENTRY, entry_parameters, new_entry
from examops.checkin.models import Scan
from examops.checkin.moments import BelievedMoment
from examops.checkin.seating import BEGINS, IS_IN
from examops.checkin.tags import Tag
from examops.core.actor import Actor
from examops.core.database import db, owner_of, table_of
from examops.core.language import message
from examops.core.transaction import broken_constraint
from examops.sessions.models import ExamSession

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


_SCAN = table_of(Scan)
_COLUMNS = tuple(column.key for column in _SCAN.c if column.key not in ("id", "created_at"))
_KEEPS = insert(_SCAN).inline().values({name: bindparam(f"scan_{name}", type_=_SCAN.c[name].type) for name in _COLUMNS})
# A scan, its line in the log, and what it changes are one statement each: they stand or fall together, and the
# database plans, checks and answers once instead of four times.
_REFUSED = ENTRY.add_cte(_KEEPS.cte("kept"))
_ADMITTED = ENTRY.add_cte(_KEEPS.cte("kept"), IS_IN.cte("moved"), BEGINS.cte("seated"))


@dataclass(frozen=True)
class KeptScan:
    """``digest``: of what was read. ``reason``: the refusal's code, or empty. ``sitting``: what
    :func:`examops.checkin.seating.values_of_sitting` gave for somebody who comes in."""

    reading: Reading
    moment: BelievedMoment
    digest: bytes
    outcome: str
    reason: str
    answer: dict[str, Any]
    booking_id: int | None
    sitting: dict[str, Any] | None = None


@dataclass(frozen=True)
class _Subject:
    """The scan as the log names it."""

    uid: UUID
    body_id: int
    district: str
    __tablename__ = Scan.__tablename__


def store_scan(kept: KeptScan, session: ExamSession, *, actor: Actor) -> dict[str, Any]:
    """Keep it and answer it. Raises RepeatedAtOnce."""
    shown = kept.answer["seat"] if kept.answer["admitted"] else kept.answer["reason"]["words"]
    facts: dict[str, Any] = {"doubt": kept.moment.doubt} if kept.moment.doubt else {}
    words = message("{number} {shown}", number=session.number, shown=shown)
    subject = _Subject(UUID(kept.answer["scan_uid"]), session.body_id, session.district)
    entry = new_entry(TAGS[kept.outcome], actor, subject, words=words, reason=kept.reason, **facts)
    values = {**entry_parameters(entry), **_values(kept, session, actor), **(kept.sitting or {})}
    try:
        db.session.connection().execute(_ADMITTED if kept.sitting else _REFUSED, values)
    except IntegrityError as error:
        if broken_constraint(error) == "uq_scan_nonce":
            raise RepeatedAtOnce() from error
        raise
    return kept.answer


def _values(kept: KeptScan, session: ExamSession, actor: Actor) -> dict[str, Any]:
    assert actor.uid
    reading, times = kept.reading, kept.reading.times
    values = {
        **owner_of(session),
        "session_id": session.id,
        "booking_id": kept.booking_id,
        "desk": reading.desk,
        "device_uid": reading.device_uid,
        "operator_uid": actor.uid,
        "nonce": reading.nonce,
        "via": reading.via,
        "outcome": kept.outcome,
        "reason": kept.reason,
        "answer": kept.answer,
        "scanned_at": times.scanned_at,
        "sent_at": times.sent_at,
        "received_at": times.received_at,
        "judged_at": kept.moment.at,
        "moment_doubt": kept.moment.doubt or None,
        "reading_digest": kept.digest,
        "uid": UUID(kept.answer["scan_uid"]),
    }
    return {f"scan_{name}": value for name, value in values.items()}
