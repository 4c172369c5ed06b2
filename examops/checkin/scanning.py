"""One scan at the desk: nonce first, then who, then whether; admitted or refused, it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from config.rulebook import Rulebook
from examops.audit import record
from examops.checkin.admission import Refusal, SeatPlacement, Window, refuse
from examops.checkin.answers import admitted_answer, elsewhere_words, here_words, refused_answer
from examops.checkin.lots import draw_lots
from examops.checkin.models import Lot, Scan, Sitting
from examops.checkin.tags import Tag
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.keys import Keyring, id_number_hash
from examops.core.language import message
from examops.core.locking import lock_all
from examops.core.transitions import check_transition
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions import BOOKING_TRANSITIONS, BookingState
from examops.sessions.booking import ticket_by_code
from examops.sessions.capacity import turn_stations
from examops.sessions.models import Booking, ExamSession, Turn

NOT_STARTED = ("draft", "declared", "returned", "approved", "open", "closed", "cancelled", "void")


@dataclass(frozen=True)
class Reading:
    """What came in: a ticket's code or a typed ID number, and how."""

    nonce: UUID
    via: str
    code: str
    id_number: str
    scanned_at: datetime
    desk: str


@dataclass
class ScanMatch:
    """The person's application and the booking that counts here (of this session first)."""

    application: Application
    candidate: Candidate
    booking: Booking | None
    turn: Turn | None


def scan(
    reading: Reading, session: ExamSession, *, actor: Actor, clock: Clock, rules: Rulebook, ring: Keyring
) -> dict[str, Any]:
    """The answer of the desk. A repeated nonce is answered as the first time, whatever happened since."""
    lock_all(("scan", int.from_bytes(reading.nonce.bytes[:7], "big")))
    before = db.session.execute(select(Scan).where(Scan.nonce == reading.nonce)).scalar_one_or_none()
    if before is not None:
        return {**before.answer, "repeated": True}
    found, missing = _find(reading, session, ring)
    refusal = missing or _refusal(found, session, clock, rules)
    if refusal is None and found and found.booking:
        answer = _admit(reading, session, found, actor, clock)
        return _keep(reading, session, found, "admitted", "", answer, actor, clock)
    assert refusal
    elsewhere = elsewhere_words(found.booking) if found and found.booking and refusal.code == "wrong_session" else ""
    answer = refused_answer(refusal, found.candidate if found else None, clock.now(), elsewhere, here_words(session))
    return _keep(reading, session, found, "refused", refusal.code, answer, actor, clock)


def _find(reading: Reading, session: ExamSession, ring: Keyring) -> tuple[ScanMatch | None, Refusal | None]:
    if reading.code:
        ticket = ticket_by_code(reading.code)
        if ticket is None:
            return None, Refusal("unknown")
        found = _of_application(Application.id == ticket.application_id, session)
        return (found, Refusal("revoked")) if ticket.revoked_at else (found, None)
    person = text("SELECT person_by_hash(:hash)").bindparams(hash=id_number_hash(ring, reading.id_number))
    person_id = db.session.execute(person).scalar()
    if person_id is None:
        return None, Refusal("unknown")
    found = _of_application(Application.person_id == person_id, session)
    return (found, None) if found else (None, Refusal("unknown"))


def _of_application(condition: Any, session: ExamSession) -> ScanMatch | None:
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


def _refusal(found: ScanMatch | None, session: ExamSession, clock: Clock, rules: Rulebook) -> Refusal | None:
    if found is None:
        return Refusal("unknown")
    day = today(clock)
    window = Window(rules.value("session.early_minutes", day), rules.value("session.late_minutes", day))
    return refuse(_place(found, session), session.id, clock.now(), window)


def _place(found: ScanMatch, session: ExamSession) -> SeatPlacement | None:
    booking, turn = found.booking, found.turn
    if booking is None or turn is None:
        return None
    lock_all(("booking", booking.id))
    db.session.refresh(booking)
    entered = db.session.execute(select(Sitting.entered_at).where(Sitting.booking_id == booking.id)).scalar()
    assert turn.during.lower
    assert turn.during.upper
    return SeatPlacement(
        booking.session_id,
        turn.number,
        turn.during.lower,
        turn.during.upper,
        booking.state,
        entered,
        has_started=session.state not in NOT_STARTED,
    )


def _admit(reading: Reading, session: ExamSession, found: ScanMatch, actor: Actor, clock: Clock) -> dict[str, Any]:
    booking, turn = found.booking, found.turn
    assert booking
    assert turn
    draw_lots(turn, session, actor=actor, clock=clock)
    station_id = _station_of(booking, turn, session)
    check_transition(BOOKING_TRANSITIONS, booking.state, BookingState.CHECKED_IN)
    booking.state = BookingState.CHECKED_IN
    owner = owner_of(booking)
    sitting = Sitting(
        **owner,
        booking_id=booking.id,
        session_id=session.id,
        turn_id=turn.id,
        workstation_id=station_id,
        entered_at=clock.now(),
        admitted_by=actor.name,
    )
    db.session.add(sitting)
    db.session.flush()
    return admitted_answer(session, found.candidate, found.application, turn, station_id, clock.now())


def _station_of(booking: Booking, turn: Turn, session: ExamSession) -> int:
    """The drawn station; for somebody booked after the draw the first one left over, by code."""
    drawn = db.session.execute(select(Lot.workstation_id).where(Lot.booking_id == booking.id)).scalar()
    if drawn is not None:
        return int(drawn)
    lock_all(("lots", turn.id))
    taken = set(db.session.execute(select(Lot.workstation_id).where(Lot.turn_id == turn.id)).scalars())
    free = next(station.id for station in turn_stations(session, turn) if station.id not in taken)
    owner = owner_of(turn)
    db.session.add(Lot(**owner, turn_id=turn.id, booking_id=booking.id, workstation_id=free))
    db.session.flush()
    return free


def _keep(
    reading: Reading,
    session: ExamSession,
    found: ScanMatch | None,
    outcome: str,
    reason: str,
    answer: dict[str, Any],
    actor: Actor,
    clock: Clock,
) -> dict[str, Any]:
    booking = found.booking if found else None
    assert actor.uid
    row = Scan(
        **owner_of(session),
        session_id=session.id,
        booking_id=booking.id if booking else None,
        desk=reading.desk,
        operator_uid=actor.uid,
        nonce=reading.nonce,
        via=reading.via,
        outcome=outcome,
        reason=reason,
        answer=answer,
        scanned_at=reading.scanned_at,
        received_at=clock.now(),
        uid=UUID(answer["scan_uid"]),
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise RepeatedAtOnce() from error
    shown = answer["seat"] if outcome == "admitted" else answer["reason"]["words"]
    tag = Tag.SCAN_ADMITTED if outcome == "admitted" else Tag.SCAN_REFUSED
    record(
        tag,
        actor,
        row,
        words=message("{number} {shown}", number=session.number, shown=shown),
        reason=reason,
    )
    return answer


class RepeatedAtOnce(Exception):
    """The same nonce came twice at the same moment: ask again, the first answer is there."""
