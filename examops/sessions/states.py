"""States of sessions and bookings, and the transitions between them."""

from __future__ import annotations

from enum import StrEnum


class SessionState(StrEnum):
    DRAFT = "draft"
    DECLARED = "declared"
    RETURNED = "returned"
    APPROVED = "approved"
    OPEN = "open"  # of releases before 0.2: approved, bookings were taken; nothing moves here any more
    CLOSED = "closed"  # the list is final
    RUNNING = "running"
    INTERRUPTED = "interrupted"
    FINISHED = "finished"
    REPORTED = "reported"
    SENT_BACK = "sent_back"
    AUDITED = "audited"
    PUBLISHED = "published"
    SEALED = "sealed"
    VOID = "void"
    CANCELLED = "cancelled"


class BookingState(StrEnum):
    HELD = "held"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
    EXCUSED = "excused"
    NO_SHOW = "no_show"
    INTERRUPTED = "interrupted"
    DISQUALIFIED = "disqualified"


LIVE_BOOKING = (BookingState.HELD, BookingState.CONFIRMED, BookingState.CHECKED_IN)
# Approved and not begun: whoever is on duty may be replaced, the list of candidates stays as it is.
REPLACEABLE_STATES = (SessionState.APPROVED, SessionState.OPEN, SessionState.CLOSED)
TAKES_A_PLACE = (*LIVE_BOOKING, BookingState.COMPLETED, BookingState.NO_SHOW, BookingState.DISQUALIFIED)

S, B = SessionState, BookingState
# Has been held, or is: what ends a filing later does not reach back to it.
HELD_STATES = (S.RUNNING, S.INTERRUPTED, S.FINISHED, S.REPORTED, S.SENT_BACK, S.AUDITED, S.PUBLISHED, S.SEALED)

SESSION_TRANSITIONS: dict[SessionState, set[SessionState]] = {
    S.DRAFT: {S.DECLARED, S.CANCELLED},
    S.DECLARED: {S.RETURNED, S.APPROVED, S.CANCELLED},
    S.RETURNED: {S.DECLARED, S.CANCELLED},
    S.APPROVED: {S.RETURNED, S.CLOSED, S.CANCELLED},
    S.OPEN: {S.RETURNED, S.CLOSED, S.CANCELLED},
    S.CLOSED: {S.RUNNING, S.RETURNED, S.CANCELLED},
    S.RUNNING: {S.INTERRUPTED, S.FINISHED},
    S.INTERRUPTED: {S.RUNNING, S.VOID},
    S.FINISHED: {S.REPORTED},
    S.REPORTED: {S.SENT_BACK, S.AUDITED},
    S.SENT_BACK: {S.REPORTED},
    S.AUDITED: {S.PUBLISHED},
    S.PUBLISHED: {S.SEALED},
}
BOOKING_TRANSITIONS: dict[BookingState, set[BookingState]] = {
    B.HELD: {B.CONFIRMED, B.CANCELLED},
    B.CONFIRMED: {B.CHECKED_IN, B.CANCELLED, B.EXCUSED, B.NO_SHOW},
    B.CHECKED_IN: {B.COMPLETED, B.INTERRUPTED, B.DISQUALIFIED, B.CONFIRMED},
    B.WAITLISTED: {B.HELD, B.CONFIRMED, B.CANCELLED},
    B.COMPLETED: {B.CHECKED_IN},  # a hand-in undone while the session runs
    B.INTERRUPTED: {B.CHECKED_IN, B.COMPLETED, B.CANCELLED},
    B.NO_SHOW: {B.CHECKED_IN},  # a genuine late record always wins
}
