"""Something out of service: what it breaks, who knows of it, and where the people go."""

from examops.sessions.outages.acting import AlreadyOut, TakeOut, put_back, take_out
from examops.sessions.outages.breaks import breaks_of, open_breaks, settle_break
from examops.sessions.outages.by_cards import recount_session, sessions_to_recount
from examops.sessions.outages.effects import (
    BrokenSession,
    Shortfall,
    beside_guests,
    broken_sessions,
    sessions_holding,
)
from examops.sessions.outages.reseating import Target, move_people, people_to_move, targets_of
from examops.sessions.outages.seeing import Sight, SightNotAsShown, change_sight
from examops.sessions.outages.warning import unreached

__all__ = [
    "AlreadyOut",
    "BrokenSession",
    "Shortfall",
    "Sight",
    "SightNotAsShown",
    "TakeOut",
    "Target",
    "beside_guests",
    "breaks_of",
    "broken_sessions",
    "change_sight",
    "move_people",
    "open_breaks",
    "people_to_move",
    "put_back",
    "recount_session",
    "sessions_holding",
    "sessions_to_recount",
    "settle_break",
    "take_out",
    "targets_of",
    "unreached",
]
