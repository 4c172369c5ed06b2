"""Cameras entered, changed, moved and retired on pages; logins that nobody reads again; what a box is told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import rulebook
from examops.accounts.models import Device
from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.keys import Keyring
from examops.core.rekeying import Change
from examops.core.scope import SYSTEM, Scope, scoped
from examops.core.transaction import transaction
from examops.footage.archive.arming import arm_due, plan_armings
from examops.footage.entry.keyed import STORES
from examops.footage.entry.logins import keep_login, logins_for
from examops.footage.models import Arming
from examops.sessions.capacity.resources import recount
from examops.sessions.models import SessionBreak, Turn
from examops.sites import coverage_of
from examops.sites.lending_models import SiteUse
from examops.sites.models import Camera, CameraLogin
from tests.domains.checkin.test_outages import ACTOR
from tests.domains.sites.test_devices import paired
from tests.factories import DAY, Factory

URL = "/devices/cameras/"
PLAN = "/api/v1/recorder/plan"
SECRET = "s3cret-of-the-camera"
pytestmark = [pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def place(make: Factory, clock):
    """A site with two boxes and two rooms: (body, room, another room, {name: (uid, token)} of the boxes)."""
    body = make.body(telephone="0757-22220000")
    site = make.site(body, name="容桂考点")
    boxes = {name: paired(site, "recorder", clock) for name in ("one", "two")}
    return body, make.room(site, stations=2), make.room(site, stations=2), boxes


def form(room, **more: str) -> dict[str, str]:
    told = {"room": str(room.uid), "label": "前1", "position": "front", "width": "1280", "height": "720"}
    return {**told, "source": "rtsp://192.168.1.64/Streaming/Channels/101", **more}


def told(client, box) -> dict[str, dict]:
    plan = client.get(PLAN, headers={"Authorization": f"Bearer {box[1]}"}).json
    return {one["label"]: one for one in plan["cameras"]}


def only(table):
    db.session.rollback()
    with transaction(SYSTEM):
        return db.session.execute(select(table).execution_options(populate_existing=True)).scalar_one()


def test_a_camera_with_its_login_is_taken_by_its_box_and_shown_to_nobody(place, make, sign_in, client) -> None:
    body, room, _, boxes = place
    coordinator = sign_in(make.user("coordinator", body))
    login = {"username": "admin", "password": SECRET, "recorder": boxes["two"][0]}
    added = coordinator.post(URL, data=form(room, **login))
    assert added.status_code == 302
    assert told(client, boxes["one"]) == {}
    mine = told(client, boxes["two"])["前1"]
    assert mine["login"] == {"username": "admin", "password": SECRET}
    assert "@" not in mine["source"]
    page = coordinator.get(added.location)
    assert (page.headers["Cache-Control"], "已存" in page.text) == ("no-store", True)
    with transaction(SYSTEM):
        stored = str(db.session.execute(text("SELECT to_jsonb(c), to_jsonb(l) FROM camera c, camera_login l")).all())
        logged = str(db.session.execute(text("SELECT to_jsonb(a) FROM audit_entry a")).all())
    for where in (page.text, coordinator.get(URL).text, stored, logged):
        assert SECRET not in where
    assert SECRET.encode() not in coordinator.get(f"{URL}export.xlsx").data
    # A box that is out of use no longer holds its cameras.
    with transaction(SYSTEM):
        db.session.execute(update(Device).where(Device.uid == boxes["two"][0]).values(revoked_at=DAY))
    assert "前1" in told(client, boxes["one"])


REFUSED = [
    ("rtsp://admin:pw@192.168.1.64/1", 422, "camera.bad_address"),
    ("rtsp://192.168.1.64/1?user=a&password=b", 422, "camera.bad_address"),
    ("http://192.168.1.64/1", 422, "camera.bad_address"),
    ("rtsps://192.168.1.64/1", 422, "camera.bad_address"),
    ("rtsp://8.8.8.8/1", 422, "camera.foreign_address"),
    ("rtsp://camera.example.com/1", 422, "camera.foreign_address"),
    ("rtsp://192.168.1.99:554/1/", 409, "camera.address_taken"),
]


def test_addresses_that_do_not_fit_are_refused_in_words_that_do_not_repeat_them(place, make, sign_in) -> None:
    body, room, other, _ = place
    make.camera(room, "后1", source="rtsp://192.168.1.99/1")
    coordinator = sign_in(make.user("coordinator", body))
    words = {
        "camera.bad_address": "不带账号密码",
        "camera.foreign_address": "不在考点内网",
        "camera.address_taken": "后1 已用这个地址",
    }
    for source, status, code in REFUSED:
        answer = coordinator.post(URL, data=form(other, source=source))
        assert (answer.status_code, words[code] in answer.text, "系统规则" in answer.text) == (status, True, True), (
            source
        )
    assert coordinator.post(URL, data=form(room, label="后1")).status_code == 409
    assert coordinator.post(URL, data=form(room, recorder=str(room.uid))).status_code == 422
    assert coordinator.post(URL, data=form(room, password="p")).status_code == 422
    for source in ("rtsp://10.1.2.3:8554/a", "rtsp://[fd00::1]/a"):
        assert coordinator.post(URL, data=form(room, source=source, label=source[-6:])).status_code == 302, source


def test_who_looks_after_a_site_and_nobody_else(place, make, sign_in, client) -> None:
    body, room, _, _ = place
    camera = make.camera(room, source="rtsp://192.168.1.64/1")
    for role in ("coordinator", "security"):
        assert sign_in(make.user(role, body)).get(f"{URL}{camera.uid}").status_code == 200
    stranger, guest = make.body(), make.body()
    use = {"guest_body_id": guest.id, "agreement": "7", "entered_by_name": "李", "entered_at": DAY}
    owner = {"body_id": body.id, "district": body.district}
    during = Range(DAY - timedelta(days=1), DAY + timedelta(days=9))
    make.save(SiteUse(**owner, site_id=room.site_id, during=during, **use))
    entered = {"entered_by_name": "李", "entered_at": DAY}
    make.save(CameraLogin(**owner, camera_id=camera.id, login_sealed=b"x", **entered))
    for other in (stranger, guest):
        them = sign_in(make.user("coordinator", other))
        assert them.get(f"{URL}{camera.uid}").status_code == 404
        assert them.post(f"{URL}{camera.uid}/login", data={"username": "a"}).status_code == 404
        assert them.post(URL, data=form(room)).status_code == 404
    guest_id = guest.id
    db.session.rollback()
    with scoped(Scope(bodies=(guest_id,))), transaction():
        assert db.session.execute(select(Camera.id)).all(), "a guest plans with the host's cameras"
        assert db.session.execute(select(CameraLogin.id)).all() == [], "and sees no login"
    assert sign_in(make.user("supervisor", district="440606")).get(URL).status_code == 403


def test_another_host_takes_the_login_with_it_and_the_trial_too(place, make, sign_in) -> None:
    body, room, _, _ = place
    coordinator = sign_in(make.user("coordinator", body))
    url = coordinator.post(URL, data=form(room, username="admin", password=SECRET)).location
    path = {**form(room), "source": "rtsp://192.168.1.64/Streaming/Channels/102"}
    assert coordinator.post(url, data=path).status_code == 302
    assert only(CameraLogin) is not None
    with transaction(SYSTEM):
        camera = db.session.execute(select(Camera)).scalar_one()
        camera.fitness = {"trial": {"state": "passed", "number": "SY2026-0001", "day": "2026-11-23"}}
    assert coordinator.post(url, data={**path, "source": "rtsp://192.168.1.65/1"}).status_code == 302
    assert "已清除" in coordinator.get(url).text
    with transaction(SYSTEM):
        assert db.session.execute(select(CameraLogin)).first() is None
        assert "trial" not in db.session.execute(select(Camera.fitness)).scalar_one()
    assert "还没有通过试运行" in coordinator.post(f"{url}/admit").text
    with transaction(SYSTEM):
        camera = db.session.execute(select(Camera)).scalar_one()
        camera.fitness = {"trial": {"state": "passed", "number": "SY2026-0002", "day": "2026-11-23"}}
    assert coordinator.post(f"{url}/admit").status_code == 302
    camera = only(Camera)
    assert (camera.admitted_at is not None, camera.fitness["admitted_by_trial"]) == (True, "SY2026-0002")
    # An admitted one that is changed is to be tried and admitted anew.
    assert coordinator.post(url, data={**path, "source": "rtsp://192.168.1.66/1"}).status_code == 302
    page = coordinator.get(url).text
    assert "试运行通过、再准入后恢复" in page
    assert f'action="{url}/admit"' not in page, "what was not tried is not offered for admission"
    assert "待再准入" in coordinator.get(URL).text
    assert "还没有通过试运行" in coordinator.post(f"{url}/admit").text
    with transaction(SYSTEM):
        passed(db.session.execute(select(Camera)).scalar_one(), "SY2026-0003")
    assert coordinator.post(f"{url}/admit").status_code == 302
    assert "再准入" not in coordinator.get(URL).text


def passed(camera: Camera, number: str) -> None:
    camera.fitness = {**camera.fitness, "trial": {"state": "passed", "number": number, "day": "2026-11-23"}}


def test_a_retired_camera_keeps_its_history_breaks_what_counts_on_it_and_takes_no_part(
    place, make, sign_in, client, clock
) -> None:
    body, room, other, boxes = place
    camera = make.camera(room, "前1", source="rtsp://192.168.1.64/1")
    batch = make.batch(body)
    when = clock.now() + timedelta(days=2)
    session, turns = make.session_with_turns(batch, room, turns=1, capacity=2, starts_at=when, state="approved")
    make.panel(session)
    with transaction(SYSTEM):
        recount(session, rulebook())
    for application in make.applications(batch, body, 2):
        make.booking(turns[0], application)
    with transaction(SYSTEM):
        db.session.execute(update(Turn).values(taken=2, capacity=2))
        assert plan_armings(session, rulebook(), clock) == 1
    coordinator, url = sign_in(make.user("coordinator", body)), f"{URL}{camera.uid}"
    coordinator.post(f"{url}/login", data={"username": "admin", "password": SECRET})
    assert "2 人会没有位子" in coordinator.get(url).text
    unseen = coordinator.post(f"{url}/retire", data={"reason": "拆走", "sessions": "0", "people": "0"})
    assert (unseen.status_code, "影响变了" in unseen.text) == (409, True)
    seen = {"sessions": "1", "people": "2"}
    coordinator.set_cookie("examops_language", "en")
    moved = coordinator.post(f"{url}/move", data={"room": str(other.uid), "label": "前1", **seen})
    coordinator.delete_cookie("examops_language")
    assert moved.status_code == 302
    with transaction(SYSTEM):
        old = db.session.get_one(Camera, camera.id, populate_existing=True)
        new = db.session.execute(select(Camera).where(Camera.room_id == other.id)).scalar_one()
        assert (old.retired_at is not None, old.source == new.source, new.admitted_at) == (True, True, None)
        assert db.session.execute(select(Arming.state)).scalar_one() == "cancelled"
        lost = db.session.execute(select(SessionBreak)).scalar_one()
        assert (lost.people, lost.reason) == (2, f"移到 {other.name}"), "stored in Chinese, whoever acts"
        stations = [one.id for one in make.stations(room)]
        assert coverage_of(stations).throughout(session.during) == frozenset()
        assert logins_for([old.id, new.id], keyring()) == {new.id: {"username": "admin", "password": SECRET}}
        assert plan_armings(session, rulebook(), clock) == 0
    assert [one["camera_uid"] for one in told(client, boxes["one"]).values()] == [str(new.uid)]
    for act, data in (("", form(room)), ("/login", {}), ("/retire", {"reason": "x"}), ("/admit", {})):
        assert coordinator.post(f"{url}{act}", data=data).status_code == 409, act
    assert str(camera.uid) in coordinator.get(f"{URL}?retired=1").text
    assert str(camera.uid) not in coordinator.get(URL).text
    assert "前1" not in coordinator.get(f"/outages/?room={room.uid}").text


def test_a_camera_that_records_is_not_taken_down(place, make, sign_in, clock) -> None:
    body, room, _, _ = place
    camera = make.camera(room, source="rtsp://192.168.1.64/1")
    session, _ = make.session_with_turns(make.batch(body), room, starts_at=clock.now(), state="running")
    with transaction(SYSTEM):
        plan_armings(session, rulebook(), clock)
        arm_due(clock)
    coordinator, url = sign_in(make.user("coordinator", body)), f"{URL}{camera.uid}"
    page = coordinator.get(url).text
    assert ("会记为缺口" in page, "录完这一场以后再移走或撤下" in page) == (True, True)
    answer = coordinator.post(f"{url}/retire", data={"reason": "拆走"})
    assert (answer.status_code, "正在录" in answer.text) == (409, True)


def test_everything_wrong_with_a_camera_is_told_once_and_at_once(place, make, sign_in) -> None:
    """The address was looked at only after the other fields, and each fault stood on the page twice, once nameless."""
    body, room, _, _ = place
    camera = make.camera(room, source="rtsp://192.168.1.64/1")
    coordinator, url = sign_in(make.user("coordinator", body)), f"{URL}{camera.uid}"
    wrong = form(room, label="", width="0", source="rtsp://admin:secret@8.8.8.8/x")
    for address in (URL, url):
        page = coordinator.post(address, data=wrong)
        assert (page.status_code, "有 3 处要改" in page.text, page.text.count("改好后再提交")) == (422, True, 0)
        for words in ("写摄像机的名称", "画面宽写 1 到 16384 的整数", "不带账号密码"):
            assert page.text.count(words) >= 2, words  # in the list above and at its field
    assert "会记为缺口" not in coordinator.get(url).text
    ids = re.findall(r' id="([^"]+)"', coordinator.get(url).text)
    assert len(set(ids)) == len(ids)


def test_logins_go_under_the_new_secret_and_one_that_no_key_opens_is_left_out(place, make, clock) -> None:
    _, room, _, _ = place
    camera = make.camera(room)
    before, now = Keyring("old" * 20), Keyring("new" * 20, None, Keyring("old" * 20))
    with transaction(SYSTEM):
        keep_login(camera, "admin", SECRET, ring=before, actor=ACTOR, clock=clock)
        change = Change(now, clock.now())
        assert STORES[0].count_left(change) == 1
        assert STORES[0].write_batch(change, 0, 10).written == 1
        assert STORES[0].count_left(change) == 0
        assert logins_for([camera.id], Keyring("new" * 20))[camera.id]["password"] == SECRET
        assert logins_for([camera.id], before) == {}
        tags = select(AuditEntry.tag).where(AuditEntry.tag == "camera:login_changed")
        assert db.session.execute(tags).scalar_one()
