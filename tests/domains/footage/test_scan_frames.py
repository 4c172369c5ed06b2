"""The room's camera at the moment of a scan: cut from verified footage, kept with it, shown to whoever compares."""

import hashlib
import uuid
from datetime import timedelta

import cv2
import numpy as np
import pytest
import urllib3
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.checkin.models import IdentityCheck, Scan, ScanFrame
from examops.core.database import db
from examops.core.extensions import parts, store
from examops.core.language import Message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage import jobs
from examops.footage.pictures.scan_frames import scans_without_frame
from examops.organisations.models import Body
from tests.domains.footage.conftest import seat_somebody
from tests.domains.footage.test_frames import clip, in_worker, keyframe_of
from tests.domains.footage.test_retention import planned
from tests.fixtures.footage_pages import fragments

__all__ = ["clip"]
pytestmark = [pytest.mark.postgres, pytest.mark.s3]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def record(box, scene, clip):
    """Archive a minute of real video of the n-th camera from the start of the exam on."""
    head, parts = fragments(clip)
    index = [
        [offset, length, *keyframe_of(clip, offset, length), 2000 * n, 2000, 50, True]
        for n, (offset, length) in enumerate(parts)
    ]

    def run(camera: int) -> None:
        place = (scene.armings[camera], scene.cameras[camera], scene.session.starts_at)
        sidecar = box.sidecar(*place, body=clip, init_length=head, fragments=index)
        assert box.archive(sidecar, clip)["state"] == "verified"

    return run


@pytest.fixture
def sitting(scene, make):
    return seat_somebody(scene, make)


@pytest.fixture
def scanned(scene, make, sitting):
    """A scan of the person, so many seconds after the start of the exam."""

    def at(seconds: float, outcome: str = "admitted") -> Scan:
        moment = scene.session.starts_at + seconds * SECOND
        times = {"scanned_at": moment, "received_at": moment, "judged_at": moment}
        facts = {"desk": "东门", "operator_uid": uuid.uuid4(), "nonce": uuid.uuid4(), "via": "scanner", "answer": {}}
        owner = {"body_id": sitting.body_id, "district": sitting.district, "session_id": sitting.session_id}
        return make.save(Scan(**owner, **times, **facts, outcome=outcome, booking_id=sitting.booking_id))

    return at


@pytest.fixture
def find(job_app, clock):
    """What the timed job says that looks for scans whose picture can be cut."""
    return lambda: _work(job_app, clock, jobs.find_scan_frames)


@pytest.fixture
def cut(job_app, clock):
    """Cut the picture of a scan as a worker does."""
    return lambda scan: _work(job_app, clock, jobs.scan_frame, scan_uid=str(scan.uid))


def _work(job_app, clock, task, **arguments) -> str:
    with job_app.app_context():
        parts().clock.instant = clock.now()
    return str(in_worker(job_app, task, **arguments))


def frames() -> list[ScanFrame]:
    with transaction(SYSTEM):
        query = select(ScanFrame).order_by(ScanFrame.id).execution_options(populate_existing=True)
        return list(db.session.execute(query).scalars())


def waiting(clock) -> list[uuid.UUID]:
    with transaction(SYSTEM):
        return scans_without_frame(clock)


def doubt(make, sitting, checked_at) -> None:
    sitting.identity_doubt = Message("人证不符")
    make.save(make.session.merge(sitting))
    owner = {"body_id": sitting.body_id, "district": sitting.district, "sitting_id": sitting.id}
    by = {"checked_by_uid": uuid.uuid4(), "checked_by": "周玲", "checked_at": checked_at}
    make.save(IdentityCheck(**owner, **by, result="other"))


