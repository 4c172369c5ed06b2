"""Copying a session to other days: choose days, see what stands against each, save those ticked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.calendar import calendar
from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.core.clock import local_day, today
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import _
from examops.core.transaction import retried, transaction
from examops.sessions.access import session_by_uid
from examops.sessions.blueprint import bp
from examops.sessions.editing.copying import JudgedDay, days_between, judge_days, save_days
from examops.sessions.inputs import CopyDaysSchema, CopySchema
from examops.sessions.models import ExamSession
from examops.sessions.planning.page import choices
from examops.web.inputs import read_form, read_valid

WORKDAYS = (1, 2, 3, 4, 5)
WEEK = timedelta(days=7)


@bp.get("/<uuid:session_uid>/copy", endpoint="copy")
@needs("coordinator")
def copy_session(session_uid: UUID) -> ResponseReturnValue:
    """Without days in the address: the same weekday of the next week to come."""
    session = session_by_uid(session_uid)
    asked = read_valid(CopySchema, request.args)
    since = asked["since"] or _next_like(session)
    until = asked["until"] or since
    weekdays = asked["weekday"] or sorted({*WORKDAYS, since.isoweekday()})
    try:
        days = days_between(since, until, weekdays, calendar())
    except DomainError as refused:
        return _page(session, since, until, weekdays, asked["batch"], [], refused)
    judged = judge_days(session, days, asked["batch"], clock=clock(), rules=rulebook())
    return _page(session, since, until, weekdays, asked["batch"], judged, None)


@bp.post("/<uuid:session_uid>/copy", endpoint="save_copy")
@needs("coordinator")
def save_copies(session_uid: UUID) -> ResponseReturnValue:
    given = read_form(CopyDaysSchema)
    days = sorted(set(given["day"]))

    def judged() -> list[JudgedDay]:
        return judge_days(session_by_uid(session_uid), days, given["batch"], clock=clock(), rules=rulebook())

    def work() -> list[ExamSession]:
        with transaction():
            return save_days(judged(), actor=current_actor())

    try:
        saved = retried(work)
    except DomainError as refused:
        session, first = session_by_uid(session_uid), days[0] if days else None
        since = first or _next_like(session)
        until = days[-1] if days else since
        return _page(session, since, until, [*range(1, 8)], given["batch"], judged(), refused)
    numbers = _("、").join(one.number for one in saved)
    flash(_("已排 {count} 个场次：{numbers}", count=len(saved), numbers=numbers))
    return redirect(url_for("sessions.index"))


def _next_like(session: ExamSession) -> date:
    """The session's weekday in the first week after both the session and today."""
    day, now = local_day(session.starts_at) + WEEK, today(clock())
    return day + WEEK * max(0, -((day - now).days // 7)) if day < now else day


def _page(
    session: ExamSession,
    since: date,
    until: date,
    weekdays: Any,
    batch: UUID | None,
    judged: list[JudgedDay],
    refused: DomainError | None,
) -> ResponseReturnValue:
    shown = {"since": since, "until": until, "weekdays": set(weekdays), "batch": batch, "judged": judged}
    batches = choices(today(clock())).batches
    page = render_template("sessions/copy.html", session=session, batches=batches, refused=refused, **shown)
    return page, refused.status if refused else 200
