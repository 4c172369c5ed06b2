"""All pages of the footage blueprint: importing the modules adds their routes."""

from __future__ import annotations

from examops.footage import playback_routes, routes, wall_routes
from examops.footage.pages import bp

__all__ = ["bp", "playback_routes", "routes", "wall_routes"]
