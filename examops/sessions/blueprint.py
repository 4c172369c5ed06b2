"""The blueprint of sessions; its pages are spread over several modules."""

from __future__ import annotations

from flask import Blueprint

from examops.accounts import SESSION_READERS, guarded, roles_only

bp = guarded(Blueprint("sessions", __name__, url_prefix="/sessions"), roles_only(*SESSION_READERS))
