"""Whether somebody may enter here and now. Pure: times and states in, a refusal or nothing out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from examops.checkin.moments import BelievedMoment


@dataclass(frozen=True)
class SeatPlacement:
    """What is known of the person's place. ``entered_at`` is set when they are or were in already; ``has_started`` says
    whether the session was started, which asks for a lawful panel."""

    session_id: int
    turn_number: int
    turn_starts: datetime
    turn_ends: datetime
    state: str
    entered_at: datetime | None = None
    left_at: datetime | None = None
    turned_away_at: datetime | None = None
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


# Refusals by the hour: an unknown hour decides neither.
BY_THE_HOUR = ("too_late",)


def refuse(place: SeatPlacement | None, session_id: int, at: datetime, window: Window) -> Refusal | None:
    """The reason to stop this person at the door at the moment ``at``, or None."""
    if place is None:
        return Refusal("no_booking")
    if place.session_id != session_id:
        return Refusal("wrong_session")
    if not place.has_started:
        return Refusal("not_started")
    if place.entered_at is not None:
        return _came_before(place)
    if place.state not in ("confirmed", "no_show"):
        return Refusal("not_confirmed", {"state": place.state})
    opens = place.turn_starts - timedelta(minutes=window.early_minutes)
    if at < opens:
        return Refusal("too_early", {"opens": opens, "turn": place.turn_number})
    if at > place.turn_starts + timedelta(minutes=window.late_minutes):
        return Refusal("too_late", {"limit": window.late_minutes, "turn": place.turn_number})
    return None


def _came_before(place: SeatPlacement) -> Refusal:
    if place.turned_away_at is not None:
        return Refusal("identity_doubted", {"at": place.turned_away_at})
    if place.left_at is not None:
        return Refusal("handed_in", {"at": place.left_at})
    return Refusal("already_in", {"at": place.entered_at})


def settle_later(refusal: Refusal | None, moment: BelievedMoment) -> Refusal | None:
    """The same, but for a refusal by the hour where the hour is not sure: then the coordinator decides."""
    if refusal is not None and refusal.code in BY_THE_HOUR and moment.doubt:
        return Refusal("time_unclear", {"claimed": moment.claimed, **refusal.values})
    return refusal
