"""Booking and tickets: the one function that books."""

from examops.sessions.booking.asking import BookingRequest
from examops.sessions.booking.releasing import release
from examops.sessions.booking.service import book
from examops.sessions.booking.tickets import code_of, ticket_by_code

__all__ = ["BookingRequest", "book", "code_of", "release", "ticket_by_code"]
