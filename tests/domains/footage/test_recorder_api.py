"""The way of a segment from the box to the archive, with real uploads to the real store."""

import base64
import threading
from collections.abc import Callable
from datetime import timedelta

import cv2
import numpy as np
import pytest
from flask import Flask
from sqlalchemy import func, select, text

from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.extensions import store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.archive.arming import watch_cameras
from examops.footage.models import Alarm, CameraState, Gap, Segment
from examops.organisations.models import Body
from tests.domains.footage.conftest import API, Box, Scene, payload, put, sealed, stamp
from tests.factories import Factory
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.s3, pytest.mark.postgres]


def stored(uid: str) -> Segment:
    with transaction(SYSTEM):
        return db.session.execute(select(Segment).where(Segment.uid == uid)).scalar_one()


def count(table: type) -> int:
    with transaction(SYSTEM):
        return db.session.execute(select(func.count()).select_from(table)).scalar_one()


def first(box: Box, scene: Scene, body: bytes, **changed) -> dict:
    start = scene.session.starts_at
    return box.sidecar(scene.armings[0], scene.cameras[0], start, body=body, **changed)


def test_a_segment_is_verified_by_the_stores_own_word(box: Box, scene: Scene) -> None:
    body = payload()
    sidecar = first(box, scene, body)
    upload = box.announce(sidecar)[0]["upload"]
    answer = put(upload, body)
    assert answer.status == 200
    version = answer.headers["x-amz-version-id"]
    receipt = box.confirm(sidecar["segment_uid"], version)
    assert (receipt["state"], receipt["error"], receipt["upload"]) == ("verified", None, None)
    segment = stored(sidecar["segment_uid"])
    assert (segment.state, segment.version_id) == ("verified", version)
    assert segment.object_key == (
        f"sessions/{scene.session.uid}/{scene.cameras[0].uid}/{sidecar['run_uid']}/000000-{sidecar['segment_uid']}.mp4"
    )


def test_a_verified_segment_waits_for_its_frames(box: Box, scene: Scene) -> None:
    body = payload()
    sidecar = first(box, scene, body)
    box.archive(sidecar, body)
    with transaction(SYSTEM):
        jobs = db.session.execute(text("SELECT task_name, queue_name, args FROM procrastinate_jobs")).all()
    assert [tuple(job) for job in jobs] == [("footage.sample", "media", {"segment_uid": sidecar["segment_uid"]})]


def test_other_bytes_than_announced_are_refused_by_the_store(box: Box, scene: Scene) -> None:
    sidecar = first(box, scene, payload())
    upload = box.announce(sidecar)[0]["upload"]
    assert put(upload, payload()).status == 400
    receipt = box.confirm(sidecar["segment_uid"])
    assert (receipt["state"], receipt["error"]) == ("announced", "store.missing")
    assert receipt["upload"]["url"].startswith("http")


def test_other_bytes_under_the_key_are_quarantined(app: Flask, box: Box, scene: Scene) -> None:
    sidecar = first(box, scene, payload())
    box.announce(sidecar)
    with app.app_context():
        store().put("footage", stored(sidecar["segment_uid"]).object_key, b"something else")
    assert box.confirm(sidecar["segment_uid"])["state"] == "quarantined"
    assert stored(sidecar["segment_uid"]).quarantine_reason == "store.mismatch"
    with transaction(SYSTEM):
        assert db.session.execute(select(Alarm.kind)).scalars().all() == ["quarantined"]


@pytest.mark.parametrize(
    ("content_type", "state"),
    [
        ("video/mp4", "verified"),
        ("application/octet-stream", "verified"),  # what a recorder of the release before leaves to the store
        ("text/html", "quarantined"),
        ("image/svg+xml", "quarantined"),
        ("video/mp4; charset=utf-7", "quarantined"),
    ],
)
def test_the_right_bytes_under_another_type_are_quarantined(
    app: Flask, box: Box, scene: Scene, content_type: str, state: str
) -> None:
    """Whoever holds the store's key could file a recording that a browser opens as a page."""
    body = payload()
    sidecar = first(box, scene, body)
    box.announce(sidecar)
    with app.app_context():
        store().put("footage", stored(sidecar["segment_uid"]).object_key, body, content_type)
    assert box.confirm(sidecar["segment_uid"])["state"] == state
    assert stored(sidecar["segment_uid"]).quarantine_reason == ("" if state == "verified" else "store.mismatch")


