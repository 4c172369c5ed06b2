"""All pages of the footage blueprint: importing the modules adds their routes."""

from __future__ import annotations

from examops.footage.blueprint import bp
from examops.footage.review import flag_routes, playback_routes, routes
from examops.footage.wall import routes as wall_routes

__all__ = ["bp", "flag_routes", "playback_routes", "routes", "wall_routes"]
