"""All pages of sessions on their blueprint."""

from __future__ import annotations

from examops.sessions import batch_routes, change_routes, plan_routes, routes
from examops.sessions.pages import bp

__all__ = ["batch_routes", "bp", "change_routes", "plan_routes", "routes"]
