"""The wall: wrong pictures first, one request a refresh, looking is written down; and what security may see."""

from datetime import timedelta

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.cameras.alarms import raise_alarm
from examops.footage.models import CameraState, FootageViewing
from examops.footage.wall.filters import usual_density
from examops.footage.wall.grid import WallCamera, page_of
from examops.organisations.models import Body
from tests.domains.footage.conftest import API, Box, Scene, stamp
from tests.statements import counted

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def supervisor(make, sign_in):
    return sign_in(make.user("supervisor", district="440606"))


def online(scene: Scene, make, clock, *, but: int | None = None) -> None:
    for n, camera in enumerate(scene.cameras):
        if n != but:
            make.save(
                CameraState(
                    body_id=camera.body_id,
                    district=camera.district,
                    camera_id=camera.id,
                    state="recording",
                    reported_at=clock.now(),
                    snapshot_at=clock.now() - timedelta(seconds=2),
                )
            )


def data(client, **query) -> dict:
    answer = client.get("/footage/wall/data.json", query_string=query)
    assert answer.status_code == 200
    return answer.json


def test_a_dark_camera_comes_first_with_its_reason(supervisor, stage, make, clock) -> None:
    scene = stage(cameras=4)
    online(scene, make, clock, but=3)
    with transaction(SYSTEM):
        raise_alarm(scene.cameras[1], "clock", session_id=scene.session.id, clock=clock)
    clock.instant += timedelta(seconds=18)
    with transaction(SYSTEM):
        raise_alarm(scene.cameras[2], "black", session_id=scene.session.id, clock=clock)
    tiles = data(supervisor)["tiles"]
    assert [tile["state"] for tile in tiles] == ["stop", "stop", "look", "ok"]
    words = {tile["camera_uid"]: tile["words"] for tile in tiles}
    assert words[str(scene.cameras[3].uid)] == "离线"
    assert words[str(scene.cameras[1].uid)].startswith("时钟偏差 18")


def test_the_wall_is_narrowed_by_what_the_address_says(supervisor, stage, make, clock) -> None:
    scene = stage(cameras=3)
    online(scene, make, clock, but=2)

    assert {tile["state"] for tile in data(supervisor)["tiles"]} == {"stop", "ok"}
    assert [tile["state"] for tile in data(supervisor, state="stop")["tiles"]] == ["stop"]
    assert data(supervisor, district="440605")["tiles"] == []
    assert len(data(supervisor, district="440606", occupation="6-31-01-03", state="ok")["tiles"]) == 2

    page = supervisor.get("/footage/wall?state=ok&occupation=6-31-01-03&density=25").text
    assert "occupation=6-31-01-03" in page.split('data-url="')[1].split('"')[0]  # every refresh keeps it
    assert 'href="/footage/wall?state=ok&amp;density=25"' in page  # every occupation, the rest as it is


def test_a_wall_of_few_cameras_fills_the_screen(supervisor, stage, make, clock) -> None:
    assert [usual_density(count) for count in (0, 1, 4, 5, 12, 17, 200)] == [4, 4, 4, 9, 16, 16, 16]
    online(stage(cameras=2), make, clock)
    assert 'data-density="4"' in supervisor.get("/footage/wall").text


def test_the_address_of_a_picture_changes_only_with_the_picture(supervisor, scene, make, clock) -> None:
    online(scene, make, clock)
    first = data(supervisor)["tiles"][0]
    clock.instant += timedelta(seconds=2)
    again = data(supervisor)["tiles"][0]
    assert again["image_url"] == first["image_url"]
    assert (first["age_s"], again["age_s"]) == (2, 4)


def test_whoever_looks_at_the_wall_is_written_down_once_a_minute(supervisor, scene, make, clock) -> None:
    online(scene, make, clock)
    for _ in range(4):
        data(supervisor)
        clock.instant += timedelta(seconds=25)
    with transaction(SYSTEM):
        looks = list(db.session.execute(select(FootageViewing)).scalars())
    assert [look.mode for look in looks] == ["live", "live"]
    assert {look.media_until - look.media_from for look in looks} == {timedelta(seconds=75)}


def test_a_watched_camera_is_asked_for_pictures_more_often(supervisor, box: Box, scene, make, clock) -> None:
    online(scene, make, clock)
    assert box.post("/health", {"cameras": []}).json["snapshots"] == []
    data(supervisor)
    assert set(box.post("/health", {"cameras": []}).json["snapshots"]) == {str(c.uid) for c in scene.cameras}
    assert set(box.get("/plan").json["live"]) == {str(c.uid) for c in scene.cameras}


