"""Quarantined footage: everybody concerned sees what was held back and why; reviewers and operators decide.

The body under examination and its security read only: nobody vouches for the footage of one's own exam.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import REVIEWERS, current_actor, guarded, needs, roles_only
from examops.core.extensions import clock
from examops.core.language import _
from examops.core.transaction import transaction
from examops.footage.archive.quarantine import PAGE, decide, quarantined
from examops.footage.wording import QUARANTINE_DECISIONS, QUARANTINE_REASONS

DECIDERS = ("operator", *REVIEWERS)
bp = guarded(
    Blueprint("quarantine", __name__, url_prefix="/quarantine"),
    roles_only("coordinator", "security", *DECIDERS),
)


@bp.get("/")
def index() -> ResponseReturnValue:
    decided = request.args.get("decided") == "1"
    lines = quarantined(decided=decided, before=request.args.get("before", type=int), site_ids=_only_sites())
    return render_template(
        "footage/quarantine.html", lines=lines[:PAGE], decided=decided, reasons=QUARANTINE_REASONS,
        decisions=QUARANTINE_DECISIONS, may_decide=any(grant.role in DECIDERS for grant in g.grants),
        following=lines[PAGE - 1].segment.id if len(lines) > PAGE else None,
    )  # fmt: skip


def _only_sites() -> list[int] | None:
    """The sites of somebody who is there for single sites; None for everybody else."""
    sites = [grant.site_id for grant in g.grants if grant.reach == "site" and grant.site_id is not None]
    return sites if len(sites) == len(g.grants) else None


@bp.post("/<uuid:segment_uid>")
@needs(*DECIDERS)
def decide_segment(segment_uid: UUID) -> ResponseReturnValue:
    decision, note = request.form.get("decision", ""), request.form.get("note", "")
    with transaction():
        decide(segment_uid, decision, note, actor=current_actor(), clock=clock())
    flash(_("已放行，录像盒下次取计划后会补传这一段") if decision == "released" else _("已记下，这一段保持隔离"))
    return redirect(url_for("quarantine.index"))
