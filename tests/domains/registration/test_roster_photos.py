"""Photos of a saved roster: one zip in, each person gets theirs, every fault is told, the missing are listed."""

import io

import pytest
from sqlalchemy import select

from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.core.store import Missing
from examops.eligibility.models import Candidate
from examops.registration.models import Roster
from examops.registration.rosters.photos import read_photos_of
from examops.registration.rosters.saving import save_roster
from tests.domains.eligibility.test_photos import picture, zipped
from tests.domains.registration.roster_files import ACTOR, GOOD, HEAD, examined, person, workbook

SECOND = "440604199001010034"


@pytest.fixture
def saved(desk, job_app, clock):
    """The uid of a roster of two people, saved."""
    people = [person("陈小明", GOOD), person("何志兰", SECOND)]
    roster = examined(desk, job_app, clock, workbook([HEAD, *people]))
    uid = roster.uid
    assert desk[2].post(f"/rosters/{uid}/save").status_code == 302
    with job_app.app_context():
        save_roster(uid, actor=ACTOR, clock=clock, ring=keyring())
    db.session.rollback()
    return uid


def send(client, roster, data: bytes):
    form = {"file": (io.BytesIO(data), "照片.zip")}
    return client.post(f"/rosters/{roster}/photos", data=form, content_type="multipart/form-data")


def photos_of(uid) -> dict:
    db.session.rollback()
    return db.session.execute(select(Roster.photos).where(Roster.uid == uid)).scalar_one()


def check(uid, job_app, clock) -> dict:
    """What the worker does with the zip that waits."""
    key = photos_of(uid)["key"]
    with job_app.app_context():
        read_photos_of(uid, key, actor=ACTOR, clock=clock, store=store(), ring=keyring())
        with pytest.raises(Missing):
            store().get("documents", key)
    return photos_of(uid)


def test_everybody_whose_photo_fits_has_it_and_the_rest_are_listed(saved, desk, job_app, clock) -> None:
    client = desk[2]
    zip_of_two = zipped({f"陈小明_{GOOD}.jpg": picture(), f"{SECOND}.jpg": picture(blur=9), "风景.jpg": picture()})
    assert send(client, saved, zip_of_two).status_code == 302
    assert "正在检查" in client.get(f"/rosters/{saved}/photos").text

    result = check(saved, job_app, clock)

    assert (result["fitted"], result["wrong"]) == (1, 2)
    states = {row.name: row.photo_state for row in db.session.execute(select(Candidate.name, Candidate.photo_state))}
    assert states == {"陈小明": "accepted", "何志兰": "missing"}
    page = client.get(f"/rosters/{saved}/photos").text
    assert "文件名里没有身份证号" in page
    assert "照片模糊" in page
    assert SECOND not in page, "numbers in file names are masked"
    assert "还缺 1 人" in page
    assert client.get(f"/rosters/{saved}/photos/missing.xlsx").status_code == 200


def test_a_second_zip_adds_and_replaces(saved, desk, job_app, clock) -> None:
    client = desk[2]
    send(client, saved, zipped({f"{GOOD}.jpg": picture()}))
    check(saved, job_app, clock)
    first = db.session.execute(select(Candidate.photo_key).where(Candidate.name == "陈小明")).scalar_one()
    send(client, saved, zipped({f"{GOOD}.jpg": picture(500, 700), f"{SECOND}.jpg": picture()}))
    assert check(saved, job_app, clock)["fitted"] == 2

    second = db.session.execute(select(Candidate.photo_key).where(Candidate.name == "陈小明")).scalar_one()
    assert second != first
    with job_app.app_context(), pytest.raises(Missing):
        store().get("documents", first)
    assert "没有人缺照片" in client.get(f"/rosters/{saved}/photos").text


def test_a_file_that_is_no_zip_is_refused_with_a_word(saved, desk, job_app, clock) -> None:
    client = desk[2]
    at_once = send(client, saved, b"not a zip")
    assert (at_once.status_code, "不是 zip 压缩包" in at_once.text) == (422, True)
    assert send(client, saved, b"PK\x03\x04 broken").status_code == 302
    assert check(saved, job_app, clock)["state"] == "failed"
    assert "不是 zip 压缩包" in client.get(f"/rosters/{saved}/photos").text
    assert send(client, saved, b"").status_code == 422


def test_another_body_does_not_find_it(saved, make, sign_in) -> None:
    stranger = sign_in(make.user("coordinator", make.body(name="别家机构")))
    assert stranger.get(f"/rosters/{saved}/photos").status_code == 404
    assert send(stranger, saved, zipped({f"{GOOD}.jpg": picture()})).status_code == 404


def test_a_zip_over_the_limit_is_refused_with_what_to_do(saved, desk) -> None:
    client = desk[2]
    assert "每次 60 MB 以内" in client.get(f"/rosters/{saved}/photos").text
    answer = send(client, saved, bytes(61 * 1024 * 1024))
    assert answer.status_code == 422
    assert "这个压缩包有 61.0 MB，一次最多 60 MB：分成几个压缩包" in answer.text
    assert photos_of(saved) == {}


def test_a_request_over_the_servers_own_limit_says_the_same(saved, desk) -> None:
    answer = send(desk[2], saved, bytes(65 * 1024 * 1024))
    assert answer.status_code == 413
    assert "照片分成几个压缩包，每个 60 MB 以内" in answer.text


def test_somebody_with_a_permit_gets_the_photo_and_no_file_shows_the_number(desk, job_app, clock) -> None:
    heads = [*HEAD, "证件类型", "性别"]
    permit = [heads, [*person("黄家俊", "H12345678"), "港澳居民来往内地通行证", "男"]]
    roster = examined(desk, job_app, clock, workbook(permit))
    desk[2].post(f"/rosters/{roster.uid}/rows/2/originals/identity")
    desk[2].post(f"/rosters/{roster.uid}/save")
    uid = roster.uid
    with job_app.app_context():
        save_roster(uid, actor=ACTOR, clock=clock, ring=keyring())
    db.session.refresh(roster)

    named_wrongly = {"陈勇_H12345678.jpg": picture(), "某某_G7654321.jpg": picture()}
    sent = send(desk[2], uid, zipped({"黄家俊_H12345678.jpg": picture(), **named_wrongly}))
    assert sent.status_code == 302, sent.text
    result = check(uid, job_app, clock)

    assert (result["fitted"], result["wrong"]) == (1, 2)
    assert db.session.execute(select(Candidate.photo_state)).scalar_one() == "accepted"
    files = [problem["file"] for problem in result["problems"]]
    assert not any("12345678" in file or "7654321" in file for file in files)
