"""A picture for the wall: stored, judged, and kept as the last good one while all is well."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.language import N_
from examops.core.store import Missing, Store
from examops.footage.cameras.states import note_snapshot, snapshot_key
from examops.footage.models import Arming, CameraState
from examops.footage.pictures.health import assess_snapshot, faults_of, grey_of, thresholds_of
from examops.footage.pictures.jpeg import is_showable
from examops.footage.pictures.references import reference_of
from examops.sites.models import Camera
from video.health import Fault, Grey

# Two pictures further apart say nothing about a frozen view.
NEIGHBOURS = timedelta(minutes=2)
GOOD_EVERY = timedelta(seconds=30)


class UnreadableSnapshot(Invalid):
    code, message = "snapshot.unreadable", N_("快照须为完整的 JPEG，不超过 4096×2304 像素")
    advice = N_("录像盒会再送下一张；一直如此请检查这台摄像机的码流")


@dataclass(frozen=True)
class Before:
    """What is known of the camera before a new picture, read in a transaction of its own."""

    snapshot_at: datetime | None
    last_good_at: datetime | None
    arming_uid: uuid.UUID | None
    session_id: int | None


def situation(camera: Camera, at: datetime) -> Before:
    query = select(CameraState).where(CameraState.camera_id == camera.id)
    state = db.session.execute(query).scalar_one_or_none()
    armed = select(Arming.uid, Arming.session_id).where(
        Arming.camera_id == camera.id, Arming.state != "cancelled", Arming.during.contains(at)
    )
    arming_uid, session_id = db.session.execute(armed.limit(1)).one_or_none() or (None, None)
    return Before(state.snapshot_at if state else None, state.last_good_at if state else None, arming_uid, session_id)


def good_key(camera_uid: uuid.UUID) -> str:
    return f"snapshots/{camera_uid}.good.jpg"


@dataclass(frozen=True)
class Judged:
    """A picture with what was found in it; ``is_kept`` says that it became the last good one."""

    grey: Grey
    faults: frozenset[Fault]
    is_kept: bool


def store_and_judge(
    camera: Camera, jpeg: bytes, at: datetime, before: Before, *, store: Store, rulebook: Rulebook, clock: Clock
) -> Judged | None:
    """Look at the picture and put it into the store; no transaction is open.

    None when it is older than the one that is there. Raises :class:`UnreadableSnapshot` for what nobody could look at:
    the one that is there stays.
    """
    if before.snapshot_at is not None and at <= before.snapshot_at:
        return None  # the store holds a newer one
    grey = grey_of(jpeg) if is_showable(jpeg) else None
    if grey is None:
        raise UnreadableSnapshot()
    earlier = _earlier(camera, at, before, store)
    store.put("derived", snapshot_key(camera.uid), jpeg, "image/jpeg")
    thresholds, _ = thresholds_of(rulebook, clock)
    faults = faults_of(grey, earlier, reference_of(before.arming_uid, store, clock.now()), thresholds)
    is_kept = not faults and (before.last_good_at is None or at - before.last_good_at >= GOOD_EVERY)
    if is_kept:
        store.put("derived", good_key(camera.uid), jpeg, "image/jpeg")
    return Judged(grey, faults, is_kept)


def _earlier(camera: Camera, at: datetime, before: Before, store: Store) -> Grey | None:
    """The picture before this one, while it still lies in the store."""
    if before.snapshot_at is None or not timedelta(0) < at - before.snapshot_at <= NEIGHBOURS:
        return None
    try:
        return grey_of(store.get("derived", snapshot_key(camera.uid)))
    except Missing:
        return None


def note(
    camera: Camera, at: datetime, before: Before, judged: Judged | None, *, rulebook: Rulebook, clock: Clock
) -> None:
    """Write down what was found. A picture older than the newest one changes nothing."""
    if not note_snapshot(camera, at) or judged is None:
        return
    query = select(CameraState).where(CameraState.camera_id == camera.id).with_for_update()
    state = db.session.execute(query.execution_options(populate_existing=True)).scalar_one()
    if judged.is_kept:
        state.last_good_at = at
    _, hysteresis = thresholds_of(rulebook, clock)
    assess_snapshot(
        camera, state, judged.faults, judged.grey, at, hysteresis, session_id=before.session_id, clock=clock
    )
