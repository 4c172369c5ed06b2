"""The blueprint of sessions; its pages are spread over several modules."""

from __future__ import annotations

from flask import Blueprint

from examops.accounts.guard import guarded, roles_only
from examops.accounts.roles import REGULATORS

READERS = ("coordinator", "internal_supervisor", "supervisor", *REGULATORS)
bp = guarded(Blueprint("sessions", __name__, url_prefix="/sessions"), roles_only(*READERS))
