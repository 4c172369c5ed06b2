"""Plans of sessions: read, drafted, validated, saved."""

from examops.sessions.planning.forms import read_stations
from examops.sessions.planning.saving import Duty, Plan, create_session

__all__ = ["Duty", "Plan", "create_session", "read_stations"]
