"""The blueprint of exits: bodies and offices, each route saying whose it is."""

from __future__ import annotations

from flask import Blueprint

from examops.accounts import REGULATORS, guarded, roles_only

READERS = ("coordinator", *REGULATORS)
bp = guarded(Blueprint("exits", __name__, url_prefix="/exits"), roles_only(*READERS))
