"""Whose code or number it is, the place that counts at this door, and what its nonce was answered before.

Every scan asks all of it, in one query: columns instead of rows of a dozen tables. Nothing is locked here; what has
changed before the scan is written down is noticed there (storing.py) and read again behind the locks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    LargeBinary,
    Select,
    Uuid,
    any_,
    bindparam,
    case,
    func,
    literal,
    select,
    true,
)

from examops.checkin.admission import Refusal, SeatPlacement
from examops.checkin.door import Visitor, pass_door, through_door
from examops.checkin.models import Lot, LotDraw, Scan, Sitting
from examops.checkin.outages import is_out
from examops.checkin.readings import ReadText
from examops.core.database import table_of
from examops.core.keys import Keyring, digest_of, id_number_hashes
from examops.core.language import Message
from examops.core.locking import lock_all
from examops.core.prepared import Prepared
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions import BookingState
from examops.sessions.models import Booking, ExamSession, Ticket, Turn
from examops.sites.models import Workstation

MATCHED = 8  # columns of a match
_BOOKING = table_of(Booking)
_HELD = ("id", "body_id", "district", "session_id", "turn_id", "state", "part")
NOT_STARTED = ("draft", "declared", "returned", "approved", "open", "closed", "cancelled", "void")
_SESSION = (
    ExamSession.id,
    ExamSession.body_id,
    ExamSession.district,
    ExamSession.number,
    ExamSession.state,
    ExamSession.title,
    ExamSession.room_id,
    ExamSession.starts_at,
    ExamSession.desk_opens_at,
)
_MATCH = (
    select(
        Booking.id.label("booking_id"),
        Application.occupation_code,
        Application.level,
        Candidate.uid.label("candidate_uid"),
        Candidate.name,
        Candidate.id_masked,
        Candidate.photo_key,
        *(_BOOKING.c[name].label(f"held_{name}") for name in _HELD),
    )
    .select_from(Application)
    .join(Candidate, Candidate.id == Application.candidate_id)
    .outerjoin(Booking, (Booking.application_id == Application.id) & (Booking.state != BookingState.CANCELLED))
    .order_by((Booking.session_id == ExamSession.id).desc().nulls_last(), Booking.during)
    .limit(1)
    .correlate(ExamSession)
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
_OF_PLACE = (
    Turn.number.label("turn_number"),
    func.lower(Turn.during).label("turn_starts"),
    func.upper(Turn.during).label("turn_ends"),
    Sitting.entered_at,
    Sitting.left_at,
    Sitting.turned_away_at,
    LotDraw.id.is_not(None).label("is_drawn"),
    Workstation.id.label("station_id"),
    Workstation.code.label("seat"),
)
# COALESCE would read all workstations: below row security only what the planner knows not to leak may use an index.
_STATION = case((Sitting.workstation_id.is_(None), Lot.workstation_id), else_=Sitting.workstation_id)
_FIRST = (Scan.answer, Scan.session_id.label("answered_in"), Scan.reading_digest.label("answered_digest"))
_NONCE = Scan.nonce == bindparam("nonce", type_=Uuid)


def _with_place(query: Select[Any], booking: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """With a booking's columns, its turn, sitting and seat, and what the nonce was answered before."""
    query = query.add_columns(*booking.values(), *_OF_PLACE, *_FIRST)
    return (
        query.outerjoin(Scan, _NONCE)
        .outerjoin(Turn, Turn.id == booking["turn_id"])
        .outerjoin(Sitting, Sitting.booking_id == booking["id"])
        .outerjoin(LotDraw, LotDraw.turn_id == Turn.id)
        .outerjoin(Lot, (Lot.booking_id == booking["id"]) & ~is_out(Lot.workstation_id, Turn.during))
        .outerjoin(Workstation, Workstation.id == _STATION)
    )


def _seen_by(match: Select[Any]) -> Select[Any]:
    """Session, person, place and first answer, in this order."""
    found = match.subquery("found").lateral("found")
    person = [column for column in found.c if not column.key.startswith("held_")]
    query = select(*_SESSION, *person).select_from(ExamSession).outerjoin(found, true())
    return _with_place(query, {name: found.c[f"held_{name}"] for name in _HELD})


_ONE = select(literal(1).label("row")).subquery()
_BOOKED = select().select_from(_ONE).outerjoin(Booking, Booking.id == bindparam("booking_id", type_=BigInteger))
_PLACE_AND_ANSWER = Prepared(_with_place(_BOOKED, {name: _BOOKING.c[name] for name in _HELD}))