def test_an_upload_that_was_done_twice_is_accepted(box: Box, scene: Scene) -> None:
    body = payload()
    sidecar = first(box, scene, body)
    upload = box.announce(sidecar)[0]["upload"]
    assert put(upload, body).status == 200
    assert put(upload, body).status == 412
    assert box.confirm(sidecar["segment_uid"], "")["state"] == "verified"


def test_every_call_may_be_repeated(box: Box, scene: Scene) -> None:
    body = payload()
    sidecar = first(box, scene, body)
    assert box.announce(sidecar)[0]["state"] == box.announce(sidecar)[0]["state"] == "announced"
    assert box.archive(sidecar, body)["state"] == "verified"
    assert box.confirm(sidecar["segment_uid"])["state"] == "verified"
    again = box.announce(sidecar)[0]
    assert (again["state"], again["upload"]) == ("verified", None)
    assert count(Segment) == 1


@pytest.mark.parametrize(
    "change", [{"end": "2026-11-23T01:00:30.000Z"}, {"sha256": "0" * 64}, {"lost_packets": 7}, {"signature": "AAAA"}]
)
def test_a_tampered_sidecar_is_quarantined(box: Box, scene: Scene, change: dict) -> None:
    sidecar = first(box, scene, payload()) | change
    result = box.announce(sidecar)[0]
    assert (result["state"], result["error"], result["upload"]) == ("quarantined", "signature.invalid", None)
    assert stored(sidecar["segment_uid"]).quarantine_reason == "signature.invalid"


def test_a_second_story_under_the_same_name_is_refused_and_the_first_stands(box: Box, scene: Scene) -> None:
    body = payload()
    sidecar = first(box, scene, body)
    box.archive(sidecar, body)
    other = sealed(sidecar | {"lost_packets": 3}, box.key)
    assert box.announce(other)[0]["error"] == "segment.changed"
    assert stored(sidecar["segment_uid"]).state == "verified"


def test_the_segments_of_a_run_form_a_chain(box: Box, scene: Scene) -> None:
    start, bodies = scene.session.starts_at, [payload(), payload(), payload()]
    place = (scene.armings[0], scene.cameras[0])
    one = box.sidecar(*place, start, body=bodies[0])
    run = one["run_uid"]
    minute = timedelta(minutes=1)
    two = box.sidecar(*place, start + minute, body=bodies[1], run=run, sequence=1)
    box.tips[run] = "0" * 64
    three = box.sidecar(*place, start + 2 * minute, body=bodies[2], run=run, sequence=2)
    results = box.announce(one, two, three)
    assert [result["error"] for result in results] == [None, None, "chain.broken"]


def test_a_chain_is_checked_also_when_the_earlier_part_comes_later(box: Box, scene: Scene) -> None:
    place, start = (scene.armings[0], scene.cameras[0]), scene.session.starts_at
    one = box.sidecar(*place, start, body=payload())
    two = box.sidecar(*place, start + timedelta(minutes=1), body=payload(), run=one["run_uid"], sequence=1)
    assert box.announce(two)[0]["error"] is None
    forged = sealed(one | {"lost_packets": 9}, box.key)
    assert box.announce(forged)[0]["error"] == "chain.broken"


def test_a_malformed_sidecar_is_answered_and_written_down(box: Box, scene: Scene) -> None:
    good, bad = first(box, scene, payload()), {"segment_uid": "x", "version": 1}
    results = box.announce(bad, good)
    assert [(r["state"], r["error"]) for r in results] == [("quarantined", "sidecar.malformed"), ("announced", None)]
    with transaction(SYSTEM):
        assert "segment:quarantined" in db.session.execute(select(AuditEntry.tag)).scalars().all()


