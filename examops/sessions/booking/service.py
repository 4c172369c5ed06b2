"""The one function that books. Approval, waiting lists, imports and planners all go through it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from config.rulebook import rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local, local_day
from examops.core.database import db, owner_of
from examops.core.errors import DomainError
from examops.core.language import N_, message
from examops.core.locking import lock_all
from examops.core.refusals import constraints_as
from examops.core.transitions import check_transition
from examops.organisations import filing_refusal
from examops.organisations.models import Body
from examops.registration import ApplicationState
from examops.registration.models import Application
from examops.sessions.booking.tickets import issue_ticket
from examops.sessions.models import Booking, ExamSession, SessionGroup, Turn
from examops.sessions.refusals import (
    CONSTRAINTS,
    LOCKED,
    LOCKED_OTHERWISE,
    ROSTER_CLAUSE,
    AlreadyBooked,
    NoSuchTurn,
    NotBookable,
    NotEligible,
    RosterLocked,
    TurnFull,
    WrongGroup,
)
from examops.sessions.states import BOOKING_TRANSITIONS, LIVE_BOOKING, BookingState, SessionState
from examops.sessions.tags import Tag

# The roster is part of the declaration: it is made before it, and locked with it.
BOOKABLE = (SessionState.DRAFT, SessionState.RETURNED)


@dataclass(frozen=True)
class BookingRequest:
    """One place asked for."""

    application_uid: UUID
    turn_uid: UUID


@dataclass(frozen=True)
class BookingResult:
    """What became of one wish: a booking, or the refusal."""

    wanted: BookingRequest
    booking: Booking | None
    refusal: DomainError | None


@dataclass
class _Place:
    turn: Turn
    session: ExamSession
    group: SessionGroup


def book(
    wanted: Sequence[BookingRequest], *, actor: Actor, clock: Clock, session: ExamSession | None = None
) -> list[BookingResult]:
    """Book every wish that can be met, in order; one answer per wish. Asking again for what one has changes nothing.

    With a ``session``, turns of any other session count as unknown.
    Locks every turn named, once and sorted, before counting: READ COMMITTED makes the counts read afterwards true.
    """
    turns = select(Turn.id).where(Turn.uid.in_({w.turn_uid for w in wanted}))
    turns = turns if session is None else turns.where(Turn.session_id == session.id)
    turn_ids = db.session.execute(turns).scalars().all()
    lock_all(*[("turn", turn_id) for turn_id in turn_ids])
    places = _places(turn_ids)
    applications = _applications({w.application_uid for w in wanted})
    live = _live_bookings([application.id for application in applications.values()])
    filed = _filing(places.values())
    outcomes = [_one(booking_request, places, applications, live, actor, clock, filed) for booking_request in wanted]
    _keep_refusals(outcomes, places, actor)
    return outcomes


def book_one(
    application_uid: UUID, turn_uid: UUID, *, actor: Actor, clock: Clock, session: ExamSession | None = None
) -> Booking:
    """A list of one, or the refusal as an exception."""
    outcome = book([BookingRequest(application_uid, turn_uid)], actor=actor, clock=clock, session=session)[0]
    if outcome.booking is None:
        assert outcome.refusal
        raise outcome.refusal
    return outcome.booking


def release(booking_uid: UUID, *, reason: str, actor: Actor) -> Booking:
    """Give a place back. Only the booking's own row is locked, so that two who press at once free one place.
    Releasing what was released changes nothing. Raises :class:`RosterLocked` once the session is declared."""
    booking = _locked(booking_uid)
    if booking.state == BookingState.CANCELLED:
        return booking
    must_be_unlocked(db.session.get_one(ExamSession, booking.session_id, populate_existing=True))
    return give_back(booking, reason=reason, actor=actor)


def expire_hold(booking_uid: UUID, *, reason: str, actor: Actor) -> Booking:
    """Give a held place back that nobody confirmed in time: it was never on the roster, whatever became of that."""
    booking = _locked(booking_uid)
    return give_back(booking, reason=reason, actor=actor) if booking.state == BookingState.HELD else booking


def _locked(booking_uid: UUID) -> Booking:
    query = select(Booking).where(Booking.uid == booking_uid).with_for_update()
    booking = db.session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if booking is None:
        raise NoSuchTurn(N_("没有找到这个预约"))
    return booking


def give_back(booking: Booking, *, reason: str, actor: Actor) -> Booking:
    """The act itself, for a booking that the caller has locked and may release."""
    check_transition(BOOKING_TRANSITIONS, booking.state, BookingState.CANCELLED)
    booking.state = BookingState.CANCELLED
    db.session.flush()
    db.session.execute(update(Turn).where(Turn.id == booking.turn_id).values(taken=Turn.taken - 1))
    record(Tag.BOOKING_RELEASED, actor, booking, words=reason)
    return booking


def must_be_unlocked(session: ExamSession) -> None:
    """Raises :class:`RosterLocked` with what to do, which depends on how far the session has come."""
    if session.state not in BOOKABLE:
        words, advice = LOCKED.get(session.state, LOCKED_OTHERWISE)
        raise RosterLocked(words, advice=advice, clause=ROSTER_CLAUSE)


def takes_bookings(session: ExamSession, clock: Clock) -> bool:
    return session.state in BOOKABLE and clock.now() < session.bookings_close_at


def _places(turn_ids: Sequence[int]) -> dict[UUID, _Place]:
    """Turns with their sessions and groups, read again after the lock."""
    query = (
        select(Turn, ExamSession, SessionGroup)
        .join(ExamSession, ExamSession.id == Turn.session_id)
        .join(SessionGroup, SessionGroup.id == Turn.group_id)
        .where(Turn.id.in_(turn_ids))
        .execution_options(populate_existing=True)
    )
    return {row.Turn.uid: _Place(*row) for row in db.session.execute(query)}


def _applications(uids: set[UUID]) -> dict[UUID, Application]:
    """Held until the end: an application that is being withdrawn is waited for and read as withdrawn."""
    query = select(Application).where(Application.uid.in_(uids)).order_by(Application.id)
    rows = db.session.execute(
        query.with_for_update(read=True, key_share=True), execution_options={"populate_existing": True}
    )
    return {row.uid: row for row in rows.scalars()}


def _live_bookings(application_ids: Sequence[int]) -> dict[tuple[int, str], Booking]:
    query = select(Booking).where(Booking.application_id.in_(application_ids), Booking.state.in_(LIVE_BOOKING))
    return {(row.application_id, row.part): row for row in db.session.execute(query).scalars()}


def _one(
    booking_request: BookingRequest,
    places: dict[UUID, _Place],
    applications: dict[UUID, Application],
    live: dict[tuple[int, str], Booking],
    actor: Actor,
    clock: Clock,
    filed: dict[int, DomainError | None],
) -> BookingResult:
    try:
        place, application = places.get(booking_request.turn_uid), applications.get(booking_request.application_uid)
        if place is None or application is None:
            raise NoSuchTurn()
        before = live.get((application.id, place.group.part))
        if before is not None and before.turn_id == place.turn.id:
            return BookingResult(booking_request, before, None)
        _check(place, application, before, clock, filed[place.group.id])
        booking = _insert(place, application, actor, clock)
        live[(application.id, place.group.part)] = booking
        return BookingResult(booking_request, booking, None)
    except DomainError as refusal:
        return BookingResult(booking_request, None, refusal)


def _filing(places: Iterable[_Place]) -> dict[int, DomainError | None]:
    """By group: why its body may not assess it on its day, or None."""
    found: dict[int, DomainError | None] = {}
    for place in places:
        group = place.group
        if group.id not in found:
            body, day = db.session.get_one(Body, group.body_id), local_day(place.session.starts_at)
            found[group.id] = filing_refusal(body, [(group.occupation_code, group.level)], day)
    return found


def _check(
    place: _Place, application: Application, before: Booking | None, clock: Clock, filed: DomainError | None
) -> None:
    must_be_unlocked(place.session)
    if not takes_bookings(place.session, clock):
        raise NotBookable(
            N_("排人已在 {closed_at} 截止"),
            clause=rulebook()["session.booking_close_hours"].on(local_day(place.session.starts_at)).clause,
            closed_at=f"{local(place.session.bookings_close_at):%m-%d %H:%M}",
        )
    if filed:
        raise filed
    if application.state != ApplicationState.ACCEPTED:
        raise NotEligible(state=application.state)
    group = place.group
    fits = (application.occupation_code, application.level) == (group.occupation_code, group.level)
    if not fits or group.part not in application.parts:
        raise WrongGroup(part=group.part)
    if before is not None:
        raise AlreadyBooked()
    if place.turn.taken >= place.turn.capacity:
        raise turn_full(place.turn)


def turn_full(turn: Turn) -> TurnFull:
    """The refusal with the numbers of this turn and what limits it."""
    limiting = turn.factors[0]["word"] if turn.factors else message(N_("容量"))
    return TurnFull(
        N_("第 {turn} 轮已满：{taken} / {capacity}，限制是{limiting}"),
        turn=turn.number,
        taken=turn.taken,
        capacity=turn.capacity,
        limiting=limiting,
    )


def _insert(place: _Place, application: Application, actor: Actor, clock: Clock) -> Booking:
    """Write behind the constraints: what other bodies hold is invisible here, but not to them."""
    turn = place.turn
    booking = Booking(
        **owner_of(turn),
        application_id=application.id,
        person_id=application.person_id,
        part=place.group.part,
        session_id=turn.session_id,
        turn_id=turn.id,
        during=turn.during,
        state=BookingState.CONFIRMED,
    )
    with constraints_as(CONSTRAINTS):
        db.session.add(booking)
        turn.taken += 1
        db.session.flush()
    issue_ticket(application, clock=clock, actor=actor)
    record(
        Tag.BOOKING_MADE,
        actor,
        booking,
        words=message(N_("{session} 第 {turn} 轮"), session=place.session.number, turn=turn.number),
        application=application.number,
    )
    return booking


def _keep_refusals(outcomes: Sequence[BookingResult], places: dict[UUID, _Place], actor: Actor) -> None:
    """One row per session that refused somebody, with the counts by reason."""
    reasons: dict[UUID, Counter[str]] = {}
    for outcome in outcomes:
        if outcome.refusal and outcome.wanted.turn_uid in places:
            reasons.setdefault(outcome.wanted.turn_uid, Counter())[outcome.refusal.code] += 1
    for turn_uid, counts in reasons.items():
        session = places[turn_uid].session
        record(Tag.BOOKING_REFUSED, actor, session, words=session.number, reasons=dict(counts))