def test_the_picture_of_a_scan_is_cut_from_the_footage_and_kept_with_its_digest(
    find, cut, scanned, record, scene, job_app, clock
) -> None:
    scan = scanned(31)
    assert find() == "", "no footage yet"
    record(0)
    assert find() == "1 次扫码的画面可以截取"
    assert cut(scan) == ""
    (frame,) = frames()
    with job_app.app_context():
        jpeg = store().get("derived", frame.object_key)
    assert (hashlib.sha256(jpeg).digest(), len(jpeg)) == (frame.sha256, frame.size)
    assert cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).shape[:2] == (360, 640)
    assert (frame.scan_id, frame.camera_label) == (scan.id, scene.cameras[0].label)
    assert frame.taken_at == scene.session.starts_at + 30 * SECOND, "the last picture that stands alone"
    assert cut(scan) == "已有画面，或还没有录像"
    assert (find(), len(frames())) == ("", 1)
    with transaction(SYSTEM):
        entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "footage:scan_frame_taken")).scalar_one()
    assert entry.payload["sha256"] == frame.sha256.hex()


def test_the_camera_at_the_door_is_waited_for(cut, scanned, record, scene, clock, make) -> None:
    door = scene.cameras[1]
    door.is_door = True
    make.save(make.session.merge(door))
    scan = scanned(31)
    record(0)
    assert waiting(clock) == [], "the camera at the door may still send"
    record(1)
    assert waiting(clock) == [scan.uid]
    cut(scan)
    assert frames()[0].camera_label == door.label


def test_where_the_camera_at_the_door_sent_nothing_another_one_is_taken(
    cut, scanned, record, scene, clock, make
) -> None:
    scene.cameras[1].is_door = True
    make.save(make.session.merge(scene.cameras[1]))
    scan = scanned(31)
    record(0)
    clock.instant = scene.session.starts_at + 121 * MINUTE
    assert waiting(clock) == [scan.uid]
    cut(scan)
    assert frames()[0].camera_label == scene.cameras[0].label


def test_the_reviewer_sees_it_beside_the_person(cut, scanned, record, scene, make, sign_in, sitting) -> None:
    record(0)
    first, second = scanned(11), scanned(41, "repeated")
    for scan in (first, second):
        cut(scan)
    reviewer = sign_in(make.user("supervisor", district="440606"))

    def person() -> dict:
        return reviewer.get(f"/footage/review/{scene.session.uid}/data.json").json["people"][0]

    assert str(first.uid) in person()["scan_still_url"], "the scan that let them in"
    assert person()["scan_words"] == f"扫码时 09:00:11 · {scene.cameras[0].label}"
    assert urllib3.request("GET", person()["scan_still_url"]).status == 200
    doubt(make, sitting, second.received_at + SECOND)
    assert str(second.uid) in person()["scan_still_url"], "the one that somebody doubts"
    assert person()["matched_kind"] == "stop"


def test_the_door_sees_it_only_where_somebody_doubts(cut, scanned, record, scene, make, sign_in, sitting) -> None:
    record(0)
    scan = scanned(11)
    cut(scan)
    office = sign_in(make.user("coordinator", make.session.get_one(Body, scene.session.body_id)))
    page, frame = f"/desk/{scene.session.uid}/people", f"/desk/{scene.session.uid}/scans/{scan.uid}/frame.jpg"
    assert (office.get(frame).status_code, frame in office.get(page).text) == (404, False)

    doubt(make, sitting, scan.received_at + SECOND)
    assert frame in office.get(page).text
    answer = office.get(frame)
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
    with transaction(SYSTEM):
        assert db.session.execute(select(AuditEntry).where(AuditEntry.tag == "scan:frame_viewed")).scalar_one()
    stranger = sign_in(make.user("coordinator", make.body(district="440604")))
    assert stranger.get(frame).status_code == 404


def test_it_goes_with_the_footage(cut, scanned, record, scene, make, sign_in, sitting, clock) -> None:
    record(0)
    scan = scanned(11)
    cut(scan)
    doubt(make, sitting, scan.received_at + SECOND)
    body = make.session.get_one(Body, scene.session.body_id)
    assert planned(clock, scene, 1094) == []
    office = sign_in(make.user("coordinator", body))
    frame = f"/desk/{scene.session.uid}/scans/{scan.uid}/frame.jpg"
    assert office.get(frame).status_code == 200
    plan = planned(clock, scene, 1095)
    assert (len(plan), plan[-1]) == (2, ""), "one version of footage, and the picture cut from it"
    office = sign_in(make.user("coordinator", body))
    assert office.get(frame).status_code == 404
    assert frame not in office.get(f"/desk/{scene.session.uid}/people").text
