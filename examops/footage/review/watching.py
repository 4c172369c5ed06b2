"""Watched time: what the review room reports, bounded by the server's clock, the speed rule and the footage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.dialects.postgresql import JSONB, Range
from sqlalchemy.exc import IntegrityError

from examops.accounts.models import UserAccount
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import among, db, owner_of
from examops.core.keys import Keyring
from examops.core.locking import lock_all
from examops.core.queries import rows_of
from examops.footage.archive.intervals import SEAM, Span, merge
from examops.footage.models import Segment, Watched
from examops.footage.review.playback import LONGEST_SEGMENT
from examops.footage.review.watched_time import Bounds, Claim, counted
from examops.sessions.models import ExamSession
from examops.sites.models import Camera

MAX_OPEN = timedelta(hours=24)


@dataclass(frozen=True)
class Opening:
    """The review room of a session was given to somebody at this moment: a page's own clock begins here."""

    session_uid: UUID
    viewer_uid: UUID | None
    at: datetime

    def code(self, keyring: Keyring) -> str:
        """Milliseconds since 1970 and a keyed hash of them; the page sends it back with what was watched."""
        number = round(self.at.timestamp() * 1000)
        return f"{number}.{self._mark(number, keyring)}"

    def _mark(self, number: int, keyring: Keyring) -> str:
        return keyring.lookup(f"{self.session_uid} {self.viewer_uid} {number}", "review_opening").hex()[:32]


def opened_at(code: str, session_uid: UUID, viewer_uid: UUID | None, keyring: Keyring, now: datetime) -> datetime:
    """When this page was opened; now for a code of somebody else, another session or yesterday: nothing counts."""
    number = code.partition(".")[0]
    if not (number.isdecimal() and len(number) <= 14):
        return now
    at = datetime.fromtimestamp(int(number) / 1000, now.tzinfo)
    given = [Opening(session_uid, viewer_uid, at).code(ring) for ring in keyring.all]
    is_ours = any(compare_digest(one.encode(), code.encode()) for one in given)
    return at if is_ours and now - MAX_OPEN < at <= now else now


def viewer_id(viewer_uid: UUID | None) -> int | None:
    return db.session.execute(select(UserAccount.id).where(UserAccount.uid == viewer_uid)).scalar_one_or_none()


def count_watched(
    session: ExamSession,
    claims: list[tuple[Camera, Claim]],
    *,
    opened: datetime,
    speed_max: float,
    actor: Actor,
    clock: Clock,
) -> None:
    """Count what was shown of these cameras. What the bounds refuse is left out: it is in the log as looked at.

    Call once a transaction: it locks the viewer, so that two pages of one person are counted one after the other.
    """
    viewer = viewer_id(actor.uid)
    if viewer is None or not claims:
        return
    lock_all(("viewer", viewer))
    elsewhere = _elsewhere(session.id, viewer, Span(opened, clock.now()))
    for camera, claim in claims:
        bounds = Bounds(
            Span(opened, clock.now()),
            speed_max,
            _footage(session.id, camera.id, claim.during),
            _before(viewer, camera.id, claim),
            elsewhere,
        )
        for part in counted(claim, bounds):
            _add(session, camera, viewer, part)


def _footage(session_id: int, camera_id: int, during: Span) -> list[Span]:
    """What can be played: archived segments, a seam of a second between them closed."""
    query = select(Segment.started_at, Segment.ended_at).where(
        Segment.session_id == session_id,
        Segment.camera_id == camera_id,
        Segment.state == "verified",
        Segment.started_at < during.end,
        Segment.started_at > during.start - LONGEST_SEGMENT,
        Segment.ended_at > during.start,
    )
    return merge((Span(row.started_at, row.ended_at) for row in db.session.execute(query)), SEAM)


def _before(viewer: int, camera_id: int, claim: Claim) -> list[Claim]:
    """Counted of this camera, where it touches the claim on either clock."""
    mine = select(Watched).where(Watched.viewer_id == viewer, Watched.camera_id == camera_id)
    touches = Watched.during.overlaps(_range(claim.during)) | Watched.shown.overlaps(_range(claim.shown))
    return [
        Claim(_span(row.during), _span(row.shown), row.speed)
        for row in db.session.execute(mine.where(touches)).scalars()
    ]


