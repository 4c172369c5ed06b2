"""The blueprint of filings: bodies and offices, each route saying whose it is."""

from __future__ import annotations

from flask import Blueprint

from examops.accounts import REGULATORS, guarded, roles_only

BODY = ("coordinator",)
READERS = (*BODY, *REGULATORS)
bp = guarded(Blueprint("filings", __name__, url_prefix="/filings"), roles_only(*READERS))
