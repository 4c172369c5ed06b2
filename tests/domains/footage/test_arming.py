"""Cameras record from before the first desk opens until after the end, and a dark camera is called out."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import rulebook
from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.archive.arming import arm_due, disarm_due, plan_armings, plan_due, watch_cameras
from examops.footage.models import Alarm, Arming, CameraState
from examops.footage.wall.grid import wall_cameras
from tests.domains.footage.conftest import Scene, seat_somebody
from tests.factories import DAY, Factory

pytestmark = pytest.mark.postgres
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(make: Factory, clock: FixedClock):
    """Tomorrow's session, 09:00–09:40, desk from 08:30, two cameras."""
    body = make.body()
    room = make.room(make.site(body), stations=2)
    make.camera(room)
    make.camera(room)
    return make.session_with_turns(make.batch(body), room, starts_at=DAY + timedelta(days=1), state="approved")[0]


def plan(session, clock) -> int:
    with transaction(SYSTEM):
        return plan_armings(session, rulebook(), clock)


def armings() -> list[Arming]:
    with transaction(SYSTEM):
        return list(db.session.execute(select(Arming).execution_options(populate_existing=True)).scalars())


def states() -> list[str]:
    return [arming.state for arming in armings()]


def open_alarms() -> list[str]:
    with transaction(SYSTEM):
        return sorted(db.session.execute(select(Alarm.kind).where(Alarm.ended_at.is_(None))).scalars())


def test_every_camera_of_the_room_is_armed_half_an_hour_before_the_desk_opens(session, clock) -> None:
    assert plan(session, clock) == 2
    expected = Range(session.desk_opens_at - 30 * MINUTE, session.ends_at + 15 * MINUTE)
    assert [arming.during for arming in armings()] == [expected, expected]


def test_planning_again_changes_nothing(session, clock) -> None:
    plan(session, clock)
    assert plan(session, clock) == 0


def test_a_session_that_moves_takes_its_armings_along(session, clock, make: Factory) -> None:
    plan(session, clock)
    session.ends_at += 20 * MINUTE
    make.save(session)
    assert plan(session, clock) == 2
    assert {arming.during.upper for arming in armings()} == {session.ends_at + 15 * MINUTE}


def test_a_cancelled_session_calls_its_cameras_off(session, clock, make: Factory) -> None:
    plan(session, clock)
    session.state = "cancelled"
    make.save(session)
    assert plan(session, clock) == 2
    assert states() == ["cancelled", "cancelled"]


def test_a_draft_arms_nothing(session, clock, make: Factory) -> None:
    session.state = "draft"
    make.save(session)
    assert plan(session, clock) == 0


def test_the_round_plans_what_begins_within_a_week(session, clock: FixedClock) -> None:
    clock.instant = session.starts_at - timedelta(days=8)
    with transaction(SYSTEM):
        assert plan_due(rulebook(), clock) == 0
    clock.instant = session.starts_at - timedelta(days=6)
    with transaction(SYSTEM):
        assert plan_due(rulebook(), clock) == 2


def move(clock: FixedClock, instant) -> tuple[int, int]:
    clock.instant = instant
    with transaction(SYSTEM):
        return arm_due(clock), disarm_due(clock, rulebook())


def test_the_clock_arms_and_disarms(session, clock: FixedClock) -> None:
    plan(session, clock)
    begin, end = armings()[0].during.lower, armings()[0].during.upper
    assert move(clock, begin - MINUTE) == (0, 0)
    assert move(clock, begin) == (2, 0)
    assert states() == ["armed", "armed"]
    assert move(clock, end - MINUTE) == (0, 0)
    assert move(clock, end) == (0, 2)
    assert states() == ["disarmed", "disarmed"]


def test_while_somebody_still_sits_there_the_cameras_stay_on(scene: Scene, make: Factory, clock: FixedClock) -> None:
    sitting = seat_somebody(scene, make)
    end = scene.armings[0].during.upper
    assert move(clock, end) == (0, 0)
    assert armings()[0].during.upper == end + 15 * MINUTE
    sitting.left_at = end
    make.save(sitting)
    assert move(clock, end + 15 * MINUTE) == (0, 2)


def test_a_camera_that_is_not_on_when_the_desk_opens_is_an_alarm(scene: Scene, clock: FixedClock) -> None:
    clock.instant = scene.session.desk_opens_at - MINUTE
    assert look(clock) == 0
    clock.instant = scene.session.desk_opens_at
    assert look(clock) == 2
    assert look(clock) == 0
    assert open_alarms() == ["offline", "offline"]


def test_an_arming_that_was_missed_is_an_alarm(session, clock: FixedClock) -> None:
    plan(session, clock)
    clock.instant = session.desk_opens_at
    look(clock)
    assert open_alarms() == ["not_armed", "not_armed", "offline", "offline"]


def look(clock: FixedClock) -> int:
    with transaction(SYSTEM):
        return watch_cameras(rulebook(), clock)


def test_the_alarm_ends_when_the_camera_records(scene: Scene, clock: FixedClock, make: Factory) -> None:
    look(clock)
    for camera in scene.cameras:
        make.save(
            CameraState(
                body_id=camera.body_id,
                district=camera.district,
                camera_id=camera.id,
                state="recording",
                reported_at=clock.now(),
            )
        )
    look(clock)
    assert open_alarms() == []


def test_a_box_that_falls_silent_is_offline_after_a_minute(scene: Scene, clock: FixedClock, make: Factory) -> None:
    for camera in scene.cameras:
        make.save(
            CameraState(
                body_id=camera.body_id,
                district=camera.district,
                camera_id=camera.id,
                state="recording",
                reported_at=clock.now(),
            )
        )
    clock.instant += timedelta(seconds=60)
    assert look(clock) == 0
    clock.instant += timedelta(seconds=1)
    assert look(clock) == 2


def test_an_alarm_says_that_the_box_is_not_heard_of_and_what_to_do(scene: Scene, pair_box, clock: FixedClock) -> None:
    """Paired and switched off: nothing is wrong with the camera. The next word of the box says more again."""
    clock.instant = scene.session.desk_opens_at

    def details() -> set[str]:
        with transaction(SYSTEM):
            watch_cameras(rulebook(), clock)
            found = db.session.execute(select(Alarm.detail).where(Alarm.kind == "offline", Alarm.ended_at.is_(None)))
            return {str(detail) for detail in found.scalars()}

    assert details() == {"考点还没有配对好的录像盒：请在“设备”页配对"}
    box = pair_box(scene.site)
    assert box.get("/plan").status_code == 200
    assert details() == {"考点还没有配对好的录像盒：请在“设备”页配对"}, (
        "the box is there, the camera's own word comes next"
    )
    clock.instant += timedelta(minutes=3)
    assert details() == {"考点的录像盒没有联系：请查盒子的电源和网络"}
    with transaction(SYSTEM):
        words = {eye.words(clock.now()) for eye in wall_cameras(rulebook(), clock)}
    assert all("录像盒没有联系" in one for one in words)
