"""What a box is told: which cameras, from when until when, and how often a picture is wanted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import Rulebook
from examops.accounts import Identity
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.keys import Keyring
from examops.footage.archive.quarantine import released_for
from examops.footage.cameras.states import cameras_of, is_wanted_large, is_watched
from examops.footage.entry.logins import logins_for
from examops.footage.models import Arming, CameraState
from examops.footage.moments import iso
from examops.footage.trials.asking import trials_for
from examops.footage.trials.models import FitnessTrial
from examops.sessions.models import ExamSession
from examops.sites.models import Camera

LARGE_WIDTH = 960  # pixels; half of a screen of 1920 without its list
LOOK_BACK = timedelta(days=2)  # a box that was away learns what to send afterwards


def plan_of(device: Identity, rulebook: Rulebook, ring: Keyring, clock: Clock) -> dict[str, Any]:
    """What the box must record, and the cameras it knows. Sources carry no password; a login that was entered on a page
    stands beside its camera, for the box that takes it alone."""
    now, cameras = clock.now(), cameras_of(device)
    day = today(clock)
    window = Range(now - LOOK_BACK, now + timedelta(days=rulebook.value("footage.plan_ahead_days", day)))
    by_id = {camera.id: camera for camera in cameras}
    query = select(Arming).where(Arming.camera_id.in_(by_id), Arming.during.overlaps(window)).order_by(Arming.id)
    armings = list(db.session.execute(query).scalars())
    logins = logins_for(by_id, ring)
    query_states = select(CameraState).where(CameraState.camera_id.in_(by_id))
    states = list(db.session.execute(query_states).scalars())
    watched = [by_id[state.camera_id].uid for state in states if is_watched(state, now)]
    large = [by_id[state.camera_id].uid for state in states if is_wanted_large(state, now)]
    return {
        "now": iso(now),
        "armings": [_arming(arming, by_id[arming.camera_id]) for arming in armings],
        "cameras": [
            {"camera_uid": str(c.uid), "label": c.label, "source": c.source, "login": logins.get(c.id)} for c in cameras
        ],
        "snapshot_seconds": rulebook.value("footage.snapshot_seconds", day),
        "stale_seconds": rulebook.value("footage.camera_stale_seconds", day),
        "live": [str(uid) for uid in watched],
        "large": [str(uid) for uid in large],
        "large_width": LARGE_WIDTH,
        "released": released_for(device),
        "trials": [_trial(trial, camera, rulebook, day) for trial, camera in trials_for(device)],
    }


def _trial(trial: FitnessTrial, camera: Camera, rulebook: Rulebook, day: date) -> dict[str, Any]:
    return {
        "trial_uid": str(trial.uid),
        "camera_uid": str(camera.uid),
        "source": camera.source,
        "seconds": trial.seconds,
        "gap_ms": rulebook.value("footage.gap_tolerance_ms", day),
    }


def _arming(arming: Arming, camera: Camera) -> dict[str, Any]:
    session_uid = db.session.get_one(ExamSession, arming.session_id).uid
    assert arming.during.lower is not None
    assert arming.during.upper is not None
    return {
        "arming_uid": str(arming.uid),
        "session_uid": str(session_uid),
        "camera_uid": str(camera.uid),
        "camera_label": camera.label,
        "source": camera.source,
        "start": iso(arming.during.lower),
        "end": iso(arming.during.upper),
        "state": arming.state,
    }
