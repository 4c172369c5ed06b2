"""The blueprint of sites with their rooms, plans and papers: the body's coordinators write, offices read and verify."""

from __future__ import annotations

from flask import Blueprint

from examops.accounts import REGULATORS, guarded, roles_only

DISTRICT = ("district_bureau", "district_centre")
READERS = ("coordinator", *REGULATORS)
bp = guarded(Blueprint("sites", __name__, url_prefix="/sites"), roles_only(*READERS))
