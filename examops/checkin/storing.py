"""Keeping a scan with its facts and its answer, and writing it into the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import BigInteger, BindParameter, Insert, Table, bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from examops.audit import ENTRY, ENTRY_VALUES, entry_parameters, new_entry
from examops.audit.models import AuditEntry
from examops.checkin.finding import ScannedSession
from examops.checkin.models import Scan, Sitting
from examops.checkin.moments import BelievedMoment
from examops.checkin.seating import IS_IN, SITTING, UNMOVED
from examops.checkin.tags import Tag
from examops.core.actor import Actor
from examops.core.database import owner_of, table_of
from examops.core.language import message
from examops.core.locking import lock_number
from examops.core.prepared import Prepared
from examops.core.transaction import broken_constraint
from examops.sessions.models import Booking

if TYPE_CHECKING:
    from examops.checkin.scanning import Reading

TAGS = {
    "admitted": Tag.SCAN_ADMITTED,
    "refused": Tag.SCAN_REFUSED,
    "repeated": Tag.SCAN_REPEATED,
    "unsettled": Tag.SCAN_UNSETTLED,
}


class RepeatedAtOnce(Exception):
    """Somebody else was faster, or the same nonce came twice at the same moment: ask again, it is there to be read."""


class Moved(Exception):
    """The place is not any more what the scan was judged by. Nothing was written."""


_SCAN = table_of(Scan)
_KEPT = {
    name: bindparam(f"scan_{name}", type_=column.type)
    for name, column in _SCAN.c.items()
    if name not in ("id", "created_at")
}
# A scan, its line in the log, and what it changes are one statement: they stand or fall together, and the database
# plans, checks and answers once instead of four times.
_REFUSED = Prepared(ENTRY.add_cte(insert(_SCAN).inline().values(_KEPT).cte("kept")))
# Whoever is let in was seen without a lock. The lock that excludes all other acts on the place is taken here, and the
# UPDATE looks at the row behind it: where that is another by now, no row has moved, and everything else hangs on that.
_HELD = select(func.pg_advisory_xact_lock(bindparam("lock", type_=BigInteger)).label("held")).cte("held")
_MOVED = IS_IN.where(*UNMOVED, _HELD.c.held.is_not(None)).returning(table_of(Booking).c.id).cte("moved")


def _if_moved(table: Table, values: Mapping[str, BindParameter[Any]]) -> Insert:
    return insert(table).inline().from_select(list(values), select(*values.values()).select_from(_MOVED))


_ADMITTED = Prepared(
    _if_moved(table_of(AuditEntry), ENTRY_VALUES).add_cte(
        _if_moved(_SCAN, _KEPT).cte("kept"), _if_moved(table_of(Sitting), SITTING).cte("seated")
    )
)
ONCE = ("uq_scan_nonce", "uq_sitting_booking_id")


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


def store_scan(kept: KeptScan, session: ScannedSession, *, actor: Actor) -> dict[str, Any]:
    """Keep it and answer it. Raises Moved and RepeatedAtOnce."""
    shown = kept.answer["seat"] if kept.answer["admitted"] else kept.answer["reason"]["words"]
    facts: dict[str, Any] = {"doubt": kept.moment.doubt} if kept.moment.doubt else {}
    words = message("{number} {shown}", number=session.number, shown=shown)
    subject = _Subject(UUID(kept.answer["scan_uid"]), session.body_id, session.district)
    entry = new_entry(TAGS[kept.outcome], actor, subject, words=words, reason=kept.reason, **facts)
    values = {**entry_parameters(entry), **_values(kept, session, actor)}
    try:
        if kept.sitting is None:
            _REFUSED.run(**values)
        elif not _ADMITTED.run(
            **values, **kept.sitting, lock=lock_number("booking", kept.sitting["sitting_booking_id"])
        ):
            raise Moved()
    except IntegrityError as error:
        if broken_constraint(error) in ONCE:
            raise RepeatedAtOnce() from error
        raise
    return kept.answer


def _values(kept: KeptScan, session: ScannedSession, actor: Actor) -> dict[str, Any]:
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
