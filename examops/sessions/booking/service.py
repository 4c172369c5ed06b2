"""The one function that books. Approval, waiting lists, imports and planners all go through it.

All wishes are read by one query and written by one statement (``asking.py``, ``writing.py``). What that leaves over,
because somebody else was faster or a constraint stands against it, is decided anew behind locks, in the end one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import DomainError
from examops.core.language import N_, message
from examops.core.refusals import constraints_as
from examops.sessions.booking.asking import (
    BOOKABLE,
    BookingRequest,
    PlacedBooking,
    find_places,
    has_application,
    has_turn,
    live_booking,
    standing_booking,
)
from examops.sessions.booking.writing import lock_for_booking, write_bookings
from examops.sessions.models import ExamSession, Turn
from examops.sessions.refusals import CONSTRAINTS, NoSuchTurn, TurnFull
from examops.sessions.tags import Tag


@dataclass(frozen=True)
class BookingResult:
    """What became of one wish: a booking, or the refusal."""

    wanted: BookingRequest
    booking: PlacedBooking | None
    refusal: DomainError | None


def book(
    wanted: Sequence[BookingRequest], *, actor: Actor, clock: Clock, session_uid: UUID | None = None
) -> list[BookingResult]:
    """Book every wish that can be met, in order; one answer per wish. Asking again for what one has changes nothing.

    With a ``session_uid``, turns of any other session count as unknown. A turn is locked from here to the end of the
    transaction once a place in it was taken: commit soon, and wrap the transaction in
    :func:`~examops.core.transaction.retried`.
    """
    db.session.flush()  # what the caller has changed is read here by plain statements
    call = _Call(list(wanted), session_uid, actor, clock.now())
    call.book_together()
    if call.still_open():
        call.lock()
        call.book_together()
    if call.still_open():
        call.book_each()
    call.record_refusals()
    return [call.results[n] for n in range(len(wanted))]


def book_one(
    application_uid: UUID, turn_uid: UUID, *, actor: Actor, clock: Clock, session_uid: UUID | None = None
) -> PlacedBooking:
    """A list of one, or the refusal as an exception."""
    (outcome,) = book([BookingRequest(application_uid, turn_uid)], actor=actor, clock=clock, session_uid=session_uid)
    if outcome.booking is None:
        assert outcome.refusal
        raise outcome.refusal
    return outcome.booking


@dataclass
class _Call:
    """One call of :func:`book`. Wishes are named by their place in the list; those without a result are open."""

    wanted: list[BookingRequest]
    session_uid: UUID | None
    actor: Actor
    now: datetime
    rows: dict[int, Any] = field(default_factory=dict)
    results: dict[int, BookingResult] = field(default_factory=dict)

    def still_open(self) -> list[int]:
        return [n for n in range(len(self.wanted)) if n not in self.results]

    def lock(self) -> None:
        lock_for_booking(self.rows[n] for n in self.still_open())

    def book_together(self) -> None:
        """Everything that stands by itself. A wish for what a wish before it asks for stays open, and where one of
        those accepted was left out, so do those for whom there was no place behind it."""
        accepted, full, taken = dict[tuple[int, str], int](), list[int](), Counter[int]()
        for n, row in self._find(self.still_open()):
            if (key := _key(row)) in accepted:
                continue
            if self._settle(n, row, live_booking(row)):
                continue
            if row.taken + taken[row.turn_id] >= row.capacity:
                full.append(n)
            else:
                accepted[key] = n
                taken[row.turn_id] += 1
        rows = [self.rows[n] for n in accepted.values()]
        placed = write_bookings(rows, actor=self.actor, now=self.now)
        self.results |= {n: self._result(n, one) for n, one in zip(accepted.values(), placed, strict=True) if one}
        if all(placed):
            self._refuse_full(full)

    def book_each(self) -> None:
        """What is open even behind the lock, one after the other, written so that a constraint is named."""
        found = self._find(self.still_open())
        taken = {row.turn_id: row.taken for _, row in found}
        live = {_key(row): live_booking(row) for _, row in found}
        for n, row in found:
            if self._settle(n, row, live[_key(row)]):
                continue
            if taken[row.turn_id] >= row.capacity:
                self._refuse_full([n])
            elif placed := self._write_alone(n, row):
                taken[row.turn_id] += 1
                live[_key(row)] = placed

    def record_refusals(self) -> None:
        """One row for each turn that refused somebody, with the counts by reason."""
        reasons: dict[int, Counter[str]] = {}
        for n, result in self.results.items():
            if result.refusal and has_turn(self.rows[n], self.session_uid):
                reasons.setdefault(self.rows[n].turn_id, Counter())[result.refusal.code] += 1
        by_turn = {row.turn_id: row for row in self.rows.values()}
        for turn_id, counts in reasons.items():
            row = by_turn[turn_id]
            session = SimpleNamespace(__tablename__=ExamSession.__tablename__, uid=row.session_uid, **owner_of(row))
            record(Tag.BOOKING_REFUSED, self.actor, session, words=row.session, reasons=dict(counts))

    def _find(self, places: Sequence[int]) -> list[tuple[int, Any]]:
        found = find_places([self.wanted[n] for n in places], self.now)
        self.rows |= dict(zip(places, found, strict=True))
        return list(zip(places, found, strict=True))

    def _settle(self, n: int, row: Any, before: PlacedBooking | None) -> bool:
        """Whether it is decided without asking for places: refused, or booked before."""
        try:
            if not has_turn(row, self.session_uid) or not has_application(row):
                raise NoSuchTurn()
            standing = standing_booking(row, before, self.now)
        except DomainError as refusal:
            self.results[n] = BookingResult(self.wanted[n], None, refusal)
            return True
        if standing is not None:
            self.results[n] = self._result(n, standing)
        return standing is not None

    def _write_alone(self, n: int, row: Any) -> PlacedBooking | None:
        try:
            with constraints_as(CONSTRAINTS):
                (placed,) = write_bookings([row], actor=self.actor, now=self.now, raises=True)
        except DomainError as refusal:
            self.results[n] = BookingResult(self.wanted[n], None, refusal)
            return None
        assert placed, "the turn is locked and has a place"
        self.results[n] = self._result(n, placed)
        return placed

    def _refuse_full(self, places: Iterable[int]) -> None:
        refusals: dict[int, TurnFull] = {}
        for n in places:
            turn_id = self.rows[n].turn_id
            if turn_id not in refusals:
                refusals[turn_id] = turn_full(db.session.get_one(Turn, turn_id, populate_existing=True))
            self.results[n] = BookingResult(self.wanted[n], None, refusals[turn_id])

    def _result(self, n: int, booking: PlacedBooking) -> BookingResult:
        return BookingResult(self.wanted[n], booking, None)


def _key(row: Any) -> tuple[int, str]:
    """What an application holds one live booking for."""
    return row.application_id, row.part


def takes_bookings(session: ExamSession, clock: Clock) -> bool:
    return session.state in BOOKABLE and clock.now() < session.bookings_close_at


def turn_full(turn: Turn) -> TurnFull:
    """The refusal with the numbers of this turn and what limits it."""
    return TurnFull(
        N_("第 {turn} 轮已满：{taken} / {capacity}，限制是{limiting}"),
        turn=turn.number,
        taken=turn.taken,
        capacity=turn.capacity,
        limiting=limiting_of(turn),
    )


def limiting_of(turn: Turn) -> Any:
    """What keeps the turn from taking more people."""
    return turn.factors[0]["word"] if turn.factors else message(N_("容量"))
