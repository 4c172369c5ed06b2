"""Whether somebody may enter here and now. Pure: times and states in, a refusal or nothing out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True)
class SeatPlacement:
    """What is known of the person's place. ``entered_at`` is set when they are in already; ``has_started`` says whether
    the session was started, which asks for a lawful panel."""

    session_id: int
    turn_number: int
    turn_starts: datetime
    turn_ends: datetime
    state: str
    entered_at: datetime | None = None
    has_started: bool = True


@dataclass(frozen=True)
class Window:
    early_minutes: int
    late_minutes: int


@dataclass(frozen=True)
class Refusal:
    """A code; the words come later from it and its values."""

    code: str
    values: dict[str, object] = field(default_factory=dict)


def refuse(place: SeatPlacement | None, session_id: int, now: datetime, window: Window) -> Refusal | None:
    """The reason to stop this person at the door, or None."""
    if place is None:
        return Refusal("no_booking")
    if place.session_id != session_id:
        return Refusal("wrong_session")
    if not place.has_started:
        return Refusal("not_started")
    if place.entered_at is not None:
        return Refusal("already_in", {"at": place.entered_at})
    if place.state not in ("confirmed", "no_show"):
        return Refusal("not_confirmed", {"state": place.state})
    opens = place.turn_starts - timedelta(minutes=window.early_minutes)
    if now < opens:
        return Refusal("too_early", {"opens": opens, "turn": place.turn_number})
    if now > place.turn_starts + timedelta(minutes=window.late_minutes):
        return Refusal("too_late", {"limit": window.late_minutes, "turn": place.turn_number})
    return None
