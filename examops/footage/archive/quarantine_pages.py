"""Quarantined footage: everybody concerned sees what was held back and why; reviewers and operators decide.

The body under examination and its security read only: nobody vouches for the footage of one's own exam.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import REVIEWERS, current_actor, guarded, needs, roles_only
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.footage.archive.late_gaps import DECISIONS as LATE_DECISIONS
from examops.footage.archive.late_gaps import decide_late_gap, late_gaps
from examops.footage.archive.quarantine import DECISIONS, PAGE, decide, quarantined
from examops.footage.wording import QUARANTINE_DECISIONS, QUARANTINE_REASONS
from examops.web.api import LenientSchema
from examops.web.inputs import OneOf, ShortText, WholeNumber, YesNo, read_form, read_query


class QuarantinePageSchema(LenientSchema):
    decided = YesNo()
    before = WholeNumber(1)


class QuarantineDecisionSchema(LenientSchema):
    """Form: release or keep."""

    decision = OneOf(DECISIONS, required=True, label=N_("决定"))
    note = ShortText(
        500, lines=True, required=True, label=N_("理由"), missing_words=N_("请写明理由，例如核对了什么、和谁确认的")
    )


class LateGapDecisionSchema(LenientSchema):
    """Form: take in or leave."""

    decision = OneOf(LATE_DECISIONS, required=True, label=N_("决定"))
    note = ShortText(
        500, lines=True, required=True, label=N_("理由"), missing_words=N_("请写明理由，例如核对了什么、和谁确认的")
    )


DECIDERS = ("operator", *REVIEWERS)
bp = guarded(
    Blueprint("quarantine", __name__, url_prefix="/quarantine"),
    roles_only("coordinator", "security", *DECIDERS),
)


@bp.get("/")
def index() -> ResponseReturnValue:
    asked = read_query(QuarantinePageSchema)
    decided = asked["decided"]
    lines = quarantined(decided=decided, before=asked["before"], site_ids=_only_sites())
    return render_template(
        "footage/quarantine.html",
        lines=lines[:PAGE],
        decided=decided,
        reasons=QUARANTINE_REASONS,
        decisions=QUARANTINE_DECISIONS,
        may_decide=any(grant.role in DECIDERS for grant in g.grants),
        following=lines[PAGE - 1].segment.id if len(lines) > PAGE else None,
    )


def _only_sites() -> list[int] | None:
    """The sites of somebody who is there for single sites; None for everybody else."""
    sites = [grant.site_id for grant in g.grants if grant.reach == "site" and grant.site_id is not None]
    return sites if len(sites) == len(g.grants) else None


@bp.post("/<uuid:segment_uid>")
@needs(*DECIDERS)
def decide_segment(segment_uid: UUID) -> ResponseReturnValue:
    form = read_form(QuarantineDecisionSchema)
    with transaction():
        decide(segment_uid, form["decision"], form["note"], actor=current_actor(), clock=clock())
    flash(
        _("已放行，录像盒下次取计划后会补传这一段") if form["decision"] == "released" else _("已记下，这一段保持隔离")
    )
    return redirect(url_for("quarantine.index"))


@bp.get("/late-gaps")
def late() -> ResponseReturnValue:
    """Gaps that came after the conclusion."""
    asked = read_query(QuarantinePageSchema)
    rows = late_gaps(bool(asked["decided"]), asked["before"], _only_sites())
    return render_template(
        "footage/late_gaps.html",
        rows=rows[:PAGE],
        decided=asked["decided"],
        may_decide=any(grant.role in DECIDERS for grant in g.grants),
        may_review=any(grant.role in REVIEWERS for grant in g.grants),
        following=rows[PAGE - 1].LateGap.id if len(rows) > PAGE else None,
    )


@bp.post("/late-gaps/<uuid:gap_uid>")
@needs(*DECIDERS)
def decide_late(gap_uid: UUID) -> ResponseReturnValue:
    form = read_form(LateGapDecisionSchema)
    with transaction():
        decide_late_gap(gap_uid, form["decision"], form["note"], actor=current_actor(), clock=clock())
    flash(
        _("已计入，回看室和督导结论会写明这个缺口和原因")
        if form["decision"] == "taken"
        else _("已记下，这个缺口不计入")
    )
    return redirect(url_for("quarantine.late"))
