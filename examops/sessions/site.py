"""All pages of sessions on their blueprint."""

from __future__ import annotations

from examops.sessions import plan_routes, routes
from examops.sessions.pages import bp

__all__ = ["bp", "plan_routes", "routes"]
