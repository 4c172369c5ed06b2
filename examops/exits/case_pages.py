"""One case: for the body what to do until when, for offices facts, hearing, decision, sessions; its letters."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.calendar import calendar
from examops.accounts import current_actor, needs
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.exits.acting import (
    Decision,
    body_of,
    decide,
    decide_session,
    lift,
    set_aside,
    state_case,
    tell_body,
    term_is_over,
    withdraw,
)
from examops.exits.blueprint import bp
from examops.exits.history import BUREAUS, acts_of, case_by_uid, facts_of, had_a_hand, other_open_cases, seen_of
from examops.exits.inputs import ActSchema, ChoiceSchema, GatherSchema, StatementSchema
from examops.exits.labels import CHOICE_WORDS, open_decisions
from examops.exits.letters import letter_by_uid, letters_of
from examops.exits.models import ExitCase, ExitFact
from examops.exits.opening import GATHERERS, Read, gather
from examops.exits.sessions import ended_by, given_up_sessions, later_sessions, running_sessions
from examops.exits.shown import ShownFact, shown_fact
from examops.exits.states import CASE_TRANSITIONS, LEFT, CaseState
from examops.filings import ended_with, left_until, recipients_at, unsettled_year
from examops.offices import represented_by, signed_by
from examops.web.inputs import InvalidInput, read_form

DONE = {
    "told": N_("已告知机构，陈述申辩开始计时"),
    "withdrawn": N_("已撤销"),
    "decided": N_("决定已作出，机构状态和公开目录同时变更"),
    "lifted": N_("已恢复备案，公开目录同时变更"),
    "set_aside": N_("决定已撤销：机构状态、公开目录和限制申请同时恢复"),
}
ACTORS = ("coordinator", *BUREAUS)


@bp.get("/<uuid:case_uid>")
def show(case_uid: UUID) -> ResponseReturnValue:
    return case_page(case_uid)


def case_page(case_uid: UUID, refused: DomainError | None = None) -> ResponseReturnValue:
    """What was typed is shown again beside a refusal."""
    db.session.rollback()
    case = case_by_uid(case_uid, g.role)
    acts, now, me = acts_of(case), clock().now(), current_actor()
    is_ended, body = ended_by(case), body_of(case)
    has_left = body.state in LEFT
    return render_template(
        "exits/show.html",
        case=case,
        body=body,
        facts=[shown_fact(one) for one in facts_of(case)],
        acts=acts,
        seen=seen_of(acts),
        letters=letters_of(case),
        left=left_until(today(clock()), case.due_on),
        unsettled_year=unsettled_year(case.due_on, calendar()),
        is_heard=case.state == "heard" or term_is_over(case, clock()),
        decided_by=signed_by(case.decided_by_name, case.decided_for_name),
        did_something=had_a_hand(acts, {me.uid}, in_anything=True),
        ended=ended_with(case.body_id, case.number) if case.decision == "removed" else [],
        given_up=given_up_sessions(case) if case.set_aside_at or case.lifted_at else [],
        others=other_open_cases(case),
        unsaved=_unsaved(case) if refused else "",
        had_a_hand=had_a_hand(acts, {me.uid}),
        represented=represented_by(me, now) if g.role in BUREAUS else [],
        may_become=CASE_TRANSITIONS.get(CaseState(case.state), set()),
        decisions=open_decisions(case.ground, has_left),
        has_left=has_left,
        later=later_sessions(case, now) if is_ended else [],
        running=running_sessions(case) if is_ended else [],
        choices=CHOICE_WORDS,
        is_body=g.role == "coordinator",
        is_reached=case.state != "drafted" or bool(recipients_at(body)),
        refused=None if isinstance(refused, InvalidInput) else refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
        form=request.form,
        today=today(clock()),
    ), refused.status if refused else 200


# Act of the form → states in which its form stands on the page, with what was typed in it.
STANDS = {"decided": ("told", "heard"), "withdrawn": ("drafted", "told", "heard")}


def _unsaved(case: ExitCase) -> str:
    """What was typed into a form that the page shows no more, since somebody else acted in between."""
    act, typed = request.form.get("act", ""), request.form.get("reason") or request.form.get("statement") or ""
    is_gone = act in STANDS and case.state not in STANDS[act]
    return typed if is_gone or ("statement" in request.form and case.state != "told") else ""


@bp.post("/<uuid:case_uid>/facts")
@needs(*GATHERERS)
def add_fact(case_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(GatherSchema)
        fact = Read(given["text"], given["read_in"], given["read_on"])
        with transaction():
            gather(case_by_uid(case_uid, g.role), fact, given["seen"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return case_page(case_uid, error)
    flash(_("事实已补充"))
    return redirect(url_for("exits.show", case_uid=case_uid))


@bp.post("/<uuid:case_uid>/statement")
@needs("coordinator")
def save_statement(case_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(StatementSchema)
        with transaction():
            case = case_by_uid(case_uid, g.role)
            state_case(case, given["statement"], given["seen"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return case_page(case_uid, error)
    flash(_("陈述申辩已交市局"))
    return redirect(url_for("exits.show", case_uid=case_uid))


@bp.post("/<uuid:case_uid>/act")
@needs(*ACTORS)
def settle(case_uid: UUID) -> ResponseReturnValue:
    """Each act has its own roles: see :mod:`examops.exits.acting`."""
    try:
        given = read_form(ActSchema)
        with transaction():
            _act(case_by_uid(case_uid, g.role), given)
    except DomainError as error:
        return case_page(case_uid, error)
    flash(_(DONE[given["act"]]))
    return redirect(url_for("exits.show", case_uid=case_uid))


def _act(case: ExitCase, given: dict[str, Any]) -> None:
    seen, reason = str(given["seen"] or ""), str(given["reason"] or "")
    by: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "for_officer": given["for_officer"]}
    if given["act"] == "told":
        tell_body(case, seen, **by)
    elif given["act"] == "withdrawn":
        withdraw(case, reason, seen, **by)
    elif given["act"] == "lifted":
        lift(case, reason, seen, **by)
    elif given["act"] == "set_aside":
        set_aside(case, reason, str(given["document"] or ""), seen, **by)
    else:
        decide(case, Decision(str(given["outcome"] or ""), reason, given["bar_until"]), seen, **by)


@bp.post("/<uuid:case_uid>/sessions")
@needs("city_bureau")
def settle_session(case_uid: UUID) -> ResponseReturnValue:
    """One session of a suspended or removed body."""
    try:
        given = read_form(ChoiceSchema)
        with transaction():
            case = case_by_uid(case_uid, g.role)
            by: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "for_officer": given["for_officer"]}
            decide_session(case, given["session"], given["choice"], given["note"] or "", **by)
    except DomainError as error:
        return case_page(case_uid, error)
    flash(_("这一场已处理"))
    return redirect(url_for("exits.show", case_uid=case_uid, _anchor="sessions"))


@bp.get("/<uuid:case_uid>/letters/<uuid:letter_uid>")
def letter(case_uid: UUID, letter_uid: UUID) -> ResponseReturnValue:
    """As it went out, for printing."""
    case = case_by_uid(case_uid, g.role)
    found = letter_by_uid(case, letter_uid)
    return render_template(
        "exits/letter.html", case=case, letter=found, facts=[_fact(one) for one in found.content["facts"]]
    )


def _fact(kept: dict[str, Any]) -> ShownFact:
    """A fact of a letter, worded from what the letter holds."""
    row = ExitFact(
        kind=kept["kind"],
        rule=kept["rule"],
        subject=kept["subject"],
        inputs=kept["inputs"],
        text=kept["text"],
        read_in=kept["read_in"],
        read_on=date.fromisoformat(kept["read_on"]),
        entered_by_name=kept["by"],
    )
    return shown_fact(row)
