"""The blueprint of everything reviewers see. Closed by default: only the page of armed hours is open to security."""

from __future__ import annotations

from flask import Blueprint, g, request

from examops.accounts import REVIEWERS, guarded, roles_only
from examops.core.errors import NotAllowed

OPEN_TO_SECURITY = frozenset({"footage.armed_hours"})

bp = guarded(
    Blueprint("footage", __name__, url_prefix="/footage"),
    roles_only("security", *REVIEWERS),
)


@bp.before_request
def reviewers_only() -> None:
    """Security may see when cameras record, never what they recorded."""
    user = getattr(g, "user", None)
    if user is None or request.endpoint in OPEN_TO_SECURITY:
        return
    if not {grant.role for grant in g.grants} & set(REVIEWERS):
        raise NotAllowed(role=g.role)
