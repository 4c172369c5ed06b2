"""Planning sessions: the page, its judgement while editing, and saving. Works the same without scripts."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.catalogue import named_occupation
from examops.core.clock import today
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import _
from examops.core.transaction import retried, transaction
from examops.sessions.blueprint import bp
from examops.sessions.models import ExamSession
from examops.sessions.planning.form_groups import edited
from examops.sessions.planning.forms import MAX_GROUPS, group_count, wanted_step
from examops.sessions.planning.page import ValidatedForm, choices, validate_form
from examops.sessions.planning.saving import save_judged
from examops.sessions.planning.stations import station_words
from examops.web.templating import render_part

BEGUN = {"g0-turns": "1", "g0-minutes": "120", "g0-pause": "10", "g0-part": "skill"}


@bp.get("/new", endpoint="create")
@needs("coordinator")
def plan() -> ResponseReturnValue:
    return plan_page({**BEGUN, **request.args.to_dict()}, None, None)


@bp.post("/new", endpoint="save_plan")
@needs("coordinator")
def save_plan() -> ResponseReturnValue:
    """``do`` is ``save``, ``judge``, ``add`` or ``drop-N``; only the first one writes."""
    form = request.form.to_dict()
    step = wanted_step(form)
    changed = edited(form, step)
    if changed is not None:
        return plan_page(changed, None, None)
    if step == "judge":
        return plan_page(form, validate_form(form, clock=clock(), rules=rulebook()), None)
    return _save(form)


@bp.post("/new/judged")
@needs("coordinator")
def judged() -> ResponseReturnValue:
    """The judgement alone, for the page that asks while its form is edited."""
    form = request.form.to_dict()
    return judged_part(form, validate_form(form, clock=clock(), rules=rulebook()))


def judged_part(form: Mapping[str, str], found: ValidatedForm) -> ResponseReturnValue:
    return render_part("sessions/_judged.html", found=found, form=form, station_words=station_words, swap=True)


def _save(form: Mapping[str, str]) -> ResponseReturnValue:
    def work() -> tuple[ValidatedForm, list[ExamSession]]:
        with transaction():
            found = validate_form(form, clock=clock(), rules=rulebook())
            return found, save_judged(found.judged, actor=current_actor()) if found.is_ready else []

    try:
        found, saved = retried(work)
    except DomainError as error:  # somebody else was faster, between judging and locking
        return plan_page(form, validate_form(form, clock=clock(), rules=rulebook()), error)
    if not saved:
        return plan_page(form, found, None, 409 if found.clashes and not found.faults else 422)
    if len(saved) == 1:
        return redirect(url_for("sessions.show", session_uid=saved[0].uid))
    numbers = _("、").join(session.number for session in saved)
    flash(_("已排 {count} 个场次：{numbers}", count=len(saved), numbers=numbers))
    return redirect(url_for("sessions.index"))


def plan_page(
    form: Mapping[str, str],
    found: ValidatedForm | None,
    refused: DomainError | None,
    status: int = 200,
    session: ExamSession | None = None,
) -> ResponseReturnValue:
    """The page of a new plan, or of a saved ``session`` that is changed."""
    return render_template(
        "sessions/new.html",
        form=form,
        count=group_count(form),
        most=MAX_GROUPS,
        found=found,
        refused=refused,
        faults=found.faults if found else {},
        choices=choices(today(clock())),
        occupation=named_occupation,
        station_words=station_words,
        session=session,
        **_targets(session),
    ), refused.status if refused else status


def _targets(session: ExamSession | None) -> dict[str, str]:
    """Where the form is sent, and where its page goes back to."""
    if session is None:
        return {"save_url": url_for("sessions.save_plan"), "judged_url": url_for("sessions.judged"), "back_url": ""}
    uid = session.uid
    return {
        "save_url": url_for("sessions.save_edit", session_uid=uid),
        "judged_url": url_for("sessions.judged_edit", session_uid=uid),
        "back_url": url_for("sessions.show", session_uid=uid),
    }
