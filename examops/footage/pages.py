"""All pages of the footage blueprint: importing the modules adds their routes."""

from __future__ import annotations

from examops.footage.blueprint import bp
from examops.footage.review import playback_routes, routes
from examops.footage.wall import routes as wall_routes

__all__ = ["bp", "playback_routes", "routes", "wall_routes"]