def test_footage_outside_the_armed_time_is_not_taken(box: Box, scene: Scene) -> None:
    late = scene.armings[0].during.upper + timedelta(minutes=5)
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], late, body=payload())
    assert box.announce(sidecar)[0]["error"] == "time.outside_arming"


def test_a_camera_of_another_body_is_not_found(box: Box, scene: Scene, stage: Callable[..., Scene]) -> None:
    other = stage("440604")
    uid, now = str(other.cameras[0].uid), stamp(other.session.starts_at)
    word = {"camera_uid": uid, "state": "recording", "at": now}
    assert box.post("/health", {"cameras": [word]}).json["refused"] == [uid]
    assert count(CameraState) == 0
    headers = {"Authorization": f"Bearer {box.token}", "X-Taken-At": now}
    assert box.client.post(f"{API}/snapshot/{uid}", data=b"\xff\xd8", headers=headers).status_code == 404


def test_what_does_not_belong_here_is_refused_and_holds_up_nothing(
    box: Box, scene: Scene, stage: Callable[..., Scene]
) -> None:
    other = stage("440604")
    foreign = box.sidecar(other.armings[0], other.cameras[0], other.session.starts_at, body=payload())
    results = box.announce(foreign, first(box, scene, payload()))
    assert [(r["state"], r["error"]) for r in results] == [("quarantined", "not_found"), ("announced", None)]
    assert count(Segment) == 1
    span = {"start": "2026-11-23T01:00:00.000Z", "end": "2026-11-23T01:00:42.000Z", "reason": "timeout"}
    uids = ("0b7c6a34-7c55-4a54-9e9c-0d9b3a0b1c11", "0b7c6a34-7c55-4a54-9e9c-0d9b3a0b1c12")
    gaps = [
        {"gap_uid": uid, "arming_uid": str(place.armings[0].uid), "camera_uid": str(place.cameras[0].uid), **span}
        for uid, place in zip(uids, (other, scene), strict=True)
    ]
    answer = box.post("/gaps", {"gaps": gaps}).json["results"]
    assert [gap["state"] for gap in answer] == ["not_found", "recorded"]


def test_a_segment_of_another_body_cannot_be_confirmed(
    box: Box, scene: Scene, stage: Callable[..., Scene], pair_box: Callable
) -> None:
    sidecar = first(box, scene, payload())
    box.announce(sidecar)
    stranger = pair_box(stage("440604").site)
    answer = stranger.post("/segments/confirm", {"segments": [{"segment_uid": sidecar["segment_uid"]}]})
    assert [(one["state"], one["error"]) for one in answer.json["results"]] == [("quarantined", "not_found")]
    assert stored(sidecar["segment_uid"]).state == "announced"


@pytest.mark.race
def test_two_confirms_at_once_verify_once(app: Flask, box: Box, scene: Scene) -> None:
    body = payload()
    sidecar = first(box, scene, body)
    put(box.announce(sidecar)[0]["upload"], body)
    barrier, states = threading.Barrier(2), []

    def confirm() -> None:
        mine = Box(app.test_client(), box.token, box.key)
        barrier.wait(PATIENCE_S)
        states.append(mine.confirm(sidecar["segment_uid"])["state"])

    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert states == ["verified", "verified"]
    with transaction(SYSTEM):
        assert db.session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar() == 1


def test_the_key_of_a_revoked_box_signs_nothing_that_was_recorded_later(
    box: Box, scene: Scene, clock: FixedClock, pair_box
) -> None:
    """The box was lost and taken out of use; its successor sends what the old one recorded before, and no more."""
    armed_at, gone_at = scene.session.starts_at, scene.session.starts_at + timedelta(minutes=3)
    gone = text("UPDATE device SET revoked_at = :at WHERE uid = :uid")
    with transaction(SYSTEM):
        db.session.execute(gone, {"at": gone_at, "uid": box.uid})
    successor = pair_box(scene.site)
    camera, body = (scene.armings[0], scene.cameras[0]), payload()
    before, after = (box.sidecar(*camera, armed_at + timedelta(minutes=n), body=body) for n in (2, 3))
    results = [(result["state"], result["error"]) for result in successor.announce(before, after)]
    assert results == [("announced", None), ("quarantined", "signature.invalid")]


