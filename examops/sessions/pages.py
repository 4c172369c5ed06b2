"""All pages of sessions on their blueprint."""

from __future__ import annotations

from examops.sessions import placing_routes, routes
from examops.sessions.blueprint import bp
from examops.sessions.booking import print_routes
from examops.sessions.editing import copy_routes
from examops.sessions.editing import routes as change_routes
from examops.sessions.planning import routes as plan_routes
from examops.sessions.replacing import routes as replace_routes

__all__ = [
    "bp",
    "change_routes",
    "copy_routes",
    "placing_routes",
    "plan_routes",
    "print_routes",
    "replace_routes",
    "routes",
]
