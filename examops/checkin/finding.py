"""Whose code or number it is, and the place that counts at this door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from examops.checkin.admission import Refusal, SeatPlacement
from examops.checkin.models import Sitting
from examops.checkin.readings import ReadText
from examops.core.database import db
from examops.core.keys import Keyring, digest_of
from examops.core.locking import lock_all
from examops.eligibility import persons_on_record
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions import BookingState
from examops.sessions.models import Booking, ExamSession, Ticket, Turn

NOT_STARTED = ("draft", "declared", "returned", "approved", "open", "closed", "cancelled", "void")


@dataclass
class ScanMatch:
    """The person's application and the booking that counts here (of this session first)."""

    application: Application
    candidate: Candidate
    booking: Booking | None
    turn: Turn | None


def find(read: ReadText, session: ExamSession, ring: Keyring) -> tuple[ScanMatch | None, Refusal | None]:
    """The person, and why nothing more need be asked (``unknown``, ``revoked``)."""
    if read.codes:
        ticket = _ticket(read.codes)
        if ticket is None:
            return None, Refusal("unknown")
        found = match_of(Application.id == ticket.application_id, session)
        return (found, Refusal("revoked")) if ticket.revoked_at else (found, None)
    person_id = persons_on_record([read.id_number], ring).get(read.id_number)
    if person_id is None:
        return None, Refusal("unknown")
    found = match_of(Application.person_id == person_id, session)
    return (found, None) if found else (None, Refusal("unknown"))


def _ticket(codes: Sequence[str]) -> Ticket | None:
    digests = [digest_of(code) for code in codes]
    return db.session.execute(select(Ticket).where(Ticket.code_digest.in_(digests)).limit(1)).scalar_one_or_none()


def match_of(condition: Any, session: ExamSession) -> ScanMatch | None:
    query = (
        select(Application, Candidate, Booking, Turn)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .outerjoin(Booking, (Booking.application_id == Application.id) & (Booking.state != BookingState.CANCELLED))
        .outerjoin(Turn, Turn.id == Booking.turn_id)
        .where(condition)
        .order_by((Booking.session_id == session.id).desc().nulls_last(), Booking.during)
        .limit(1)
    )
    row = db.session.execute(query).first()
    return ScanMatch(row[0], row[1], row[2], row[3]) if row else None


def seat_placement(found: ScanMatch, session: ExamSession) -> SeatPlacement | None:
    """What decides about entry, read behind the booking's lock: two desks never admit one person twice."""
    booking, turn = found.booking, found.turn
    if booking is None or turn is None:
        return None
    lock_all(("booking", booking.id))
    db.session.refresh(booking)
    columns = (Sitting.entered_at, Sitting.left_at, Sitting.turned_away_at)
    been = db.session.execute(select(*columns).where(Sitting.booking_id == booking.id)).one_or_none()
    entered, left, turned_away = tuple(been) if been else (None, None, None)
    assert turn.during.lower
    assert turn.during.upper
    return SeatPlacement(
        booking.session_id,
        turn.number,
        turn.during.lower,
        turn.during.upper,
        booking.state,
        entered,
        left,
        turned_away,
        session.state not in NOT_STARTED,
    )
