"""Plans of sessions: read, drafted, validated, saved."""

from examops.sessions.planning.saving import Duty, Plan, create_session
from examops.sessions.planning.stations import read_stations

__all__ = ["Duty", "Plan", "create_session", "read_stations"]
