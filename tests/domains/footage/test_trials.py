"""Fitness trials: asked for on a page, taken by a box, judged by dated rules, never lost."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.models import Alarm
from examops.footage.trials.asking import ask_for_trials, watch_trials
from examops.footage.trials.judging import is_passed, judge_trial
from examops.footage.trials.models import FitnessTrial
from examops.organisations.models import Body
from examops.sites.models import Camera
from tests.domains.footage.conftest import API, Box, Scene
from tests.factories import DAY, ELECTRICIAN, Factory

pytestmark = [pytest.mark.s3, pytest.mark.postgres]
GOOD: dict[str, Any] = {
    "first_picture_ms": 1200,
    "seconds": 60.0,
    "width": 1280,
    "height": 720,
    "codec": "avc1.4d4028",
    "frames": 480,
    "frames_per_second": 8.0,
    "bytes_per_second": 90_000,
    "gaps": 0,
    "gap_ms": 0,
    "longest_pause_ms": 130,
    "lost_packets": 0,
    "damaged_frames": 0,
    "clock_offset_ms": 40,
}


def jpeg(seed: int | None) -> bytes:
    """Noise, another for each seed; None is a covered lens."""
    shape = (180, 320, 3)
    shown = np.zeros(shape, np.uint8) if seed is None else np.random.default_rng(seed).integers(0, 255, shape, np.uint8)
    return cv2.imencode(".jpg", shown)[1].tobytes()


def grey(seed: int | None) -> Any:
    return cv2.imdecode(np.frombuffer(jpeg(seed), np.uint8), cv2.IMREAD_GRAYSCALE)


@pytest.fixture
def asked(scene: Scene, make: Factory, sign_in) -> FitnessTrial:
    """The coordinator has asked for a trial of the first camera."""
    client = sign_in(make.user("coordinator", make.session.get_one(Body, scene.site.body_id)))
    page = client.get("/trials/").text
    assert all(camera.label in page for camera in scene.cameras)
    assert client.post("/trials/", data={"camera": str(scene.cameras[0].uid)}).status_code == 302
    assert client.post("/trials/", data={"camera": str(scene.cameras[0].uid)}).status_code == 409
    assert client.post("/trials/", data={}).status_code == 422
    return newest()


def newest() -> FitnessTrial:
    db.session.rollback()
    with transaction(SYSTEM):
        query = select(FitnessTrial).order_by(FitnessTrial.id.desc()).limit(1)
        return db.session.execute(query, execution_options={"populate_existing": True}).scalar_one()


def planned(box: Box) -> list[str]:
    return [one["trial_uid"] for one in box.get("/plan").json["trials"]]


def begin(box: Box, trial: FitnessTrial) -> str:
    run = str(uuid.uuid4())
    answer = box.post(f"/trials/{trial.uid}/begin", {"run_uid": run})
    assert answer.status_code == 204, answer.text
    return run


def send(box: Box, trial: FitnessTrial, run: str, number: int, body: bytes) -> int:
    headers = {"Authorization": f"Bearer {box.token}", "X-Run": run, "X-Number": str(number)}
    return box.client.post(f"{API}/trials/{trial.uid}/pictures", data=body, headers=headers).status_code


def report(box: Box, trial: FitnessTrial, run: str, **said: Any) -> int:
    return box.post(f"/trials/{trial.uid}/result", {"run_uid": run, **said}).status_code


def test_a_trial_is_taken_judged_and_shown_with_its_still(asked, box, scene, make, sign_in) -> None:
    assert planned(box) == [str(asked.uid)]
    run = begin(box, asked)
    assert newest().state == "running"
    assert [send(box, asked, run, n, jpeg(n)) for n in (1, 2, 3)] == [204, 204, 204]
    assert send(box, asked, run, 4, jpeg(4)) == 422
    assert send(box, asked, run, 1, b"no picture") == 422
    assert report(box, asked, run, state="done", measures=GOOD) == 204
    done = newest()
    assert (done.state, done.attempts, len(done.pictures), done.still_key) == ("passed", 1, 3, done.pictures[0])
    assert {line["outcome"] for line in done.lines} == {"pass"}
    assert all(line["hash"] and line["cited"] for line in done.lines)
    assert planned(box) == []
    assert report(box, asked, run, state="done", measures=GOOD) == 409, "what has ended stays as it is"
    with transaction(SYSTEM):
        camera = db.session.execute(select(Camera).where(Camera.id == scene.cameras[0].id)).scalar_one()
        db.session.refresh(camera)
        assert (camera.fitness["trial"]["number"], camera.fitness["trial"]["state"]) == (done.number, "passed")
        tags = set(db.session.execute(select(AuditEntry.tag)).scalars())
    assert {"trial:asked", "trial:ended"} <= tags
    body = make.session.get_one(Body, scene.site.body_id)
    filing = make.filing(body)
    cited = sign_in(make.user("coordinator", body)).get(f"/filings/{filing.uid}/pages/occupation-{ELECTRICIAN}").text
    assert (done.number in cited, "看得到 2 个工位" in cited) == (True, True)
    office = sign_in(make.user("district_bureau", district="440606"))
    filing.state, filing.clock_owner, filing.due_on = "submitted", "district_bureau", DAY.date()
    make.save(filing)
    assert done.number in office.get(f"/filings/{filing.uid}").text
    page = office.get(f"/trials/{done.uid}").text
    assert ("通过" in page, "画面宽度" in page, done.still_key in page) == (True, True, True)


def test_what_fails_is_named_with_its_clause_and_what_to_do(asked, box, make, sign_in, scene) -> None:
    run = begin(box, asked)
    send(box, asked, run, 1, jpeg(None))
    bad = {**GOOD, "width": 640, "height": 360, "gap_ms": 9000, "clock_offset_ms": None}
    assert report(box, asked, run, state="done", measures=bad) == 204
    found = newest()
    failed = {str(line["clause"]): line for line in found.lines if line["outcome"] == "fail"}
    assert found.state == "failed"
    assert set(failed) == {"画面宽度", "画面高度", "有画面的时间（%）", "画面"}
    assert "黑屏" in str(failed["画面"]["found"])
    assert all(str(line["advice"]) for line in failed.values())
    unclear = [str(line["clause"]) for line in found.lines if line["outcome"] == "unclear"]
    assert unclear == ["时钟偏差"]
    body = make.session.get_one(Body, scene.site.body_id)
    assert "湖南2023" in sign_in(make.user("coordinator", body)).get(f"/trials/{found.uid}").text


LIMITS = {
    "first_picture_ms": (10_000, 10_001),
    "width": (1280, 1279),
    "height": (720, 719),
    "frames_per_second": (5, 4.99),
    "gap_ms": (1200, 1300),
    "clock_offset_ms": (-2000, -2001),
    "bytes_per_second": (1_000_000, 1_000_001),
}


def test_each_limit_on_both_sides_to_the_unit() -> None:
    pictures = [grey(1), grey(2), grey(3)]
    for name, values in LIMITS.items():
        judged = [judge_trial({**GOOD, name: value}, pictures, rulebook(), DAY.date()) for value in values]
        assert [is_passed(lines) for lines in judged] == [True, False], name


def test_the_wait_for_a_first_picture_is_told_in_seconds() -> None:
    first = judge_trial({**GOOD, "first_picture_ms": 19_868}, [grey(1), grey(2)], rulebook(), DAY.date())[0]
    assert (str(first["found"]), str(first["limit"])) == ("19.868 秒", "≤ 10 秒")


def test_a_black_and_a_frozen_picture_fail_and_a_single_one_is_unclear() -> None:
    def of_picture(*greys: Any) -> tuple[str, str]:
        line = judge_trial(GOOD, greys, rulebook(), DAY.date())[-1]
        return line["outcome"], line["rule"]

    assert of_picture(grey(1), grey(2), grey(3)) == ("pass", "camera_health.black_mean_max")
    assert of_picture(grey(1), grey(1), grey(1)) == ("fail", "camera_health.frozen_motion_max")
    assert of_picture(grey(1), grey(1), grey(2)) == ("pass", "camera_health.black_mean_max")
    assert of_picture(grey(1), grey(None), grey(2)) == ("fail", "camera_health.black_mean_max")
    assert of_picture(grey(1))[0] == "unclear"
    assert of_picture()[0] == "fail"


def test_a_camera_that_is_away_could_not_be_tried(asked, box, make, sign_in, scene) -> None:
    run = begin(box, asked)
    assert report(box, asked, run, state="could_not_run", cause="no_answer") == 204
    assert (newest().state, newest().cause) == ("could_not_run", "no_answer")
    body = make.session.get_one(Body, scene.site.body_id)
    assert "连不上摄像机：请查电源、网线和地址" in sign_in(make.user("coordinator", body)).get("/trials/").text


def test_a_trial_is_taken_back_also_while_a_box_runs_it(asked, box, make, sign_in, scene) -> None:
    client = sign_in(make.user("coordinator", make.session.get_one(Body, scene.site.body_id)))
    url = f"/trials/{asked.uid}"
    assert "收回这次试运行" in client.get(url).text
    run = begin(box, asked)
    assert client.post(f"{url}/take-back").status_code == 302
    assert (newest().state, newest().cause) == ("could_not_run", "taken_back")
    assert report(box, asked, run, state="done", measures=GOOD) == 409
    assert planned(box) == []
    page = client.get(url).text
    assert ("提出的人收回了" in page, "收回这次试运行" in page) == (True, False)
    assert client.post(f"{url}/take-back").status_code == 409
    assert client.post("/trials/", data={"camera": str(scene.cameras[0].uid)}).status_code == 302, "asked for anew"


def test_a_passed_trial_leads_to_the_admission(asked, box, make, sign_in, scene) -> None:
    run = begin(box, asked)
    for number in (1, 2, 3):
        send(box, asked, run, number, jpeg(number))
    report(box, asked, run, state="done", measures=GOOD)
    with transaction(SYSTEM):
        camera = db.session.get_one(Camera, scene.cameras[0].id)
        camera.fitness = {**camera.fitness, "changed_at": DAY.isoformat()}
    client = sign_in(make.user("coordinator", make.session.get_one(Body, scene.site.body_id)))
    page = client.get(f"/trials/{asked.uid}").text
    assert f'href="/devices/cameras/{scene.cameras[0].uid}">去准入' in page


def test_a_box_that_was_cut_off_begins_again_and_its_first_run_counts_no_more(asked, box) -> None:
    first = begin(box, asked)
    assert planned(box) == [str(asked.uid)], "it is still in the plan of the box that took it"
    second = begin(box, asked)
    assert report(box, asked, first, state="done", measures=GOOD) == 409
    send(box, asked, second, 1, jpeg(1))
    send(box, asked, second, 2, jpeg(2))
    assert report(box, asked, second, state="done", measures=GOOD) == 204
    assert (newest().state, newest().attempts) == ("passed", 2)


def test_a_trial_that_is_cut_off_is_asked_again_and_given_up_after_the_third_time(asked, box, clock) -> None:
    for attempt in (1, 2, 3):
        begin(box, asked)
        clock.instant += timedelta(minutes=2, seconds=30)
        with transaction(SYSTEM):
            assert watch_trials(rulebook(), clock) == 0
        clock.instant += timedelta(minutes=2)
        with transaction(SYSTEM):
            assert watch_trials(rulebook(), clock) == 1
        assert newest().state == ("asked" if attempt < 3 else "could_not_run")
    assert newest().cause == "recorder_lost"


def open_alarms() -> list[Alarm]:
    db.session.rollback()
    with transaction(SYSTEM):
        query = select(Alarm).where(Alarm.kind == "trial", Alarm.ended_at.is_(None))
        return list(db.session.execute(query).scalars())


def test_no_box_that_takes_it_is_an_alarm_and_after_a_day_the_end(asked, box, clock, scene) -> None:
    clock.instant += timedelta(minutes=10)
    with transaction(SYSTEM):
        assert watch_trials(rulebook(), clock) == 0
    clock.instant += timedelta(seconds=1)
    with transaction(SYSTEM):
        assert watch_trials(rulebook(), clock) == 0, "an exam of the camera is being recorded, which comes first"
    clock.instant += timedelta(minutes=45)
    with transaction(SYSTEM):
        assert watch_trials(rulebook(), clock) == 1
        assert watch_trials(rulebook(), clock) == 0, "once"
    assert [alarm.camera_id for alarm in open_alarms()] == [scene.cameras[0].id]
    begin(box, asked)
    assert open_alarms() == []
    with transaction(SYSTEM):
        ask_for_trials([scene.cameras[1]], actor=Actor.system("test"), clock=clock, rules=rulebook())
    clock.instant += timedelta(days=1, seconds=1)
    with transaction(SYSTEM):
        watch_trials(rulebook(), clock)
    assert (newest().state, newest().cause) == ("could_not_run", "no_recorder_came")


def test_another_box_and_another_site_get_nothing_of_it(asked, box, scene, stage, pair_box) -> None:
    elsewhere, beside = pair_box(stage().site), pair_box(scene.site)
    assert (planned(elsewhere), planned(beside)) == ([], [str(asked.uid)])
    run = {"run_uid": str(uuid.uuid4())}
    assert elsewhere.post(f"/trials/{asked.uid}/begin", run).status_code == 404
    begin(box, asked)
    assert (planned(beside), beside.post(f"/trials/{asked.uid}/begin", run).status_code) == ([], 409)


def test_cameras_and_trials_of_another_body_are_not_found(asked, make, sign_in, stage) -> None:
    client = sign_in(make.user("coordinator", make.body()))
    other = stage().cameras[0]
    assert client.get(f"/trials/{asked.uid}").status_code == 404
    assert client.post("/trials/", data={"camera": str(other.uid)}).status_code == 404
    assert other.label not in client.get("/trials/").text
