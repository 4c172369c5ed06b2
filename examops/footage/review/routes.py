"""The review room: one page with its data, what is reported from it, flags and conclusions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select

from config.rulebook import rulebook
from examops.accounts import current_actor
from examops.audit import record, record_access
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.extensions import clock, store
from examops.core.language import N_
from examops.core.transaction import transaction
from examops.footage.archive.intervals import Span
from examops.footage.blueprint import bp
from examops.footage.models import Flag
from examops.footage.review import flags as flagging
from examops.footage.review.conclusion import conclusion_page
from examops.footage.review.room import URL_LIVES, camera_of_session, flag_json, review_data, session_of
from examops.footage.review.viewings import parse_moment, record_viewing
from examops.footage.tags import Tag
from examops.footage.wording import FLAG_STATES, VERDICTS
from examops.sessions.models import ExamSession
from examops.sites.models import Camera

MODES = {"play": "playback", "strip": "frames"}
MAX_VIEWINGS_PER_CALL = 64
PAGE = 30


@bp.get("/review/<uuid:session_uid>", endpoint="review")
def review(session_uid: UUID) -> ResponseReturnValue:
    with transaction():
        session = session_of(session_uid)
        record(
            Tag.FOOTAGE_LOOKED_AT, current_actor(), session, words=session.words, at=clock().now(), mode="review_room"
        )
        data = _data(session)
    return render_template(
        "footage/room.html", data=data, conclusion_url=url_for("footage.conclusion", session_uid=session_uid)
    )


@bp.get("/review/<uuid:session_uid>/data.json", endpoint="review_data")
def review_json(session_uid: UUID) -> ResponseReturnValue:
    with transaction():
        return _data(session_of(session_uid))


def _data(session: ExamSession) -> dict[str, Any]:
    return review_data(session, actor=current_actor(), store=store(), rulebook=rulebook(), clock=clock())


@bp.post("/review/<uuid:session_uid>/look", endpoint="look")
def look(session_uid: UUID) -> ResponseReturnValue:
    reports = _body().get("looks")
    if not isinstance(reports, list) or len(reports) > MAX_VIEWINGS_PER_CALL:
        raise Invalid(N_("观看记录格式不对"))
    with transaction():
        session = session_of(session_uid)
        for report in reports:
            _take_look(session, report if isinstance(report, dict) else {})
    return "", 204


def _take_look(session: ExamSession, report: dict[str, Any]) -> None:
    mode = MODES.get(str(report.get("mode")))
    if mode is None:
        raise Invalid(N_("观看方式不对"))
    camera = camera_of_session(session, report.get("camera_uid"))
    span = Span(parse_moment(report.get("from")), parse_moment(report.get("to")))
    record_viewing(session, camera, span, mode, actor=current_actor(), clock=clock())


@bp.post("/review/<uuid:session_uid>/flags", endpoint="flag")
def flag(session_uid: UUID) -> ResponseReturnValue:
    body = _body()
    with transaction():
        session = session_of(session_uid)
        camera = camera_of_session(session, body.get("camera_uid"))
        made = flagging.make_flag(session, _draft(body, camera), actor=current_actor(), clock=clock())
        return flag_json(made, str(camera.uid), store()), 201


def _draft(body: dict[str, Any], camera: Camera) -> flagging.Draft:
    span = Span(parse_moment(body.get("start")), parse_moment(body.get("end") or body.get("start")))
    still_at = parse_moment(body["still_at"]) if body.get("still_at") else None
    severity, note = str(body.get("severity") or ""), str(body.get("text") or "")
    return flagging.Draft(camera, span, str(body.get("seat") or ""), severity, note, still_at)


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid(N_("请求必须是 JSON"))
    return body


@bp.get("/review/<uuid:session_uid>/conclusion", endpoint="conclusion")
def conclusion(session_uid: UUID) -> ResponseReturnValue:
    with transaction():
        session = session_of(session_uid)
        page = conclusion_page(session, actor=current_actor(), rulebook=rulebook(), clock=clock())
    return render_template("footage/conclusion.html", session=session, words=VERDICTS, **page)


@bp.post("/review/<uuid:session_uid>/conclusion", endpoint="conclude")
def conclude(session_uid: UUID) -> ResponseReturnValue:
    with transaction():
        session = session_of(session_uid)
        outcome, note = request.form.get("outcome", ""), request.form.get("note", "")
        flagging.conclude(session, outcome, note, actor=current_actor(), clock=clock())
    return redirect(url_for("footage.conclusion", session_uid=session_uid))


@bp.get("/flags", endpoint="flags")
def flags() -> ResponseReturnValue:
    state, before = request.args.get("state", "open"), request.args.get("before", type=int)
    query = flags_query(state, before)
    with transaction():
        rows = list(db.session.execute(query))
        stills = {row.Flag.id: _still_url(row.Flag) for row in rows[:PAGE]}
        _note_stills([row.ExamSession for row in rows[:PAGE] if row.Flag.still_key])
        counts = _counts()
    older = url_for("footage.flags", state=state, before=rows[PAGE - 1].Flag.id) if len(rows) > PAGE else None
    return render_template(
        "footage/flags.html", rows=rows[:PAGE], stills=stills, tab_items=_tabs(counts, state), older=older,
        states=FLAG_STATES, decisions=flagging.DECISIONS, me=current_actor(),
    )  # fmt: skip


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
    query = query.where(Flag.state == state) if state in FLAG_STATES else query
    return query.where(Flag.id < before) if before else query


def _counts() -> dict[str, int]:
    query = select(Flag.state, db.func.count()).group_by(Flag.state)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _tabs(counts: dict[str, int], current: str) -> list[dict[str, Any]]:
    return [
        {
            "pair": pair, "count": counts.get(key, 0), "url": url_for("footage.flags", state=key),
            "current": key == current,
        }
        for key, pair in FLAG_STATES.items()
    ]  # fmt: skip


def _still_url(row: Flag) -> str | None:
    return store().read_url("derived", row.still_key, URL_LIVES) if row.still_key else None


@bp.post("/flags/<uuid:flag_uid>/decision", endpoint="decide_flag")
def decide_flag(flag_uid: UUID) -> ResponseReturnValue:
    with transaction():
        row = flagging.flag_of(flag_uid)
        flagging.decide_flag(row, request.form.get("state", ""), actor=current_actor(), clock=clock())
    return redirect(url_for("footage.flags"))