def test_a_box_without_token_or_after_revocation_stays_outside(box: Box, clock: FixedClock) -> None:
    assert box.get("/plan").status_code == 200
    assert box.client.get(API + "/plan").status_code == 401
    with transaction(SYSTEM):
        db.session.execute(text("UPDATE device SET revoked_at = now()"))
    assert box.get("/plan").status_code == 401


def test_a_pairing_code_works_once_and_not_for_long(
    make: Factory, scene: Scene, client, clock: FixedClock, pair_box
) -> None:
    from examops.accounts.pairing import create_pairing_code

    with transaction(SYSTEM):
        code, old = (create_pairing_code(scene.site, "recorder", clock=clock) for _ in range(2))
    body = {"name": "盒", "public_key": base64.b64encode(bytes(32)).decode()}
    assert client.post(API + "/pair", json={**body, "code": code}).status_code == 200
    other = base64.b64encode(bytes([1] * 32)).decode()
    assert (
        client.post(API + "/pair", json={**body, "code": code, "public_key": other}).json["code"] == "device.code_used"
    )
    clock.instant += timedelta(hours=25)
    assert client.post(API + "/pair", json={**body, "code": old}).status_code == 403


def test_nobody_can_try_codes_all_day(client, make: Factory) -> None:
    body = {"name": "盒", "public_key": base64.b64encode(bytes(32)).decode(), "code": "WRONG"}
    answers = [client.post(API + "/pair", json=body).status_code for _ in range(21)]
    assert (answers[0], answers[-1]) == (403, 429)


def test_the_plan_names_armings_and_cameras_of_the_site(box: Box, scene: Scene) -> None:
    plan = box.get("/plan").json
    assert [arming["camera_uid"] for arming in plan["armings"]] == [str(camera.uid) for camera in scene.cameras]
    arming = plan["armings"][0]
    assert (arming["start"], arming["end"], arming["state"]) == (
        "2026-11-23T00:00:00.000Z",
        "2026-11-23T01:55:00.000Z",
        "armed",
    )
    assert plan["snapshot_seconds"] == 30
    assert plan["stale_seconds"] == 10
    assert plan["live"] == []
    assert {camera["source"] for camera in plan["cameras"]} == {camera.source for camera in scene.cameras}


def test_a_gap_is_taken_once(box: Box, scene: Scene) -> None:
    gap = {
        "gap_uid": "0b7c6a34-7c55-4a54-9e9c-0d9b3a0b1c11",
        "arming_uid": str(scene.armings[0].uid),
        "camera_uid": str(scene.cameras[0].uid),
        "start": "2026-11-23T01:00:00.000Z",
        "end": "2026-11-23T01:00:42.000Z",
        "reason": "timeout",
        "detail": "",
    }
    states = [box.post("/gaps", {"gaps": [gap]}).json["results"][0]["state"] for _ in range(2)]
    assert states == ["recorded", "known"]
    assert count(Gap) == 1


def test_health_keeps_the_newest_word_and_asks_for_pictures(box: Box, scene: Scene, clock: FixedClock) -> None:
    camera = scene.cameras[0]
    new, old = clock.now(), clock.now() - timedelta(seconds=30)
    for state, at in (("recording", new), ("offline", old)):
        answer = box.post("/health", {"cameras": [{"camera_uid": str(camera.uid), "state": state, "at": stamp(at)}]})
    assert set(answer.json["snapshots"]) == {str(each.uid) for each in scene.cameras}
    with transaction(SYSTEM):
        assert db.session.execute(select(CameraState.state)).scalars().all() == ["recording"]


