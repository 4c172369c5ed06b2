"""The list of flags and what becomes of them."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, case, select

from config.rulebook import rulebook
from examops.accounts import current_actor
from examops.audit import record_access
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock, store
from examops.core.queries import rows_of
from examops.core.reading import read
from examops.core.transaction import transaction
from examops.footage.blueprint import bp
from examops.footage.models import Flag
from examops.footage.review import decisions
from examops.footage.review.room import URL_LIVES
from examops.footage.review.schemas import DecisionSchema, FlagsPageSchema
from examops.footage.tags import Tag
from examops.footage.wording import FLAG_ACTIONS, FLAG_STATES
from examops.sessions import must_be_impartial
from examops.sessions.models import ExamSession
from examops.sites.models import Camera
from examops.web.inputs import read_form, read_query

PAGE = 30


@bp.get("/flags", endpoint="flags")
def flags() -> ResponseReturnValue:
    asked = read_query(FlagsPageSchema)
    return _page(asked["state"], asked["before"])


def _page(state: str, before: int | None, refused: DomainError | None = None, of: Flag | None = None) -> Any:
    """``of``: the flag whose decision was refused; the refusal stands beside it, and its note stays in the field."""
    with transaction():
        rows = _newest[state]() if before is None and state in _newest else read(flags_query(state, before))
        stills = {row.Flag.id: _still_url(row.Flag) for row in rows[:PAGE]}
        _note_stills([row.ExamSession for row in rows[:PAGE] if row.Flag.still_key])
        marked = [row.Flag for row in rows[:PAGE]]
        past = decisions.decisions_of(flag.id for flag in marked)
        watched = decisions.watched_clips(marked, current_actor())
        counts = _counts()
    older = url_for("footage.flags", state=state, before=rows[PAGE - 1].Flag.id) if len(rows) > PAGE else None
    return render_template(
        "footage/flags.html",
        rows=rows[:PAGE],
        stills=stills,
        tab_items=_tabs(counts, state),
        older=older,
        states=FLAG_STATES,
        state_key=state,
        possible=decisions.DECISIONS.get(state, set()),
        actions=FLAG_ACTIONS,
        past=past,
        watched=watched,
        me=current_actor(),
        refused=refused,
        refused_flag=of.uid if of else None,
        typed=request.form,
    ), (refused.status if refused else 200)


def _note_stills(sessions: list[ExamSession]) -> None:
    """Stills on the page are looks at the footage of their sessions."""
    for session in {session.id: session for session in sessions}.values():
        words = f"{session.number} {session.title}"
        record_access(Tag.FOOTAGE_LOOKED_AT, current_actor(), session, clock=clock(), words=words, mode="stills")


def flags_query(state: str, before: int | None) -> Select[Flag, ExamSession, Camera]:
    query = (
        select(Flag, ExamSession, Camera)
        .join(ExamSession, ExamSession.id == Flag.session_id)
        .join(Camera, Camera.id == Flag.camera_id)
        .order_by(Flag.id.desc())
        .limit(PAGE + 1)
    )
    query = query.where(decisions.in_state(state)) if state in FLAG_STATES else query
    return query.where(Flag.id < before) if before else query


_newest = {state: rows_of(partial(flags_query, state, None)) for state in FLAG_STATES}


def _counts() -> dict[str, int]:
    return {row[0]: row[1] for row in _counted()}


@rows_of
def _counted() -> Select[str, int]:
    state = case((decisions.in_state("acted"), "acted"), else_=Flag.state).label("state")
    return select(state, db.func.count()).group_by(state)


def _tabs(counts: dict[str, int], current: str) -> list[dict[str, Any]]:
    return [
        {
            "pair": pair,
            "count": counts.get(key, 0),
            "url": url_for("footage.flags", state=key),
            "current": key == current,
        }
        for key, pair in FLAG_STATES.items()
    ]


def _still_url(row: Flag) -> str | None:
    return store().read_url("derived", row.still_key, URL_LIVES) if row.still_key else None


@bp.post("/flags/<uuid:flag_uid>/decision", endpoint="decide_flag")
def decide_flag(flag_uid: UUID) -> ResponseReturnValue:
    form = read_form(DecisionSchema)
    with transaction():
        session_uid = decisions.session_uid_of(flag_uid)
    try:
        must_be_impartial(g.user.id, session_uid, rulebook())
        with transaction():
            flag = decisions.flag_of(flag_uid)
            decisions.decide_flag(flag, form["state"], form["note"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return _refused(flag_uid, error)
    return redirect(url_for("footage.flags"))


def _refused(flag_uid: UUID, error: DomainError) -> ResponseReturnValue:
    """The list that the flag stands on, from this flag on."""
    with transaction():
        flag = decisions.flag_of(flag_uid)
        state = decisions.state_of(flag, decisions.acted([flag.id]))
    return _page(state, flag.id + 1, error, flag)
