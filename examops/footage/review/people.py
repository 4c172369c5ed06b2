"""Who sat where and when, as a reviewer sees it: masked, and only what lies within the reader's reach."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from examops.checkin import scan_frames_of
from examops.checkin.models import IdentityCheck, Scan, ScanFrame, SeatMove, Sitting, SittingExit
from examops.core.database import among, db
from examops.core.language import _
from examops.core.queries import rows_of
from examops.core.store import Store
from examops.eligibility.models import Candidate
from examops.footage.moments import iso
from examops.organisations.models import Body
from examops.registration.models import Application
from examops.sessions import TAKES_A_PLACE
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sites.models import Room, Workstation
from examops.web.formats import clock_seconds, mask_name

PHOTO_LIVES = timedelta(minutes=20)


def people_of(session: ExamSession, store: Store, *, with_frames: bool) -> list[dict[str, Any]]:
    """Everybody who was admitted, in the order of seats; ``with_frames``: with what the camera saw at their scan."""
    query = (
        select(Sitting, Candidate, Workstation.code, Turn.number, _exits(), _compared_by(), _moves())
        .join(Booking, Booking.id == Sitting.booking_id)
        .join(Turn, Turn.id == Sitting.turn_id)
        .outerjoin(Application, Application.id == Booking.application_id)
        .outerjoin(Candidate, Candidate.id == Application.candidate_id)
        .outerjoin(Workstation, Workstation.id == Sitting.workstation_id)
        .where(Sitting.session_id == session.id)
        .order_by(Workstation.code, Sitting.entered_at)
    )
    frames = scan_frames_of(session) if with_frames else {}
    return [
        _person(sitting, candidate, seat, turn, exits or [], store)
        | _moved(turn, moves or [])
        | _compared(sitting, compared_by)
        | _frame(frames.get(sitting.booking_id), store)
        for sitting, candidate, seat, turn, exits, compared_by, moves in db.session.execute(query)
    ]


def _exits() -> ScalarSelect[Any]:
    """``[[left at, back at or null, reason], …]`` of a sitting in the order of leaving, moments as RFC 3339."""
    exit_ = func.jsonb_build_array(SittingExit.left_at, SittingExit.back_at, SittingExit.reason)
    query = select(func.jsonb_agg(aggregate_order_by(exit_, SittingExit.left_at)))
    return query.where(SittingExit.sitting_id == Sitting.id).correlate(Sitting).scalar_subquery()


def _moves() -> ScalarSelect[Any]:
    """``[[code left, code taken, at, reason], …]`` of somebody whose workstation went out of service, in order."""
    left, taken = aliased(Workstation), aliased(Workstation)
    move = func.jsonb_build_array(left.code, taken.code, SeatMove.moved_at, SeatMove.reason)
    query = (
        select(func.jsonb_agg(aggregate_order_by(move, SeatMove.id)))
        .join(left, left.id == SeatMove.from_workstation_id)
        .join(taken, taken.id == SeatMove.to_workstation_id)
    )
    return query.where(SeatMove.sitting_id == Sitting.id).correlate(Sitting).scalar_subquery()


def _moved(turn: int, moves: list[Any]) -> dict[str, str]:
    """The turn, and where the person sat before: what was recorded then shows them there."""
    if not moves:
        return {}
    words = [
        _(
            "{before} 换到 {after}，{time}：{reason}",
            before=before,
            after=after,
            time=clock_seconds(datetime.fromisoformat(at)),
            reason=reason,
        )
        for before, after, at, reason in moves
    ]
    return {"turn": " · ".join([_("第 {number} 轮", number=turn), *words])}


def _compared_by() -> ScalarSelect[str]:
    """Who compared face and ticket of a sitting last."""
    query = select(IdentityCheck.checked_by).where(IdentityCheck.sitting_id == Sitting.id)
    return query.order_by(IdentityCheck.id.desc()).limit(1).correlate(Sitting).scalar_subquery()


def _compared(sitting: Sitting, checked_by: str | None) -> dict[str, str]:
    """Who compared face and ticket, and what they said; that nobody did where nobody said anything."""
    if sitting.identity_doubt:
        return {"matched_words": _("人证存疑：{doubt}", doubt=sitting.identity_doubt), "matched_kind": "stop"}
    if checked_by is None:
        return {"matched_words": _("没有登记核对"), "matched_kind": "wait"}
    return {"matched_words": _("{name} 核对一致", name=mask_name(checked_by)), "matched_kind": "done"}


def _frame(kept: tuple[Scan, ScanFrame] | None, store: Store) -> dict[str, str]:
    if kept is None:
        return {}
    scan, frame = kept
    url = store.read_url("derived", frame.object_key, PHOTO_LIVES, content_type="image/jpeg")
    at = clock_seconds(scan.judged_at or scan.received_at)
    return {"scan_still_url": url, "scan_words": _("扫码时 {time} · {camera}", time=at, camera=frame.camera_label)}


def _person(
    sitting: Sitting, candidate: Candidate | None, seat: str | None, turn: int, exits: list[Any], store: Store
) -> dict[str, Any]:
    person = {
        "uid": str(sitting.uid),
        "name": mask_name(candidate.name) if candidate else _("考生"),
        "seat": seat or "",
        "in_at": iso(sitting.entered_at),
        "out_at": iso(sitting.left_at) if sitting.left_at else None,
        "exits": [_exit(*one) for one in exits],
        "turn": _("第 {number} 轮", number=turn),
        "id_number": candidate.id_masked if candidate else None,
        "scan_words": _("扫码入场 {time}", time=clock_seconds(sitting.entered_at)),
    }
    if candidate is not None and candidate.photo_key:
        person["photo_url"] = store.read_url("documents", candidate.photo_key, PHOTO_LIVES, content_type="image/jpeg")
    return person


def _exit(left: str, back: str | None, reason: str) -> dict[str, Any]:
    out_at, back_at = (iso(datetime.fromisoformat(at)) if at else None for at in (left, back))
    return {"out_at": out_at, "back_at": back_at, "reason": reason}


class Places(NamedTuple):
    """``present``: admitted and not yet gone; ``due``: everybody who holds a place; ``came``: admitted, gone or not.

    ``words``: ``顺德区华岭电器有限公司 · A 栋实训室``; without the body's name where the reader may not see it.
    """

    present: int
    due: int
    came: int
    words: str


def places_of(session_ids: Iterable[int]) -> dict[int, Places]:
    """How many people each session has, by its number within the database."""
    return {row[-1]: Places(*row[:-1]) for row in _places(list(session_ids))}


@rows_of
def _places(session_ids: list[int]) -> Select[int, int, int, str, int]:
    return places_query(session_ids).add_columns(ExamSession.id)


def places_query(session_ids: Iterable[int]) -> Select[Any]:
    """The columns of :class:`Places` for each of these sessions."""
    sat = select(func.count()).where(Sitting.session_id == ExamSession.id)
    due = select(func.count()).where(Booking.session_id == ExamSession.id, Booking.state.in_(TAKES_A_PLACE))
    counted = (one.correlate(ExamSession).scalar_subquery() for one in (sat.where(Sitting.left_at.is_(None)), due, sat))
    body = select(Body.name).where(Body.id == ExamSession.body_id).correlate(ExamSession).scalar_subquery()
    room = select(Room.name).where(Room.id == ExamSession.room_id).correlate(ExamSession).scalar_subquery()
    words = func.concat_ws(" · ", body, room)
    return select(*counted, words).where(among(ExamSession.id, session_ids))