def test_a_camera_that_goes_away_is_an_alarm_until_it_is_back(box: Box, scene: Scene, clock: FixedClock) -> None:
    def say(state: str) -> list[tuple[str, bool]]:
        word = {"camera_uid": str(scene.cameras[0].uid), "state": state, "at": stamp(clock.now()), "skew_ms": 0}
        assert box.post("/health", {"cameras": [word]}).status_code == 200
        clock.instant += timedelta(seconds=5)
        with transaction(SYSTEM):
            return [(row.kind, row.ended_at is None) for row in db.session.execute(select(Alarm)).scalars()]

    assert say("recording") == []
    assert say("offline") == say("offline") == [("offline", True)]
    assert say("recording") == [("offline", False)]


def test_whoever_mends_a_camera_reads_what_is_wrong_with_it_now(
    box: Box, scene: Scene, clock: FixedClock, make: Factory, sign_in
) -> None:
    district, coordinator = (
        make.user("supervisor", district="440606"),
        make.user("coordinator", make.session.get_one(Body, scene.session.body_id)),
    )

    def say(detail: str) -> tuple[str, str, str]:
        word = {"camera_uid": str(scene.cameras[0].uid), "state": "offline", "at": stamp(clock.now()), "detail": detail}
        assert box.post("/health", {"cameras": [word]}).status_code == 200
        clock.instant += timedelta(seconds=5)
        with transaction(SYSTEM):
            (alarm,) = db.session.execute(select(Alarm).where(Alarm.kind == "offline")).scalars()
        (tile,) = (
            tile["words"]
            for tile in sign_in(district).get("/footage/wall/data.json").json["tiles"]
            if tile["camera_uid"] == str(scene.cameras[0].uid)
        )
        return str(alarm.detail), tile.partition(" · ")[2], sign_in(coordinator).get("/devices/").text

    for detail, words in (
        ("no_answer", "连不上摄像机：请查电源、网线和地址"),
        ("not_h264", "编码不是 H.264：请把摄像机这一路设为 H.264"),
        ("auth_failed", "密码不对"),
    ):
        alarm, tile, devices = say(detail)
        assert (alarm, tile) == (words, words)
        assert f"{scene.cameras[0].label}: {words}" in devices


def test_a_camera_said_to_be_recording_without_a_picture_is_an_alarm_until_one_comes(
    box: Box, scene: Scene, clock: FixedClock
) -> None:
    def report(seconds_since: int) -> tuple[str, list[bool]]:
        newest = stamp(clock.now() - timedelta(seconds=seconds_since))
        word = {"camera_uid": str(scene.cameras[0].uid), "state": "recording", "at": stamp(clock.now())}
        assert box.post("/health", {"cameras": [{**word, "last_picture_at": newest}]}).status_code == 200
        clock.instant += timedelta(seconds=5)
        with transaction(SYSTEM):
            query = select(Alarm).where(Alarm.kind == "offline", Alarm.camera_id == scene.cameras[0].id)
            alarms = db.session.execute(query).scalars()
            return db.session.execute(select(CameraState.state)).scalar_one(), [row.ended_at is None for row in alarms]

    limit = rulebook().value("footage.camera_stale_seconds", clock.now().date())
    assert report(limit) == ("recording", [])
    assert report(limit + 1) == ("offline", [True])
    with transaction(SYSTEM):
        watch_cameras(rulebook(), clock)
        ends = select(Alarm.ended_at).where(Alarm.kind == "offline", Alarm.camera_id == scene.cameras[0].id)
        assert db.session.execute(ends).scalar_one() is None
    assert report(0) == ("recording", [False])


def test_a_clock_that_is_off_and_a_full_disk_are_alarms(box: Box, scene: Scene, clock: FixedClock) -> None:
    word = {"camera_uid": str(scene.cameras[0].uid), "state": "recording", "at": stamp(clock.now()), "skew_ms": 2400}
    box.post("/health", {"cameras": [word], "spool": {"disk_fill_percent": 91.0}})
    with transaction(SYSTEM):
        found = {alarm.kind: alarm.detail for alarm in db.session.execute(select(Alarm)).scalars()}
    assert found == {"clock": "+2.4 s", "spool": "91 % / 限 85 %"}