def _elsewhere(session_id: int, viewer: int, window: Span) -> list[Span]:
    query = select(Watched.shown).where(
        Watched.viewer_id == viewer, Watched.session_id != session_id, Watched.shown.overlaps(_range(window))
    )
    return merge(_span(shown) for shown in db.session.execute(query).scalars())


def _add(session: ExamSession, camera: Camera, viewer: int, part: Claim) -> None:
    """One more row, or the one before made longer where both clocks go on at the same speed."""
    goes_on = select(Watched).where(
        Watched.viewer_id == viewer,
        Watched.camera_id == camera.id,
        Watched.session_id == session.id,
        Watched.speed == part.speed,
        Watched.shown.adjacent_to(_range(part.shown)),
        Watched.during.adjacent_to(_range(part.during)),
    )
    try:
        with db.session.begin_nested():
            row = db.session.execute(goes_on.limit(1)).scalar_one_or_none()
            if row is not None and _span(row.during).end == part.during.start:
                row.during = _range(Span(_span(row.during).start, part.during.end))
                row.shown = _range(Span(_span(row.shown).start, part.shown.end))
            else:
                db.session.add(_row(session, camera, viewer, part))
            db.session.flush()
    except IntegrityError:  # counted meanwhile in a session outside the present scope: it is not counted twice
        return


def _row(session: ExamSession, camera: Camera, viewer: int, part: Claim) -> Watched:
    return Watched(
        **owner_of(session),
        session_id=session.id,
        camera_id=camera.id,
        viewer_id=viewer,
        during=_range(part.during),
        shown=_range(part.shown),
        speed=part.speed,
    )


def watched_spans(session_id: int, viewer_uid: UUID | None) -> dict[int, list[Span]]:
    """What was counted for a person of a session, by camera id."""
    found = watched_by_camera([session_id], viewer_uid)
    return {camera_id: spans for (_, camera_id), spans in found.items()}


def watched_column(viewer_uid: UUID | None) -> ScalarSelect[Any]:
    """A column of a query on sessions: ``[[camera, from, to], …]``, what was counted for this person."""
    seen = func.jsonb_build_array(Watched.camera_id, func.lower(Watched.during), func.upper(Watched.during))
    query = select(func.jsonb_agg(seen, type_=JSONB())).join(UserAccount, UserAccount.id == Watched.viewer_id)
    query = query.where(Watched.session_id == ExamSession.id, UserAccount.uid == viewer_uid)
    return query.correlate(ExamSession).scalar_subquery()


def spans_by_camera(rows: Iterable[Any]) -> dict[int, list[Span]]:
    """Of :func:`watched_column`, put together where they touch."""
    found: dict[int, list[Span]] = {}
    for camera_id, start, end in rows:
        found.setdefault(camera_id, []).append(Span(datetime.fromisoformat(start), datetime.fromisoformat(end)))
    return {camera_id: merge(spans) for camera_id, spans in found.items()}


def watched_by_camera(session_ids: list[int], viewer_uid: UUID | None) -> dict[tuple[int, int], list[Span]]:
    """What was counted for a person, by session id and camera id."""
    found: dict[tuple[int, int], list[Span]] = {}
    for session_id, camera_id, during in _watched_by(session_ids, viewer_uid) if viewer_uid else ():
        found.setdefault((session_id, camera_id), []).append(_span(during))
    return {place: merge(spans) for place, spans in found.items()}


@rows_of
def _watched_by(session_ids: list[int], viewer_uid: UUID) -> Select[int, int, Range[datetime]]:
    return (
        select(Watched.session_id, Watched.camera_id, Watched.during)
        .join(UserAccount, UserAccount.id == Watched.viewer_id)
        .where(among(Watched.session_id, session_ids), UserAccount.uid == viewer_uid)
    )


def _range(span: Span) -> Range[datetime]:
    return Range(span.start, span.end)


def _span(found: Any) -> Span:
    return Span(found.lower, found.upper)
