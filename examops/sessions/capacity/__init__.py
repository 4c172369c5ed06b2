"""How many people a turn can take, and what it has to work with."""

from examops.sessions.capacity.resources import turn_stations

__all__ = ["turn_stations"]
