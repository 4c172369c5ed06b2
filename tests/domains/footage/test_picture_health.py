"""A picture that proves nothing is called out after a few samples, beside the last good one, and ends explicitly."""

from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from config.rulebook import rulebook
from examops.core.database import db
from examops.core.extensions import store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.demo.testcam.painter import Painter
from examops.demo.testcam.rooms import ROOMS, camera_label
from examops.footage.cameras.alarms import end_unarmed
from examops.footage.models import Alarm, CameraState
from examops.footage.pictures.health import thresholds_of
from examops.footage.pictures.references import learn_once
from tests.domains.footage.conftest import API, Box, Scene, stamp
from video.frames import Strip

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def painter() -> Painter:
    plan = ROOMS["electric-a"]
    return Painter(plan.build(), "front", camera_label("electric-a", "front"), (640, 360), plan.seed)


def jpeg(picture: np.ndarray) -> bytes:
    small = cv2.resize(picture, (320, 180), interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()


@pytest.fixture
def show(box: Box, scene: Scene, clock):
    """Send a picture as the box does, ten seconds after the one before; answers the open alarms."""

    def send(picture: bytes) -> list[str]:
        clock.instant += timedelta(seconds=10)
        headers = {"Authorization": f"Bearer {box.token}", "X-Taken-At": stamp(clock.now())}
        url = f"{API}/snapshot/{scene.cameras[0].uid}"
        assert box.client.post(url, data=picture, headers=headers).status_code == 204
        with transaction(SYSTEM):
            return list(db.session.execute(select(Alarm.kind).where(Alarm.ended_at.is_(None))).scalars())

    return send


@pytest.fixture
def seconds():
    return iter(range(1, 1000))


def live(painter: Painter, seconds) -> bytes:
    second = next(seconds)
    return jpeg(painter.paint(START + timedelta(seconds=2 * second), grain=second))


def black(painter: Painter, seconds) -> bytes:
    second = next(seconds)
    return jpeg(painter.paint_black(START + timedelta(seconds=2 * second), grain=second))


def test_a_black_picture_is_an_alarm_from_its_first_moment_to_its_end(show, painter, seconds, clock) -> None:
    assert show(live(painter, seconds)) == []
    assert show(black(painter, seconds)) == []
    first = clock.now()
    assert show(black(painter, seconds)) == []
    assert show(black(painter, seconds)) == ["black"]
    with transaction(SYSTEM):
        assert db.session.execute(select(Alarm.started_at)).scalar_one() == first
        assert db.session.execute(select(CameraState.condition)).scalar_one() == "black"
    assert [show(live(painter, seconds)) for _ in range(3)] == [["black"], ["black"], []]
    with transaction(SYSTEM):
        assert db.session.execute(select(CameraState.condition)).scalar_one() == "ok"


def test_the_wall_keeps_the_last_good_picture_beside_the_black_one(
    show, painter, seconds, make, sign_in, app, scene
) -> None:
    good = live(painter, seconds)
    show(good)
    for _ in range(3):
        show(black(painter, seconds))
    with app.app_context():
        assert store().get("derived", f"snapshots/{scene.cameras[0].uid}.good.jpg") == good
    tile = sign_in(make.user("supervisor", district="440606")).get("/footage/wall/data.json").json["tiles"][0]
    assert (tile["camera_uid"], tile["state"]) == (str(scene.cameras[0].uid), "stop")
    assert tile["words"].startswith("黑屏")
    assert ".good.jpg" in tile["last_good"]["image_url"]


def test_a_picture_that_stands_still_is_frozen(show, painter, seconds) -> None:
    same = live(painter, seconds)
    assert [show(same) for _ in range(4)] == [[], [], [], ["frozen"]]


def test_a_lively_room_raises_nothing(show, painter, seconds) -> None:
    assert all(show(live(painter, seconds)) == [] for _ in range(6))


def strip_of(painter: Painter, seconds) -> Strip:
    images, frames = b"", []
    for _ in range(6):
        picture = live(painter, seconds)
        frames.append({"offset": len(images), "length": len(picture)})
        images += picture
    return Strip(images, {"every_s": 10, "frames": frames}, 0, 0)


def test_a_covered_lens_is_told_from_the_rooms_usual_view(show, painter, seconds, app, scene, clock) -> None:
    strip, arming = strip_of(painter, seconds), scene.armings[0]
    thresholds, _ = thresholds_of(rulebook(), clock)
    with app.app_context():
        assert learn_once(strip, arming.uid, store(), thresholds) is True
        assert learn_once(strip, arming.uid, store(), thresholds) is False
    assert show(live(painter, seconds)) == []
    for _ in range(3):
        picture = painter.paint(START + timedelta(seconds=2 * next(seconds)), grain=1).copy()
        picture[:, : int(picture.shape[1] * 0.75)] = 90
        found = show(jpeg(picture))
    assert found == ["covered"]


def test_when_the_armed_time_is_over_its_alarms_end(show, painter, seconds, clock, scene) -> None:
    for _ in range(3):
        show(black(painter, seconds))
    clock.instant = scene.armings[0].during.upper
    with transaction(SYSTEM):
        assert end_unarmed(clock) == 1


def test_a_late_older_picture_changes_nothing(show, painter, seconds, box, scene, clock) -> None:
    show(live(painter, seconds))
    newest = clock.now()
    headers = {"Authorization": f"Bearer {box.token}", "X-Taken-At": stamp(newest - timedelta(seconds=30))}
    box.client.post(f"{API}/snapshot/{scene.cameras[0].uid}", data=black(painter, seconds), headers=headers)
    with transaction(SYSTEM):
        state = db.session.execute(select(CameraState)).scalar_one()
    assert state.snapshot_at == newest
    assert state.snapshot_measures["mean"] > 50
