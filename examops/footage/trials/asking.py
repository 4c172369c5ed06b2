"""Asking for a trial, and the states it goes through: asked → running → passed, failed or could not run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.accounts import Identity
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local, today
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_, message
from examops.core.numbers import next_number
from examops.footage.cameras.alarms import end_alarm, raise_alarm
from examops.footage.cameras.states import armed_session, taken_by
from examops.footage.tags import Tag
from examops.footage.trials.models import ASKED, COULD_NOT_RUN, OPEN, RUNNING, FitnessTrial
from examops.sites.models import Camera, Room

WATCH = Actor.system(N_("试运行值守"))
ALARM = "trial"
# A run takes its seconds, as many again until the camera answers, and some for pictures and result.
SLACK = timedelta(seconds=90)


class TrialTaken(Conflict):
    code, message = "trial.taken", N_("这次试运行已经由另一台录像盒在做，或已经结束")
    advice = N_("等结果，或再提出一次")


class AlreadyAsked(Conflict):
    code, message, advice = "trial.already_asked", N_("选中的摄像机都已在试运行"), N_("等它们的结果")


class TrialOver(Conflict):
    code, message, advice = "trial.over", N_("这次试运行已经结束，不用收回"), N_("看它的结果")


def ask_for_trials(cameras: Sequence[Camera], *, actor: Actor, clock: Clock, rules: Rulebook) -> list[FitnessTrial]:
    """One for each camera that has none under way. Raises AlreadyAsked where that is none of them."""
    db.session.execute(select(Camera.id).where(Camera.id.in_([one.id for one in cameras])).with_for_update())
    query = select(FitnessTrial.camera_id).where(
        FitnessTrial.camera_id.in_([one.id for one in cameras]), FitnessTrial.state.in_(OPEN)
    )
    under_way = set(db.session.execute(query).scalars())
    asked = [_ask(one, actor, clock, rules) for one in cameras if one.id not in under_way]
    if not asked:
        raise AlreadyAsked()
    return asked


def _ask(camera: Camera, actor: Actor, clock: Clock, rules: Rulebook) -> FitnessTrial:
    now, day = clock.now(), today(clock)
    year = local(now).year
    row = FitnessTrial(
        **owner_of(camera),
        number=f"SY{year}-{next_number(f'trial:{year}'):04d}",
        camera_id=camera.id,
        seconds=rules.value("trial.seconds", day),
        asked_by=actor.name,
        asked_by_uid=actor.uid,
        asked_at=now,
        due_at=now + timedelta(minutes=rules.value("trial.answer_minutes", day)),
    )
    db.session.add(row)
    db.session.flush()
    record(
        Tag.TRIAL_ASKED, actor, row, words=message("{number} {camera}", number=row.number, camera=camera.label), at=now
    )
    return row


def trials_for(device: Identity) -> list[tuple[FitnessTrial, Camera]]:
    """What waits at the device's site, the oldest first; what another device runs is not offered to this one."""
    query = (
        select(FitnessTrial, Camera)
        .join(Camera, Camera.id == FitnessTrial.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .where(Room.site_id == device.site_id, FitnessTrial.state.in_(OPEN), taken_by(device))
        .where((FitnessTrial.state == ASKED) | (FitnessTrial.device_id == device.id))
        .order_by(FitnessTrial.id)
    )
    return [(row.FitnessTrial, row.Camera) for row in db.session.execute(query)]


def trial_of_site(uid: UUID, device: Identity) -> tuple[FitnessTrial, Camera]:
    """Locked. Raises NotFound for one of another site."""
    query = (
        select(FitnessTrial, Camera)
        .join(Camera, Camera.id == FitnessTrial.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .where(FitnessTrial.uid == uid, Room.site_id == device.site_id)
        .with_for_update(of=FitnessTrial)
    )
    row = db.session.execute(query, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise NotFound(N_("没有这次试运行"))
    return row.FitnessTrial, row.Camera


def begin_trial(uid: UUID, run_uid: UUID, device: Identity, clock: Clock) -> None:
    """A box takes it, also one that was cut off in the middle and begins anew. Raises TrialTaken."""
    trial, camera = trial_of_site(uid, device)
    if trial.state not in OPEN or (trial.state == RUNNING and trial.device_id != device.id):
        raise TrialTaken()
    trial.state, trial.device_id, trial.started_at = RUNNING, device.id, clock.now()
    trial.attempts += 1
    trial.measures, trial.pictures = {"run_uid": str(run_uid)}, []
    end_alarm(camera, ALARM, clock=clock)


def must_be_run(trial: FitnessTrial, run_uid: UUID, device: Identity) -> None:
    """Raises TrialTaken for the word of a run that is not the present one."""
    is_present = trial.measures.get("run_uid") == str(run_uid) and trial.device_id == device.id
    if trial.state != RUNNING or not is_present:
        raise TrialTaken()


def could_not_run(trial: FitnessTrial, camera: Camera, cause: str, *, actor: Actor, clock: Clock) -> None:
    trial.state, trial.cause, trial.ended_at = COULD_NOT_RUN, cause, clock.now()
    words = message("{number} {camera}", number=trial.number, camera=camera.label)
    record(Tag.TRIAL_ENDED, actor, trial, words=words, at=clock.now(), state=trial.state, cause=cause)
    end_alarm(camera, ALARM, clock=clock)


def take_back(trial: FitnessTrial, camera: Camera, *, actor: Actor, clock: Clock) -> None:
    """Whoever asked, or somebody for them, wants it no more; a box that runs it is told so when it reports. Raises
    TrialOver."""
    db.session.refresh(trial, with_for_update=True)
    if trial.state not in OPEN:
        raise TrialOver()
    could_not_run(trial, camera, "taken_back", actor=actor, clock=clock)


def watch_trials(rules: Rulebook, clock: Clock) -> int:
    """Runs that were cut off are asked for again, or given up; an alarm where no box takes one. How many changed."""
    now, day = clock.now(), today(clock)
    changed = 0
    for trial, camera in _open_trials():
        if trial.state == RUNNING:
            assert trial.started_at
            if now - trial.started_at > 2 * timedelta(seconds=trial.seconds) + SLACK:
                changed += 1
                _ask_again(trial, camera, rules, clock)
        elif now - trial.asked_at > timedelta(minutes=rules.value("trial.give_up_minutes", day)):
            changed += 1
            could_not_run(trial, camera, "no_recorder_came", actor=WATCH, clock=clock)
        elif now > trial.due_at and armed_session(camera, now) is None:  # an exam comes first
            changed += raise_alarm(camera, ALARM, detail=message(trial.number), since=trial.due_at, clock=clock)
    return changed


def _open_trials() -> Iterable[tuple[FitnessTrial, Camera]]:
    query = (
        select(FitnessTrial, Camera)
        .join(Camera, Camera.id == FitnessTrial.camera_id)
        .where(FitnessTrial.state.in_(OPEN))
        .order_by(FitnessTrial.id)
        .with_for_update(of=FitnessTrial, skip_locked=True)
    )
    return [(row.FitnessTrial, row.Camera) for row in db.session.execute(query)]


def _ask_again(trial: FitnessTrial, camera: Camera, rules: Rulebook, clock: Clock) -> None:
    if trial.attempts >= rules.value("trial.attempts_max", today(clock)):
        could_not_run(trial, camera, "recorder_lost", actor=WATCH, clock=clock)
        return
    trial.state, trial.device_id, trial.started_at = ASKED, None, None
    minutes = rules.value("trial.answer_minutes", today(clock))
    trial.due_at = clock.now() + timedelta(minutes=minutes)
    words = message("{number} {camera}", number=trial.number, camera=camera.label)
    record(Tag.TRIAL_ASKED_AGAIN, WATCH, trial, words=words, at=clock.now(), attempts=trial.attempts)
