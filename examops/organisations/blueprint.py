"""The blueprint of legal entities, on which several modules hang their pages."""

from __future__ import annotations

from flask import Blueprint

from examops.accounts import REGULATORS, guarded, roles_only

RENAMERS = ("city_bureau", "city_centre")
bp = guarded(Blueprint("entities", __name__, url_prefix="/entities"), roles_only(*REGULATORS))