def test_a_snapshot_lies_in_the_store_and_is_not_asked_for_again(
    app: Flask, box: Box, scene: Scene, clock: FixedClock
) -> None:
    camera, jpeg = scene.cameras[0], bent_jpeg(160, 90)
    headers = {"Authorization": f"Bearer {box.token}", "X-Taken-At": stamp(clock.now())}
    answer = box.client.post(f"{API}/snapshot/{camera.uid}", data=jpeg, headers=headers)
    assert answer.status_code == 204
    with app.app_context():
        assert store().get("derived", f"snapshots/{camera.uid}.jpg") == jpeg
    wanted = box.post("/health", {"cameras": []}).json["snapshots"]
    assert wanted == [str(scene.cameras[1].uid)]


def test_a_snapshot_that_is_no_picture_is_refused(box: Box, scene: Scene, clock: FixedClock) -> None:
    headers = {"Authorization": f"Bearer {box.token}", "X-Taken-At": stamp(clock.now())}
    url = f"{API}/snapshot/{scene.cameras[0].uid}"
    assert box.client.post(url, data=b"<html>", headers=headers).status_code == 422


def bent_jpeg(width: int, height: int) -> bytes:
    """Says another size than it has."""
    jpeg = bytearray(cv2.imencode(".jpg", np.full((90, 160, 3), 90, np.uint8))[1].tobytes())
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(jpeg)


@pytest.mark.parametrize(
    "jpeg",
    [
        bent_jpeg(65000, 65000),
        bent_jpeg(9000, 9000),
        bent_jpeg(4097, 100),
        bent_jpeg(160, 90)[:-40],
        b"\xff\xd8\xff\xd9",
    ],
    ids=["65000", "9000", "wider than 4K", "cut short", "empty"],
)
def test_a_snapshot_that_nobody_could_look_at_leaves_the_good_one(
    app: Flask, box: Box, scene: Scene, clock: FixedClock, jpeg: bytes
) -> None:
    url, good = f"{API}/snapshot/{scene.cameras[0].uid}", bent_jpeg(160, 90)
    for body, expected in ((good, 204), (jpeg, 422)):
        clock.instant += timedelta(seconds=5)
        headers = {"Authorization": f"Bearer {box.token}", "X-Taken-At": stamp(clock.now())}
        answer = box.client.post(url, data=body, headers=headers)
        assert answer.status_code == expected, answer.text
    assert answer.json["code"] == "snapshot.unreadable"
    with app.app_context():
        assert store().get("derived", f"snapshots/{scene.cameras[0].uid}.jpg") == good
    with transaction(SYSTEM):
        assert db.session.execute(select(CameraState.snapshot_at)).scalar_one() == clock.now() - timedelta(seconds=5)


def test_what_does_not_work_in_the_box_is_one_alarm_until_it_works_again(box: Box, scene: Scene) -> None:
    def alarms(faults: list[str] | None) -> list[tuple[str, str, bool]]:
        spool = {"disk_fill_percent": 1.0} | ({} if faults is None else {"faults": faults})
        assert box.post("/health", {"cameras": [], "spool": spool}).status_code == 200
        with transaction(SYSTEM):
            query = select(Alarm).where(Alarm.kind == "recorder").order_by(Alarm.id)
            return [(a.kind, str(a.detail), a.ended_at is None) for a in db.session.execute(query).scalars()]

    assert alarms(None) == []  # a recorder from before this field
    told = ("recorder", "refresh_plan: OSError; set aside: x.json", True)
    assert alarms(["refresh_plan: OSError", "set aside: x.json"]) == [told]
    assert alarms(["refresh_plan: OSError"]) == [told]
    assert alarms([]) == [(*told[:2], False)]
