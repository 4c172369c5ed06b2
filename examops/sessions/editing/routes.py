"""Changing a saved session on the page where it was planned; works the same without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.audit import record_access
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import _
from examops.core.transaction import retried, transaction
from examops.sessions.access import session_by_uid
from examops.sessions.blueprint import bp
from examops.sessions.editing.form import form_from_session
from examops.sessions.editing.rules import check_changeable
from examops.sessions.editing.saving import change_session
from examops.sessions.models import ExamSession
from examops.sessions.planning.form_groups import edited
from examops.sessions.planning.forms import wanted_step
from examops.sessions.planning.page import ValidatedForm, validate_form
from examops.sessions.planning.routes import judged_part, plan_page
from examops.sessions.tags import Tag


@bp.get("/<uuid:session_uid>/edit")
@needs("coordinator")
def edit(session_uid: UUID) -> ResponseReturnValue:
    session = _changeable(session_uid)
    return plan_page(form_from_session(session), None, None, session=session)


@bp.post("/<uuid:session_uid>/edit", endpoint="save_edit")
@needs("coordinator")
def save_edit(session_uid: UUID) -> ResponseReturnValue:
    """``do`` as for a new plan; only ``save`` writes."""
    session, form = _changeable(session_uid), request.form.to_dict()
    step = wanted_step(form)
    changed = edited(form, step)
    if changed is not None:
        return plan_page(changed, None, None, session=session)
    if step == "judge":
        return plan_page(form, _judged_and_noted(form, session), None, session=session)
    return _save(form, session_uid)


@bp.post("/<uuid:session_uid>/edit/judged")
@needs("coordinator")
def judged_edit(session_uid: UUID) -> ResponseReturnValue:
    form = request.form.to_dict()
    return judged_part(form, _judged_and_noted(form, _changeable(session_uid)))


def _changeable(uid: UUID) -> ExamSession:
    session = session_by_uid(uid)
    check_changeable(session)
    return session


def _judged(form: Mapping[str, str], session: ExamSession) -> ValidatedForm:
    """Runs in a transaction: where faults name who is booked the look is written down."""
    found = validate_form(form, clock=clock(), rules=rulebook(), changing=session)
    if found.names_people:
        record_access(Tag.SESSION_PEOPLE_VIEWED, current_actor(), session, clock=clock(), words=session.number)
    return found


def _judged_and_noted(form: Mapping[str, str], session: ExamSession) -> ValidatedForm:
    with transaction():
        return _judged(form, session)


def _save(form: Mapping[str, str], uid: UUID) -> ResponseReturnValue:
    def work() -> ValidatedForm:
        with transaction():
            found = _judged(form, _changeable(uid))
            if found.is_ready:
                change_session(found.judged[0], actor=current_actor())
            return found

    refused: DomainError | None = None
    try:
        found = retried(work)
    except DomainError as error:  # somebody else was faster, between judging and locking
        refused, found = error, _judged_and_noted(form, _changeable(uid))
    if refused is None and found.is_ready:
        flash(_("改动已保存"))
        return redirect(url_for("sessions.show", session_uid=uid))
    status = 409 if found.clashes and not found.faults else 422
    return plan_page(form, found, refused, status, session=session_by_uid(uid))
