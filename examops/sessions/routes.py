"""Pages of sessions: the week, the list, one session and its state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.calendar import calendar
from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.core.clock import midnight, today
from examops.core.errors import Invalid
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import retried, transaction
from examops.sessions.access import session_by_uid
from examops.sessions.blueprint import bp
from examops.sessions.booking.no_shows import confirm_no_shows
from examops.sessions.inputs import MoveSchema, NoShowsSchema, SessionsSchema
from examops.sessions.labels import SESSION_STATES
from examops.sessions.outages.waiting import break_items
from examops.sessions.overview.agenda import agenda
from examops.sessions.overview.deadlines import deadlines
from examops.sessions.overview.queries import SessionFilter, all_sessions, sessions_between, sessions_page
from examops.sessions.overview.week import days_shown, fills, hours_shown, lanes, monday, position
from examops.sessions.session_page import session_page
from examops.sessions.transitions import move_session
from examops.web.inputs import read_form, read_valid
from examops.web.workbooks import MOST_ROWS, export

COLUMNS = (
    (N_("编号"), 16),
    (N_("开始"), 18),
    (N_("结束"), 18),
    (N_("职业等级科目"), 32),
    (N_("机构"), 30),
    (N_("考场"), 20),
    (N_("已排"), 8),
    (N_("容量"), 8),
    (N_("签到"), 8),
    (N_("状态"), 12),
)


@bp.get("/week")
def home() -> ResponseReturnValue:
    day, now = today(clock()), clock().now()
    first = monday(day)
    rows = sessions_between(midnight(first), midnight(first + timedelta(days=14)))
    is_coordinator = g.role == "coordinator"
    shown = days_shown(rows, first)
    hours = hours_shown(rows, first, shown)
    return render_template(
        "sessions/home.html",
        day=day,
        first=first,
        days=[first + timedelta(days=n) for n in range(shown)],
        lanes=lanes(rows, first, shown, hours),
        hour_marks=hours.marks,
        marks_today=hours.marks_beside(now),
        fills=fills(rows, first),
        now_left=round(position(now, first, shown, hours) * 2),
        agenda=agenda(rows, now, files=is_coordinator, more=break_items(now) if is_coordinator else ()),
        deadlines=deadlines(rows, rulebook(), calendar(), now),
    )


@bp.get("/")
def index() -> ResponseReturnValue:
    """``day`` and ``until`` are days in Foshan; ``day`` alone is that one day.
    A part that makes no sense is no filter.
    """
    given = read_valid(SessionsSchema, request.args)
    asked = _filter(given)
    rows, following = sessions_page(given["before"], asked)
    filters: dict[str, Any] = {
        "state": asked.state or None,
        "day": asked.since,
        "until": asked.until if asked.until != asked.since else None,
    }
    older = url_for("sessions.index", before=following, **filters) if following else None
    workbook = url_for("sessions.export_list", **filters)
    return render_template(
        "sessions/index.html", rows=rows, older=older, workbook=workbook, asked=asked, states=SESSION_STATES
    )


@bp.get("/export.xlsx")
def export_list() -> ResponseReturnValue:
    """As the pages of the list show them, with the same filters."""
    asked = _filter(read_valid(SessionsSchema, request.args))
    cells = (
        (
            row.session.number,
            row.session.starts_at,
            row.session.ends_at,
            row.session.title,
            row.body,
            row.room,
            row.taken,
            row.capacity,
            row.present,
            _(SESSION_STATES[row.session.state][1]),
        )
        for row in all_sessions(asked, MOST_ROWS)
    )
    return export(_("场次"), COLUMNS, cells)


def _filter(given: dict[str, Any]) -> SessionFilter:
    return SessionFilter(given["state"] or "", given["day"], given["until"] or given["day"])


@bp.get("/<uuid:session_uid>")
def show(session_uid: UUID) -> ResponseReturnValue:
    return session_page(session_uid)


@bp.post("/<uuid:session_uid>/move")
def move(session_uid: UUID) -> ResponseReturnValue:
    asked = read_form(MoveSchema)

    def work() -> None:
        with transaction():
            session = session_by_uid(session_uid)
            move_session(session, asked["to"], reason=asked["reason"], actor=current_actor(), clock=clock())

    retried(work)
    return redirect(url_for("sessions.show", session_uid=session_uid))


@bp.post("/<uuid:session_uid>/no-shows")
@needs("coordinator")
def confirm_absent(session_uid: UUID) -> ResponseReturnValue:
    chosen = read_form(NoShowsSchema)["booking"]
    if not chosen:
        raise Invalid(N_("没有选中考生"), advice=N_("先勾选确认没有来的人"))
    with transaction():
        count = confirm_no_shows(session_by_uid(session_uid), chosen, actor=current_actor())
    flash(_("已确认缺考 {count} 人", count=count))
    return redirect(url_for("sessions.show", session_uid=session_uid))
