"""The review room: one page with its data, what is reported from it, new flags and conclusions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import current_actor
from examops.audit import record
from examops.core.clock import local_day
from examops.core.errors import DomainError, NotFound
from examops.core.extensions import clock, keyring, store
from examops.core.transaction import transaction
from examops.footage.archive.intervals import Span
from examops.footage.blueprint import bp
from examops.footage.review import flags as flagging
from examops.footage.review.conclusion import conclusion_page
from examops.footage.review.room import camera_of_session, flag_json, review_data, session_of
from examops.footage.review.schemas import (
    MODES,
    ConclusionSchema,
    FlagDataSchema,
    KnownSchema,
    NewFlagSchema,
    ReviewDataSchema,
    ViewingsSchema,
)
from examops.footage.review.viewings import record_viewing
from examops.footage.review.watched_time import Claim
from examops.footage.review.watching import count_watched, opened_at
from examops.footage.tags import Tag
from examops.footage.wording import VERDICTS
from examops.sessions import must_be_impartial
from examops.sessions.models import ExamSession
from examops.web.api import json_call
from examops.web.inputs import read_form


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
@json_call(ReviewDataSchema, asks=KnownSchema)
def review_json(asked: dict[str, Any], session_uid: UUID) -> dict[str, Any]:
    """The review room"""
    with transaction():
        return _data(session_of(session_uid), asked["known_at"])


def _data(session: ExamSession, known_at: datetime | None = None) -> dict[str, Any]:
    by: dict[str, Any] = {"actor": current_actor(), "store": store(), "keyring": keyring()}
    return review_data(session, **by, rulebook=rulebook(), clock=clock(), known_at=known_at)


@bp.post("/review/<uuid:session_uid>/look", endpoint="look")
@json_call(None, takes=ViewingsSchema)
def look(body: dict[str, Any], session_uid: UUID) -> None:
    """What was watched"""
    with transaction():
        session = session_of(session_uid)
        opened = opened_at(body["opened"], session_uid, current_actor().uid, keyring(), clock().now())
        claims = []
        for report in body["looks"]:
            camera, span = camera_of_session(session, report["camera_uid"]), Span(report["start"], report["end"])
            record_viewing(session, camera, span, MODES[report["mode"]], actor=current_actor(), clock=clock())
            if claim := _claim(report, span, opened):
                claims.append((camera, claim))
        speed_max = rulebook().value("footage.watch_speed_max", local_day(session.starts_at))
        count_watched(session, claims, opened=opened, speed_max=speed_max, actor=current_actor(), clock=clock())


def _claim(report: dict[str, Any], span: Span, opened: datetime) -> Claim | None:
    """None for frames of the axis, and for pages of a release before that do not say when they showed what."""
    first, last, speed = report["shown_from_ms"], report["shown_to_ms"], report["speed"]
    if report["mode"] != "play" or speed is None or first is None or last is None or not first < last:
        return None
    shown = Span(opened + timedelta(milliseconds=first), opened + timedelta(milliseconds=last))
    return Claim(span, shown, speed)


@bp.post("/review/<uuid:session_uid>/flags", endpoint="flag")
@json_call(FlagDataSchema, takes=NewFlagSchema, status=201)
def flag(body: dict[str, Any], session_uid: UUID) -> dict[str, Any]:
    """Flag a moment"""
    with transaction():
        session = session_of(session_uid)
        camera = camera_of_session(session, body["camera_uid"])
        span = Span(body["start"], body["end"] or body["start"])
        draft = flagging.Draft(camera, span, body["seat"], body["severity"], body["text"], body["still_at"])
        made = flagging.make_flag(session, draft, actor=current_actor(), clock=clock())
        return flag_json(made, str(camera.uid), store())


@bp.get("/review/<uuid:session_uid>/conclusion", endpoint="conclusion")
def conclusion(session_uid: UUID) -> ResponseReturnValue:
    return _conclusion(session_uid)


def _conclusion(session_uid: UUID, refused: DomainError | None = None) -> ResponseReturnValue:
    """A refusal stands above the form, which keeps what was typed."""
    with transaction():
        session = session_of(session_uid)
        page = conclusion_page(session, actor=current_actor(), rulebook=rulebook(), clock=clock())
    page |= {"refused": refused, "typed": request.form}
    return render_template("footage/conclusion.html", session=session, words=VERDICTS, **page), (
        refused.status if refused else 200
    )


@bp.post("/review/<uuid:session_uid>/conclusion", endpoint="conclude")
def conclude(session_uid: UUID) -> ResponseReturnValue:
    try:
        form = read_form(ConclusionSchema)
        must_be_impartial(g.user.id, session_uid, rulebook())
        with transaction():
            session = session_of(session_uid)
            flagging.conclude(session, form["outcome"], form["note"], actor=current_actor(), clock=clock())
    except NotFound:
        raise
    except DomainError as error:
        return _conclusion(session_uid, error)
    return redirect(url_for("footage.conclusion", session_uid=session_uid))
