"""核对所见 and 规则开关: what the nightly check found, and which rules act by themselves."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import REGULATORS, acts_for_whole_city, current_actor, needs, needs_whole_city
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import _
from examops.core.paging import page_and_next
from examops.core.transaction import transaction
from examops.exits.blueprint import bp
from examops.exits.inputs import FindingsSchema, SwitchSchema
from examops.exits.labels import FINDING_KINDS
from examops.exits.listing import PAGE, failed_bodies, finding_counts, findings_query, last_night
from examops.exits.recheck.switches import Grounds, acting_rules, acts_on, modes, switch
from examops.exits.shown import shown_finding
from examops.web.inputs import InvalidInput, read_form, read_valid


@bp.get("/findings")
@needs(*REGULATORS)
def findings() -> ResponseReturnValue:
    asked, day = read_valid(FindingsSchema, request.args), today(clock())
    acting = acting_rules(day, rulebook())
    rows, last = page_and_next(db.session.execute(findings_query(**asked)).all(), PAGE)
    newest, standings = last_night()
    return render_template(
        "exits/findings.html",
        rows=[(row.RecheckFinding, row.Body, row.ExitCase, shown_finding(row.RecheckFinding)) for row in rows],
        acts=lambda row: acts_on(row, acting),
        kinds=FINDING_KINDS,
        counts=finding_counts(),
        asked=asked,
        following=last.RecheckFinding.id if last else None,
        newest=newest,
        standings=standings,
        failed=failed_bodies(),
    )


@bp.get("/rules")
@needs(*REGULATORS)
def rules() -> ResponseReturnValue:
    return _rules()


@bp.post("/rules")
@needs_whole_city("city_bureau")
def save_rule() -> ResponseReturnValue:
    try:
        given = read_form(SwitchSchema)
        grounds = Grounds(given["document_number"], given["reason"], given["valid_from"])
        with transaction():
            on, actor = given["on"] == "yes", current_actor()
            switch(given["rule"], on, given["revision"], grounds, actor=actor, clock=clock())
    except DomainError as error:
        return _rules(error)
    flash(_("规则开关已记下"))
    return redirect(url_for("exits.rules"))


def _rules(refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    return render_template(
        "exits/rules.html",
        modes=modes(today(clock()), rulebook()),
        may_switch=acts_for_whole_city("city_bureau"),
        form=request.form,
        today=today(clock()),
        refused=None if isinstance(refused, InvalidInput) else refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
    ), refused.status if refused else 200
