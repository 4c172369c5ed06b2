"""What a recorder sends of a trial: pictures, then its measures, which are judged at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from config.rulebook import Rulebook
from examops.accounts import Identity
from examops.audit import record
from examops.core.clock import Clock, today
from examops.core.errors import Invalid
from examops.core.language import N_, message
from examops.core.store import Missing, Store
from examops.footage.cameras.alarms import end_alarm
from examops.footage.pictures.health import grey_of
from examops.footage.pictures.jpeg import is_showable
from examops.footage.tags import Tag
from examops.footage.trials.asking import ALARM, could_not_run, must_be_run, trial_of_site
from examops.footage.trials.judging import is_passed, judge_trial
from examops.footage.trials.models import FAILED, PASSED, FitnessTrial
from examops.sites.models import Camera

MAX_PICTURES = 3


def picture_key(uid: UUID, run_uid: UUID, number: int) -> str:
    """A run of its own for each try: what an earlier one left is never overwritten."""
    return f"trials/{uid}/{run_uid}/{number}.jpg"


def may_add(uid: UUID, run_uid: UUID, jpeg: bytes, device: Identity) -> None:
    """Raises TrialTaken, NotFound, Invalid."""
    trial, _ = trial_of_site(uid, device)
    must_be_run(trial, run_uid, device)
    if not is_showable(jpeg):
        raise Invalid(N_("画面须为完整的 JPEG，不超过 4096×2304 像素"))


def note_picture(uid: UUID, run_uid: UUID, key: str, device: Identity) -> None:
    """The store holds it. Raises TrialTaken and NotFound."""
    trial, _ = trial_of_site(uid, device)
    must_be_run(trial, run_uid, device)
    trial.pictures = sorted({*trial.pictures, key})


def pictures_of(keys: Sequence[str], store: Store) -> list[bytes]:
    found = []
    for key in keys:
        try:
            found.append(store.get("derived", key))
        except Missing:
            continue
    return found


def keys_of(uid: UUID, run_uid: UUID, device: Identity) -> list[str]:
    """Of the pictures that this run has sent. Raises TrialTaken and NotFound."""
    trial, _ = trial_of_site(uid, device)
    must_be_run(trial, run_uid, device)
    return list(trial.pictures)


def note_result(
    uid: UUID,
    run_uid: UUID,
    measures: dict[str, Any],
    pictures: Sequence[bytes],
    device: Identity,
    rules: Rulebook,
    clock: Clock,
) -> FitnessTrial:
    """Judge and close it. ``pictures``: those of :func:`keys_of`. Raises TrialTaken and NotFound."""
    trial, camera = trial_of_site(uid, device)
    must_be_run(trial, run_uid, device)
    greys = [grey for jpeg in pictures if (grey := grey_of(jpeg)) is not None]
    lines = judge_trial(measures, greys, rules, today(clock))
    trial.measures, trial.lines = {"run_uid": str(run_uid), **measures}, lines
    if pictures:
        trial.still_key, trial.still_sha256 = trial.pictures[0], hashlib.sha256(pictures[0]).digest()
    trial.state = PASSED if is_passed(lines) and pictures else FAILED
    trial.ended_at = clock.now()
    _note_on_camera(camera, trial, clock)
    words = message("{number} {camera}", number=trial.number, camera=camera.label)
    failed = [line["rule"] for line in lines if line["outcome"] == "fail"]
    record(Tag.TRIAL_ENDED, device.actor, trial, words=words, at=clock.now(), state=trial.state, failed=failed)
    end_alarm(camera, ALARM, clock=clock)
    return trial


def note_failure(uid: UUID, run_uid: UUID, cause: str, device: Identity, clock: Clock) -> None:
    """The box could not see the camera. Raises TrialTaken and NotFound."""
    trial, camera = trial_of_site(uid, device)
    must_be_run(trial, run_uid, device)
    could_not_run(trial, camera, cause, actor=device.actor, clock=clock)


def _note_on_camera(camera: Camera, trial: FitnessTrial, clock: Clock) -> None:
    """What filings and pages below footage read of it."""
    tried = {"number": trial.number, "state": trial.state, "day": today(clock).isoformat(), "uid": str(trial.uid)}
    tried |= {name: trial.measures[name] for name in ("width", "height", "frames_per_second")}
    camera.fitness = {**camera.fitness, "trial": tried}
