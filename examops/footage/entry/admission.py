"""An admission belongs to what was tried: another address or picture takes it back until that was tried as well.

Marks of what the camera saw end then, and come back as they were with the next admission. What records an exam at that
moment is tried by nobody before the exam is over, so its marks hold until then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import Rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict
from examops.core.language import N_, in_chinese, message
from examops.footage.models import Arming
from examops.footage.tags import Tag
from examops.footage.trials.asking import could_not_run
from examops.footage.trials.models import OPEN, FitnessTrial
from examops.sessions.models import ExamSession
from examops.sessions.outages import BrokenSession, Sight, SightNotAsShown, change_sight
from examops.sites import SIGHT_UNTIL, standing_marks, stations_in_room
from examops.sites.models import Camera, CameraCoverage, Workstation

OF_BEFORE = ("trial", "changed_at", SIGHT_UNTIL)


class Retired(Conflict):
    code, message = "camera.retired", N_("这台摄像机已经撤下，不能再改")
    advice = N_("要再用，另登记一台")


class NotTried(Conflict):
    code, message = "camera.not_tried", N_("这台摄像机在现在的位置和地址上还没有通过试运行")
    advice = N_("先在“设备试运行”里试一次，通过后再准入")
    clause = "市工作方案 一(三)"


class AdmissionNotAsShown(SightNotAsShown):
    """The loss that a change of address or picture brings is another than the person was shown."""

    code, message = (
        "camera.admission_not_as_shown",
        N_("{count} 个场次靠这台摄像机；改了要再试运行、再准入，准入前有 {people} 人没有位子"),
    )
    advice = N_("确实要改，再点一次“保存”：这些场次会收到通知，再准入后位子恢复；不改，就离开这一页")


def must_stand(camera: Camera) -> None:
    """Locked until the end of the transaction. Raises :class:`Retired`."""
    db.session.refresh(camera, with_for_update=True)
    if camera.retired_at is not None:
        raise Retired()


def change_picture(
    camera: Camera,
    write: Callable[[], object],
    seen: tuple[int, int] | None,
    *,
    actor: Actor,
    clock: Clock,
    rules: Rulebook,
) -> list[BrokenSession]:
    """``write`` gives the camera another address or picture. ``seen``: how many sessions and people the person was
    shown to lose by it; None where nobody is asked. Returns those sessions, which were told.

    Raises :class:`AdmissionNotAsShown`."""
    end_trials(camera, "camera_changed", actor=actor, clock=clock)
    if camera.admitted_at is None or SIGHT_UNTIL in camera.fitness:
        write()
        camera.fitness = {name: value for name, value in camera.fitness.items() if name != "trial"}
        return []
    marks, until = standing_marks(camera), _recorded_until(camera, clock.now())

    def change() -> None:
        write()
        for mark in marks.values():
            mark.valid = Range(mark.valid.lower, until, bounds="[)" if mark.valid.lower else "()")
        ended = {"changed_at": clock.now().isoformat(), SIGHT_UNTIL: until.isoformat()}
        camera.fitness = _without_trial_of_before(camera) | ended

    with in_chinese():  # stored as text, read by everybody
        reason = str(message(N_("{camera} 换了地址或画面，待再准入"), camera=camera.label))
    sight = Sight(camera, _stations(camera, marks), reason, seen)
    try:
        return change_sight(sight, change, actor=actor, clock=clock, rules=rules)
    except SightNotAsShown as shown:
        raise AdmissionNotAsShown(*shown.seen) from None


def admit_camera(camera: Camera, *, actor: Actor, clock: Clock, rules: Rulebook) -> None:
    """From now on what it sees is covered, also what it saw until its picture changed: sessions that hold a workstation
    there are counted anew.

    Raises :class:`NotTried`, :class:`Retired`."""
    must_stand(camera)
    trial = camera.fitness.get("trial") or {}
    if trial.get("state") != "passed":
        raise NotTried(clause=NotTried.clause)
    ended = _ended_marks(camera)

    def admit() -> None:
        for mark in ended:
            _put_back(mark, actor, clock.now())
        camera.admitted_at = clock.now()
        by = {"admitted_by": actor.name, "admitted_by_trial": trial["number"]}
        camera.fitness = _without_trial_of_before(camera) | {"trial": trial} | by

    marked = {*standing_marks(camera), *(mark.workstation_id for mark in ended)}
    change_sight(Sight(camera, _stations(camera, marked)), admit, actor=actor, clock=clock, rules=rules)
    words = message("{camera} {number}", camera=camera.label, number=trial["number"])
    record(Tag.CAMERA_ADMITTED, actor, camera, words=words, at=clock.now())


def end_trials(camera: Camera, cause: str, *, actor: Actor, clock: Clock) -> None:
    """What is asked for or under way would say something of a camera that is not there any more."""
    query = select(FitnessTrial).where(FitnessTrial.camera_id == camera.id, FitnessTrial.state.in_(OPEN))
    for trial in db.session.execute(query.order_by(FitnessTrial.id).with_for_update()).scalars():
        could_not_run(trial, camera, cause, actor=actor, clock=clock)


def trial_under_way(camera: Camera) -> FitnessTrial | None:
    query = select(FitnessTrial).where(FitnessTrial.camera_id == camera.id, FitnessTrial.state.in_(OPEN))
    return db.session.execute(query.order_by(FitnessTrial.id.desc()).limit(1)).scalar_one_or_none()


def sight_until(camera: Camera) -> datetime | None:
    """Since then nothing that it sees counts, until it is admitted again."""
    until = camera.fitness.get(SIGHT_UNTIL)
    return datetime.fromisoformat(until) if until else None


def _without_trial_of_before(camera: Camera) -> dict[str, object]:
    return {name: value for name, value in camera.fitness.items() if name not in OF_BEFORE}


def _recorded_until(camera: Camera, now: datetime) -> datetime:
    """The end of the exam that it has to record now, with what belongs to it, else ``now``."""
    end = func.greatest(func.upper(Arming.during), func.upper(ExamSession.during))
    query = select(func.max(end)).outerjoin_from(Arming, ExamSession, ExamSession.id == Arming.session_id)
    now_armed = Arming.camera_id == camera.id, Arming.state != "cancelled", Arming.during.contains(now)
    return db.session.execute(query.where(*now_armed)).scalar() or now


def _stations(camera: Camera, marked: Iterable[int]) -> list[Workstation]:
    held = set(marked)
    return [one for one in stations_in_room(camera) if one.id in held]


def _ended_marks(camera: Camera) -> list[CameraCoverage]:
    """Those that ended, or will end, because the camera has another picture."""
    until = sight_until(camera)
    if until is None:
        return []
    query = select(CameraCoverage).where(
        CameraCoverage.camera_id == camera.id, func.upper(CameraCoverage.valid) == until
    )
    return list(db.session.execute(query.order_by(CameraCoverage.id)).scalars())


def _put_back(mark: CameraCoverage, actor: Actor, now: datetime) -> None:
    """At the same place of the picture; one that has not ended yet goes on."""
    assert mark.valid.upper
    if mark.valid.upper > now:
        mark.valid = Range(mark.valid.lower, None, bounds="[)" if mark.valid.lower else "()")
        return
    same = {name: getattr(mark, name) for name in ("camera_id", "workstation_id", "x", "y", "still_at")}
    db.session.add(CameraCoverage(**owner_of(mark), **same, valid=Range(now, None), marked_by=actor.name))
