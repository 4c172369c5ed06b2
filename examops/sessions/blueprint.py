"""The blueprint of sessions; its pages are spread over several modules."""

from __future__ import annotations

from flask import Blueprint

from examops.accounts.guard import guarded, roles_only
from examops.accounts.roles import SESSION_READERS

bp = guarded(Blueprint("sessions", __name__, url_prefix="/sessions"), roles_only(*SESSION_READERS))
