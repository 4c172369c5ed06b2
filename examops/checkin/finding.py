"""Whose code or number it is, and the place that counts at this door.

Every scan asks both: columns instead of rows of five tables, and queries that are made once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, LargeBinary, Select, Uuid, any_, bindparam, func, literal, select

from examops.checkin.admission import Refusal, SeatPlacement
from examops.checkin.models import Lot, LotDraw, Scan, Sitting
from examops.checkin.readings import ReadText
from examops.core.database import db
from examops.core.keys import Keyring, digest_of, id_number_hashes
from examops.core.locking import lock_all
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions import BookingState
from examops.sessions.models import Booking, ExamSession, SessionGroup, Ticket, Turn
from examops.sites.models import Workstation

NOT_STARTED = ("draft", "declared", "returned", "approved", "open", "closed", "cancelled", "void")
_SESSION_ID = bindparam("session_id", type_=BigInteger)
_MATCH = (
    select(
        Booking.id.label("booking_id"),
        Application.occupation_code,
        Application.level,
        Candidate.uid.label("candidate_uid"),
        Candidate.name,
        Candidate.id_masked,
        Candidate.photo_key,
    )
    .select_from(Application)
    .join(Candidate, Candidate.id == Application.candidate_id)
    .outerjoin(Booking, (Booking.application_id == Application.id) & (Booking.state != BookingState.CANCELLED))
    .order_by((Booking.session_id == _SESSION_ID).desc().nulls_last(), Booking.during)
    .limit(1)
)
_BY_CODE = (
    _MATCH.add_columns(Ticket.revoked_at)
    .join(Ticket, Ticket.application_id == Application.id)
    .where(Ticket.code_digest == any_(bindparam("digests", type_=ARRAY(LargeBinary))))
)
# Under the present secret, or while that changes under the one of before.
_PERSON = select(
    func.coalesce(
        func.person_by_hash(bindparam("id_hash", type_=LargeBinary)),
        func.person_by_hash(bindparam("former_hash", type_=LargeBinary)),
    )
).scalar_subquery()
_BY_NUMBER = _MATCH.add_columns(literal(None).label("revoked_at")).where(Application.person_id == _PERSON)
_ONE = select(literal(1).label("row")).subquery()
_PLACE = (
    select(
        Booking.id,
        Booking.body_id,
        Booking.district,
        Booking.session_id,
        Booking.turn_id,
        Booking.state,
        Turn.number.label("turn_number"),
        func.lower(Turn.during).label("turn_starts"),
        func.upper(Turn.during).label("turn_ends"),
        SessionGroup.part,
        Sitting.entered_at,
        Sitting.left_at,
        Sitting.turned_away_at,
        LotDraw.id.is_not(None).label("is_drawn"),
        Workstation.id.label("station_id"),
        Workstation.code.label("seat"),
        Scan.answer.label("answer"),
        Scan.session_id.label("answered_in"),
        Scan.reading_digest.label("answered_digest"),
    )
    .select_from(_ONE)
    .outerjoin(Scan, Scan.nonce == bindparam("nonce", type_=Uuid))
    .outerjoin(Booking, Booking.id == bindparam("booking_id", type_=BigInteger))
    .outerjoin(Turn, Turn.id == Booking.turn_id)
    .outerjoin(SessionGroup, SessionGroup.id == Turn.group_id)
    .outerjoin(Sitting, Sitting.booking_id == Booking.id)
    .outerjoin(LotDraw, LotDraw.turn_id == Turn.id)
    .outerjoin(Lot, Lot.booking_id == Booking.id)
    .outerjoin(Workstation, Workstation.id == func.coalesce(Sitting.workstation_id, Lot.workstation_id))
)


@dataclass(frozen=True)
class Person:
    """The candidate as a desk shows them."""

    uid: UUID
    name: str
    id_masked: str
    photo_key: str


@dataclass(frozen=True)
class ScanMatch:
    """Whose code or number it is, and the booking that counts here (of this session first), if there is one."""

    person: Person
    occupation_code: str
    level: str
    booking_id: int | None
    is_revoked: bool = False


@dataclass(frozen=True)
class FirstAnswer:
    """What a nonce got when it came first. ``digest``: of what was read then."""

    answer: dict[str, Any]
    session_id: int
    digest: bytes | None


@dataclass(frozen=True)
class Place:
    """A booking with its turn and its seat, as it stands behind its lock.

    ``station_id`` and ``seat`` are where they sat down, or what was drawn for them; None for somebody booked after the
    draw, and before it (``is_drawn``). ``entered_at`` and what follows are of the sitting.
    """

    id: int
    body_id: int
    district: str
    session_id: int
    turn_id: int
    state: str
    turn_number: int
    turn_starts: datetime
    turn_ends: datetime
    part: str
    entered_at: datetime | None
    left_at: datetime | None
    turned_away_at: datetime | None
    is_drawn: bool
    station_id: int | None
    seat: str | None

    def as_seen_from(self, session: ExamSession) -> SeatPlacement:
        """What decides about entry into this session."""
        return SeatPlacement(
            self.session_id,
            self.turn_number,
            self.turn_starts,
            self.turn_ends,
            self.state,
            self.entered_at,
            self.left_at,
            self.turned_away_at,
            session.state not in NOT_STARTED,
        )


def find(read: ReadText, session: ExamSession, ring: Keyring) -> tuple[ScanMatch | None, Refusal | None]:
    """The person, and why nothing more need be asked (``unknown``, ``revoked``)."""
    if read.codes:
        found = _match(_BY_CODE, session, digests=[digest_of(code) for code in read.codes])
    else:
        hashes = id_number_hashes(ring, read.id_number)
        former = hashes[1] if len(hashes) > 1 else None
        found = _match(_BY_NUMBER, session, id_hash=hashes[0], former_hash=former)
    if found is None:
        return None, Refusal("unknown")
    return found, Refusal("revoked") if found.is_revoked else None


def _match(query: Select[Any], session: ExamSession, **asked: Any) -> ScanMatch | None:
    row = db.session.execute(query, {**asked, "session_id": session.id}).first()
    if row is None:
        return None
    person = Person(row.candidate_uid, row.name, row.id_masked, row.photo_key)
    return ScanMatch(person, row.occupation_code, row.level, row.booking_id, row.revoked_at is not None)


def lock_scan(nonce: UUID, booking_id: int | None) -> None:
    """Two desks never admit one person twice, and the second of one nonce waits for the first answer."""
    lock_all(
        ("scan", int.from_bytes(nonce.bytes[:7], "big")), *([("booking", booking_id)] if booking_id is not None else [])
    )


def place_and_answer(booking_id: int | None, nonce: UUID | None) -> tuple[Place | None, FirstAnswer | None]:
    """What counts of a booking, and what this nonce was answered before; to be read behind their locks."""
    found = db.session.execute(_PLACE, {"booking_id": booking_id, "nonce": nonce}).one()
    *place, answer, answered_in, digest = found
    first = FirstAnswer(answer, answered_in, digest) if answered_in is not None else None
    return Place(*place) if found.id is not None else None, first
