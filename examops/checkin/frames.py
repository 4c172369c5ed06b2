"""The room's camera at the moment of a scan: which picture belongs to whom, and for how long it is shown.

The pictures are cut by examops/footage/pictures/scan_frames.py. Reviewers see them beside every person; the door sees
one only where somebody has to decide: a face that is not the ticket's, or an hour that is not sure.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, or_, select

from config.rulebook import Rulebook
from examops.checkin.models import IdentityCheck, Scan, ScanDecision, ScanFrame, Sitting
from examops.core.clock import Clock, local_day
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.core.queries import rows_of
from examops.sessions.models import ExamSession


def are_shown(session: ExamSession, rules: Rulebook, clock: Clock) -> bool:
    """No longer than footage is kept, by the law of the session's own day."""
    days = timedelta(days=rules.value("footage.retention_days", local_day(session.starts_at)))
    return clock.now() < session.ends_at + days


def frames_of(session: ExamSession) -> dict[int, tuple[Scan, ScanFrame]]:
    """By booking. Where somebody doubts the face: the last scan before they said so; else the one that let them in."""
    found: dict[int, tuple[Scan, ScanFrame]] = {}
    for scan, frame, doubted_at in _framed(session.id):
        before = found.get(frame.booking_id)
        is_wanted = scan.received_at <= doubted_at if doubted_at else before is None or before[0].outcome != "admitted"
        if before is None or is_wanted:
            found[frame.booking_id] = (scan, frame)
    return found


@rows_of
def _framed(session_id: int) -> Select[Scan, ScanFrame, datetime]:
    return (
        select(Scan, ScanFrame, _doubted_at())
        .join(ScanFrame, ScanFrame.scan_id == Scan.id)
        .where(Scan.session_id == session_id, ScanFrame.object_key != "")
        .order_by(Scan.id)
    )


def _doubted_at() -> ScalarSelect[datetime]:
    """When somebody last said no to "the same person?" about the person of a frame, where that doubt stands."""
    query = (
        select(IdentityCheck.checked_at)
        .join(Sitting, Sitting.id == IdentityCheck.sitting_id)
        .where(Sitting.booking_id == ScanFrame.booking_id, Sitting.identity_doubt != "")
        .where(IdentityCheck.result == "other")
        .order_by(IdentityCheck.id.desc())
        .limit(1)
    )
    return query.correlate(ScanFrame).scalar_subquery()


def frame_of_case(scan_uid: UUID, session: ExamSession) -> tuple[Scan, ScanFrame]:
    """The picture of a scan about which somebody has to decide. Raises NotFound for every other scan."""
    doubted = select(Sitting.id).where(Sitting.booking_id == Scan.booking_id, Sitting.identity_doubt != "").exists()
    undecided = ~select(ScanDecision.id).where(ScanDecision.scan_id == Scan.id).exists()
    is_case = or_(doubted, (Scan.outcome == "unsettled") & undecided)
    query = select(Scan, ScanFrame).join(ScanFrame, ScanFrame.scan_id == Scan.id)
    row = db.session.execute(
        query.where(Scan.uid == scan_uid, Scan.session_id == session.id, ScanFrame.object_key != "", is_case)
    ).one_or_none()
    if row is None:
        raise NotFound(N_("没有这次扫码的画面"), advice=N_("画面要等录像归档，只给要核对的人看，录像到期后不再显示"))
    return row[0], row[1]