def test_the_sessions_behind_the_pictures_say_what_is_wrong(supervisor, scene, make, clock) -> None:
    online(scene, make, clock, but=1)
    (session,) = data(supervisor)["sessions"]
    assert (session["state"], session["why"]) == ("stop", f"{scene.cameras[1].label} 离线")
    assert session["url"] == f"/footage/review/{scene.session.uid}"


def queries_of(app, work) -> int:
    with counted(app) as seen:
        work()
    return len(seen)


def test_more_cameras_need_no_more_queries(app, supervisor, stage, make, clock) -> None:
    online(stage(cameras=1), make, clock)
    data(supervisor)
    few = queries_of(app, lambda: data(supervisor))
    online(stage(cameras=6), make, clock)
    data(supervisor)
    assert len(data(supervisor)["tiles"]) == 7
    assert queries_of(app, lambda: data(supervisor)) == few


def test_another_district_has_another_wall(make, sign_in, scene, clock) -> None:
    online(scene, make, clock)
    stranger = sign_in(make.user("supervisor", district="440604"))
    assert data(stranger)["tiles"] == []
    page = stranger.get("/footage/wall")
    assert page.status_code == 200
    assert "现在没有进行中的场次" in page.text


def test_the_wall_page_shows_the_tiles(supervisor, scene, make, clock) -> None:
    online(scene, make, clock, but=0)
    page = supervisor.get("/footage/wall")
    assert page.status_code == 200
    assert page.text.count('class="tile') == 2
    assert "style=" not in page.text


def test_paging_never_moves_the_wrong_ones(stage, make, clock) -> None:
    scene = stage(cameras=9)
    wall_cameras = [
        WallCamera(scene.session, camera, "A", "", None, (), is_online=n > 0, is_due=True)
        for n, camera in enumerate(scene.cameras)
    ]
    shown, page, pages = page_of(wall_cameras, 2, 4)
    assert (page, pages) == (2, 3)
    assert [eye.camera.id for eye in shown] == [scene.cameras[n].id for n in (0, 4, 5, 6)]
    assert page_of(wall_cameras, 99, 4)[1] == 3


def test_security_sees_the_hours_of_its_own_site_and_no_picture(make, sign_in, stage) -> None:
    own, other = stage(), stage()
    body = make.session.get_one(Body, own.session.body_id)
    guard = make.user("security", body)
    make.limit_to_site(guard, own.site)
    make.session.commit()
    make.session.expire_all()
    client, shown, hidden = sign_in(make.session.merge(guard)), own.cameras[0].label, other.session.number
    review = f"/footage/review/{own.session.uid}"
    page = client.get("/footage/armed-hours")
    assert page.status_code == 200
    assert shown in page.text
    assert hidden not in page.text
    assert client.get(review).status_code == 403
    assert client.get("/footage/wall/data.json").status_code == 403


def test_a_fresh_picture_is_on_the_wall(supervisor, box: Box, scene, clock) -> None:
    headers = {"Authorization": f"Bearer {box.token}", "X-Taken-At": stamp(clock.now())}
    jpeg = cv2.imencode(".jpg", np.full((90, 160, 3), 90, np.uint8))[1].tobytes()
    box.client.post(f"{API}/snapshot/{scene.cameras[0].uid}", data=jpeg, headers=headers)
    tiles = {tile["camera_uid"]: tile for tile in data(supervisor)["tiles"]}
    assert tiles[str(scene.cameras[0].uid)]["age_s"] == 0
    assert tiles[str(scene.cameras[1].uid)]["image_url"] is None


@pytest.mark.parametrize(
    ("asked", "is_large"),
    [({"tile": 810}, True), ({"tile": 394, "density": 4}, False), ({"density": 4}, True), ({"density": 64}, False)],
)
def test_large_pictures_are_asked_for_where_they_are_shown_large(
    supervisor, box: Box, scene, make, clock, asked, is_large
) -> None:
    online(scene, make, clock)
    assert box.get("/plan").json["large"] == []
    assert supervisor.get("/footage/wall/data.json", query_string=asked).status_code == 200
    plan = box.get("/plan").json
    assert set(plan["large"]) == ({str(c.uid) for c in scene.cameras} if is_large else set())
    assert plan["large_width"] == 960
    clock.instant += timedelta(minutes=5)
    assert box.get("/plan").json["large"] == [], "nobody looks any more"