@dataclass(frozen=True)
class ScannedSession:
    """What a scan asks of the session whose desk it was made at."""

    id: int
    body_id: int
    district: str
    number: str
    state: str
    title: Message
    room_id: int
    starts_at: datetime
    desk_opens_at: datetime


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
    draw, before it (``is_drawn``), and where what was drawn has gone out of service since. ``entered_at`` and what
    follows are of the sitting.
    """

    id: int
    body_id: int
    district: str
    session_id: int
    turn_id: int
    state: str
    part: str
    turn_number: int
    turn_starts: datetime
    turn_ends: datetime
    entered_at: datetime | None
    left_at: datetime | None
    turned_away_at: datetime | None
    is_drawn: bool
    station_id: int | None
    seat: str | None

    def as_seen_from(self, session: ScannedSession) -> SeatPlacement:
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


@dataclass(frozen=True)
class Seen:
    """Everything a scan is judged by. ``person`` None: nobody has this code or number."""

    session: ScannedSession
    person: ScanMatch | None
    place: Place | None
    first: FirstAnswer | None

    @property
    def booking_id(self) -> int | None:
        return self.person.booking_id if self.person else None

    def missing(self) -> Refusal | None:
        """Why nothing more need be asked."""
        if self.person is None:
            return Refusal("unknown")
        return Refusal("revoked") if self.person.is_revoked else None


_OF_SESSION = ExamSession.id == bindparam("session_id", type_=BigInteger)
_BY_CODE_IN, _BY_NUMBER_IN = (Prepared(_seen_by(match).where(_OF_SESSION)) for match in (_BY_CODE, _BY_NUMBER))
_BY_CODE_AT, _BY_NUMBER_AT = (Prepared(through_door(_seen_by(match))) for match in (_BY_CODE, _BY_NUMBER))


def see(read: ReadText, nonce: UUID, session_id: int, ring: Keyring) -> Seen:
    """In a session that exists, asked by the system itself."""
    query = _BY_CODE_IN if read.codes else _BY_NUMBER_IN
    return _seen(query.one(**_asked(read, ring), nonce=nonce, session_id=session_id))


def see_at_door(read: ReadText, nonce: UUID, session_uid: UUID, by: Visitor, ring: Keyring) -> Seen:
    """Raises as :func:`examops.checkin.door.pass_door`."""
    query = _BY_CODE_AT if read.codes else _BY_NUMBER_AT
    return _seen(pass_door(query, session_uid, by, **_asked(read, ring), nonce=nonce))


def _asked(read: ReadText, ring: Keyring) -> dict[str, Any]:
    if read.codes:
        return {"digests": [digest_of(code) for code in read.codes]}
    hashes = id_number_hashes(ring, read.id_number)
    return {"id_hash": hashes[0], "former_hash": hashes[1] if len(hashes) > 1 else None}


def _seen(row: Any) -> Seen:
    session = ScannedSession(*row[: len(_SESSION)])
    rest = row[len(_SESSION) + MATCHED :]
    if row.candidate_uid is None:
        return Seen(session, None, *_place_and_answer(rest))
    person = Person(row.candidate_uid, row.name, row.id_masked, row.photo_key)
    match = ScanMatch(person, row.occupation_code, row.level, row.booking_id, row.revoked_at is not None)
    return Seen(session, match, *_place_and_answer(rest))


def lock_scan(nonce: UUID, booking_id: int | None) -> None:
    """Two desks never admit one person twice, and the second of one nonce waits for the first answer."""
    lock_all(
        ("scan", int.from_bytes(nonce.bytes[:7], "big")), *([("booking", booking_id)] if booking_id is not None else [])
    )


def place_and_answer(booking_id: int | None, nonce: UUID | None) -> tuple[Place | None, FirstAnswer | None]:
    """What counts of a booking, and what this nonce was answered before; to be read behind their locks."""
    return _place_and_answer(_PLACE_AND_ANSWER.one(booking_id=booking_id, nonce=nonce))


def _place_and_answer(row: Any) -> tuple[Place | None, FirstAnswer | None]:
    """Of the columns that :func:`_with_place` adds, and whatever follows."""
    width = len(_HELD) + len(_OF_PLACE)
    place, (answer, answered_in, digest) = row[:width], row[width : width + len(_FIRST)]
    first = FirstAnswer(answer, answered_in, digest) if answered_in is not None else None
    return Place(*place) if place[0] is not None else None, first
