"""The review of yesterday's session by two supervisors: viewings, flags with stills, one confirmed, a conclusion."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from examops.accounts.models import UserAccount
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.archive import Span
from examops.footage.models import Arming
from examops.footage.review import (
    Claim,
    Draft,
    conclude,
    count_watched,
    decide_flag,
    flag_of,
    make_flag,
    record_viewing,
    verdicts_of,
)
from examops.sessions.models import ExamSession
from examops.sites.models import Camera

GLANCE = timedelta(minutes=20)
EVENING = timedelta(hours=2)  # after the exam both sat down to it
SPEED = 2


def supervisor(login: str) -> Actor:
    user = db.session.execute(select(UserAccount).where(UserAccount.login == login)).scalar_one()
    return Actor("user", user.uid, user.name, "supervisor")


def review(session_id: int, black: Span, away: Span, clock: Clock) -> None:
    """Watch, mark and conclude once; ``black`` and ``away`` are what happened to the rear camera."""
    with transaction(SYSTEM):
        if verdicts_of(session_id):
            return
        session = db.session.get_one(ExamSession, session_id)
        first, second = supervisor("dudao"), supervisor("fuhe")
        cameras = _cameras(session_id)
        for camera, during in cameras.values():
            _watch(session, camera, during, first, clock)
        _watch(session, cameras["rear"][0], black, second, clock)
        rear, front = cameras["rear"][0], cameras["front"][0]
        middle = session.starts_at + timedelta(minutes=12)
        dark = make_flag(
            session,
            Draft(rear, black, "", "serious", "镜头被遮，画面全黑", black.start + timedelta(seconds=9)),
            actor=first,
            clock=clock,
        )
        turned = Draft(
            front, Span(middle, middle + timedelta(seconds=40)), "A-05", "doubt", "两次转身看后排工位", middle
        )
        seen = make_flag(session, turned, actor=first, clock=clock)
        decide_flag(flag_of(dark.uid), "confirmed", "画面全黑，看不到工位", actor=second, clock=clock)
        decide_flag(flag_of(seen.uid), "dismissed", actor=second, clock=clock)
        seconds = int(away.length.total_seconds())
        note = f"后摄像头断流 {seconds} 秒、画面全黑一次，前摄像头同时段完整，未见违规；已请考点检查后摄像头。"
        conclude(session, "doubts", note, actor=first, clock=clock)


def _cameras(session_id: int) -> dict[str, tuple[Camera, Span]]:
    query = select(Camera, Arming).join(Arming, Arming.camera_id == Camera.id).where(Arming.session_id == session_id)
    return {camera.position: (camera, _span(arming)) for camera, arming in db.session.execute(query)}


def _span(arming: Arming) -> Span:
    lower, upper = arming.during.lower, arming.during.upper
    assert isinstance(lower, datetime)
    assert isinstance(upper, datetime)
    return Span(lower, upper)


def _watch(session: ExamSession, camera: Camera, during: Span, actor: Actor, clock: Clock) -> None:
    """In the log of who looked, and counted: at twice the speed in the evening, both cameras side by side."""
    opened = session.ends_at + EVENING
    claim = Claim(during, Span(opened, opened + during.length / SPEED), SPEED)
    count_watched(session, [(camera, claim)], opened=opened, speed_max=SPEED, actor=actor, clock=clock)
    start = during.start
    while start < during.end:
        record_viewing(
            session, camera, Span(start, min(start + GLANCE, during.end)), "playback", actor=actor, clock=clock
        )
        start += GLANCE
