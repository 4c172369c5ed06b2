"""The review room: what it shows, who may see it, what is written down about looking."""

import uuid
from datetime import timedelta

import pytest
import urllib3
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from examops.audit.models import AuditEntry
from examops.checkin.models import IdentityCheck, SittingExit
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.models import Flag, FlagDecision, FootageViewing, ReviewVerdict
from examops.organisations.models import Body
from examops.registration.models import Application
from examops.sessions.models import Booking
from examops.staff.models import CityRecusal, RecusalRelation
from tests.domains.footage.conftest import payload, seat_somebody, stamp

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def supervisor(make, sign_in):
    """A supervisor of the district, signed in."""
    return sign_in(make.user("supervisor", district="440606", name="何志敏"))


def rows(table: type) -> list:
    with transaction(SYSTEM):
        return list(
            db.session.execute(select(table).order_by(table.id).execution_options(populate_existing=True)).scalars()
        )


def room(scene) -> str:
    return f"/footage/review/{scene.session.uid}"


def archived(box, scene, start=None, minutes: int = 1) -> bytes:
    body, start = payload(), start or scene.session.starts_at
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], start, seconds=60 * minutes, body=body)
    box.archive(sidecar, body)
    return body


def test_the_room_shows_cameras_footage_and_people(supervisor, box, scene, make) -> None:
    archived(box, scene)
    seat_somebody(scene, make)
    data = supervisor.get(room(scene) + "/data.json").json
    assert data["session"]["start"] == "2026-11-23T01:00:00.000Z"
    assert (data["session"]["open_at"], data["session"]["present"]) == ("2026-11-23T00:00:00.000Z", 1)
    first, second = data["cameras"]
    assert [segment["start"] for segment in first["segments"]] == ["2026-11-23T01:00:00.000Z"]
    assert second["segments"] == []
    (person,) = data["people"]
    assert (person["seat"], "*" in person["name"], person["out_at"]) == ("A-01", True, None)


def test_the_room_shows_who_went_out_and_who_compared_last(supervisor, scene, make) -> None:
    sitting, start = seat_somebody(scene, make), scene.session.starts_at
    owner = {"body_id": sitting.body_id, "district": sitting.district, "sitting_id": sitting.id}
    make.save(SittingExit(**owner, left_at=start + 40 * MINUTE, reason="就医"))
    washed = {"left_at": start + 9 * MINUTE, "back_at": start + 12.5 * MINUTE, "reason": "洗手间"}
    make.save(SittingExit(**owner, **washed))
    for name in ("周志强", "李芳"):
        compared = {"result": "same", "checked_by": name, "checked_by_uid": uuid.uuid4(), "checked_at": start}
        make.save(IdentityCheck(**owner, **compared))

    (person,) = supervisor.get(room(scene) + "/data.json").json["people"]

    assert person["exits"] == [
        {"out_at": "2026-11-23T01:09:00.000Z", "back_at": "2026-11-23T01:12:30.000Z", "reason": "洗手间"},
        {"out_at": "2026-11-23T01:40:00.000Z", "back_at": None, "reason": "就医"},
    ]
    assert person["matched_words"] == "李* 核对一致"


def test_the_page_carries_its_data(supervisor, box, scene) -> None:
    archived(box, scene)
    page = supervisor.get(room(scene))
    assert page.status_code == 200
    assert 'id="review-data"' in page.text
    assert "style=" not in page.text


def test_a_supervisor_of_another_district_finds_nothing(make, sign_in, scene) -> None:
    stranger = sign_in(make.user("supervisor", district="440604"))
    camera = scene.cameras[0].uid
    urls = (
        room(scene),
        room(scene) + "/data.json",
        f"/footage/sessions/{scene.session.uid}/cameras/{camera}/playlist.m3u8",
    )
    assert [stranger.get(url).status_code for url in urls] == [404, 404, 404]


@pytest.mark.parametrize("role", ["coordinator", "examiner", "operator", "security"])
def test_whoever_is_no_reviewer_stays_outside(make, sign_in, scene, role: str) -> None:
    body = make.session.get_one(Body, scene.session.body_id)
    client = sign_in(make.user(role, body))
    assert client.get(room(scene)).status_code == 403
    assert client.get("/footage/wall").status_code == 403


def test_a_stranger_is_sent_to_sign_in(client, scene) -> None:
    assert client.get(room(scene)).location.startswith("/sign-in")


def test_what_is_played_can_be_read_from_the_store(supervisor, box, scene) -> None:
    body = archived(box, scene)
    url = f"/footage/sessions/{scene.session.uid}/cameras/{scene.cameras[0].uid}/playlist.m3u8"
    answer = supervisor.get(url, query_string={"from": "2026-11-23T01:00:00Z"})
    assert answer.mimetype == "application/vnd.apple.mpegurl"
    address = next(line for line in answer.text.splitlines() if line.startswith("http"))
    assert "versionId=" in address
    piece = urllib3.request("GET", address, headers={"Range": "bytes=0-9"})
    assert (piece.status, piece.data) == (206, body[:10])
    epoch = str(int(scene.session.starts_at.timestamp() * 1000))
    assert supervisor.get(url, query_string={"from": epoch}).status_code == 200


def test_ten_minutes_without_footage_are_not_found(supervisor, box, scene) -> None:
    archived(box, scene)
    url = f"/footage/sessions/{scene.session.uid}/cameras/{scene.cameras[0].uid}/playlist.m3u8"
    assert supervisor.get(url, query_string={"from": "2026-11-23T01:30:00Z"}).status_code == 404
    assert supervisor.get(url, query_string={"from": "yesterday"}).status_code == 422


def looked(client, scene, start, end, mode: str = "play"):
    report = {"camera_uid": str(scene.cameras[0].uid), "from": stamp(start), "to": stamp(end), "mode": mode}
    return client.post(room(scene) + "/look", json={"looks": [report]})


def test_what_goes_on_extends_the_same_look(supervisor, scene) -> None:
    start = scene.session.starts_at
    for n in range(3):
        assert looked(supervisor, scene, start + n * MINUTE, start + (n + 1) * MINUTE).status_code == 204
    looked(supervisor, scene, start + 5 * MINUTE, start + 6 * MINUTE)
    spans = [(row.media_from, row.media_until, row.mode) for row in rows(FootageViewing)]
    assert spans == [
        (start, start + 3 * MINUTE, "playback"),
        (start + 5 * MINUTE, start + 6 * MINUTE, "playback"),
    ]


def test_every_look_is_in_the_log_with_viewer_and_span(supervisor, scene) -> None:
    start = scene.session.starts_at
    looked(supervisor, scene, start, start + MINUTE)
    (entry,) = [row for row in rows(AuditEntry) if row.tag == "footage:looked_at"]
    assert (entry.actor_name, entry.subject_uid) == ("何志敏", scene.session.uid)
    assert (entry.payload["mode"], entry.payload["camera"]) == ("playback", str(scene.cameras[0].uid))


def test_opening_the_room_is_in_the_log(supervisor, scene) -> None:
    supervisor.get(room(scene))
    assert [row.payload for row in rows(AuditEntry) if row.tag == "footage:looked_at"] == [{"mode": "review_room"}]


@pytest.mark.parametrize("minutes", [0, -1, 31])
def test_a_look_that_cannot_be_is_refused(supervisor, scene, minutes: int) -> None:
    start = scene.armings[0].during.lower
    assert looked(supervisor, scene, start, start + minutes * MINUTE).status_code == 422
    assert rows(FootageViewing) == []


def test_nobody_has_watched_the_future(supervisor, scene, clock) -> None:
    assert looked(supervisor, scene, clock.now(), clock.now() + 2 * MINUTE).status_code == 422


def flagged(client, scene, **changed):
    start = scene.session.starts_at
    body = {
        "camera_uid": str(scene.cameras[0].uid),
        "start": stamp(start),
        "end": stamp(start + timedelta(seconds=24)),
        "seat": "A-07",
        "severity": "doubt",
        "text": "考评员停留 24 秒",
        "still_at": stamp(start),
    }
    return client.post(room(scene) + "/flags", json=body | changed)


def test_a_flag_is_kept_and_its_still_is_ordered(supervisor, scene) -> None:
    answer = flagged(supervisor, scene)
    assert answer.status_code == 201
    assert (answer.json["state"], answer.json["seat"], answer.json["author"]) == ("open", "A-07", "何*敏")
    with transaction(SYSTEM):
        jobs = db.session.execute(text("SELECT task_name, args->>'flag_uid' FROM procrastinate_jobs")).all()
    assert [tuple(job) for job in jobs] == [("footage.still", answer.json["uid"])]
    assert "考评员停留 24 秒" in supervisor.get("/footage/flags").text


def test_a_point_in_time_is_a_flag_of_a_second(supervisor, scene) -> None:
    start = stamp(scene.session.starts_at)
    flagged(supervisor, scene, start=start, end=start)
    (flag,) = rows(Flag)
    assert flag.ended_at - flag.started_at == timedelta(seconds=1)


@pytest.mark.parametrize(
    "change", [{"text": " "}, {"severity": "guilty"}, {"start": "2026-11-24T01:00:00Z", "end": None}]
)
def test_a_flag_that_does_not_fit_is_refused(supervisor, scene, change) -> None:
    assert flagged(supervisor, scene, **change).status_code == 422
    assert rows(Flag) == []


def decide(client, state: str, note: str = "") -> int:
    (flag,) = rows(Flag)
    return client.post(f"/footage/flags/{flag.uid}/decision", data={"state": state, "note": note}).status_code


def watch(client, scene, clock, seconds: int) -> None:
    """The flagged stretch on the screen of a page that was opened now."""
    opened = client.get(room(scene) + "/data.json").json["session"]["opened"]
    clock.instant += timedelta(seconds=seconds)
    start = scene.session.starts_at
    report = {
        "camera_uid": str(scene.cameras[0].uid),
        "from": stamp(start),
        "to": stamp(start + timedelta(seconds=seconds)),
        "mode": "play",
        "speed": 1,
        "shown_from_ms": 0,
        "shown_to_ms": 1000 * seconds,
    }
    assert client.post(room(scene) + "/look", json={"opened": opened, "looks": [report]}).status_code == 204


def test_only_a_second_person_who_has_watched_the_clip_may_confirm_and_says_why(
    supervisor, box, scene, make, sign_in, clock
) -> None:
    archived(box, scene)
    flagged(supervisor, scene)  # 24 seconds
    watch(supervisor, scene, clock, 24)
    assert decide(supervisor, "confirmed", "看到了") == 409
    other = sign_in(make.user("supervisor", district="440606", name="冯晓"))
    assert decide(other, "confirmed", "看到了") == 409
    assert "先看这一段录像" in other.get("/footage/flags").text
    watch(other, scene, clock, 11)
    assert decide(other, "confirmed", "看到了") == 409  # less than half of it
    watch(other, scene, clock, 14)
    assert decide(other, "confirmed") == 422
    assert decide(other, "confirmed", "两人换了试卷") == 302
    (decision,) = rows(FlagDecision)
    assert (decision.decision, decision.note, decision.decided_by) == ("confirmed", "两人换了试卷", "冯晓")
    assert decide(other, "dismissed") == 409


def test_a_confirmed_flag_is_open_until_somebody_acted_on_it(supervisor, scene, make, sign_in) -> None:
    flagged(supervisor, scene, seat="A-07")  # nothing was recorded then: the reason alone is asked for
    other = sign_in(make.user("supervisor", district="440606"))
    assert decide(other, "acted", "已通报") == 409
    assert decide(other, "confirmed", "机位断流") == 302
    assert supervisor.get(room(scene) + "/data.json").json["flags"][0]["state"] == "confirmed"
    assert "机位断流" in supervisor.get("/footage/flags?state=confirmed").text
    assert decide(supervisor, "acted") == 422
    assert decide(supervisor, "acted", "已通知考点更换网线") == 302
    assert decide(supervisor, "acted", "再写一次") == 302  # changes nothing
    assert [row.note for row in rows(FlagDecision)] == ["机位断流", "已通知考点更换网线"]
    assert supervisor.get(room(scene) + "/data.json").json["flags"][0]["state"] == "acted"
    assert "机位断流" not in supervisor.get("/footage/flags?state=confirmed").text
    assert "已通知考点更换网线" in supervisor.get("/footage/flags?state=acted").text


def test_the_database_knows_no_confirmation_by_the_author(supervisor, scene, make) -> None:
    flagged(supervisor, scene)
    (flag,) = rows(Flag)
    decision = FlagDecision(
        body_id=flag.body_id,
        district=flag.district,
        flag_id=flag.id,
        decision="confirmed",
        note="看到了",
        flag_author_uid=flag.author_uid,
        decided_by="何志敏",
        decided_by_uid=flag.author_uid,
        decided_at=scene.session.starts_at,
    )
    with pytest.raises(IntegrityError, match="ck_flag_decision_second_person"), transaction(SYSTEM):
        db.session.add(decision)


def test_a_flag_of_another_district_is_not_found(supervisor, scene, make, sign_in) -> None:
    flagged(supervisor, scene)
    stranger = sign_in(make.user("supervisor", district="440604"))
    assert decide(stranger, "dismissed") == 404
    assert "考评员停留" not in stranger.get("/footage/flags").text


def test_one_conclusion_a_person_and_a_second_by_another(supervisor, scene, make, sign_in) -> None:
    url = room(scene) + "/conclusion"
    assert supervisor.post(url, data={"outcome": "doubts", "note": ""}).status_code == 422
    assert supervisor.post(url, data={"outcome": "doubts", "note": "后排缺 42 秒"}).status_code == 302
    assert supervisor.post(url, data={"outcome": "clean", "note": ""}).status_code == 409
    other = sign_in(make.user("supervisor", district="440606"))
    assert other.post(url, data={"outcome": "clean", "note": ""}).status_code == 302
    assert [verdict.outcome for verdict in rows(ReviewVerdict)] == ["doubts", "clean"]
    assert "后排缺 42 秒" in other.get(url).text


def test_who_has_declared_that_they_must_step_aside_judges_nothing_of_that_body(
    supervisor, scene, make, sign_in
) -> None:
    flagged(supervisor, scene)
    account = make.user("supervisor", district="440606", name="陈国强")
    person = make.city_person(user_id=account.id)
    about = {"body_id": scene.session.body_id, "about": "华岭", "relation": "relative", "is_own": True}
    by = {"declared_by": "陈国强", "declared_by_uid": account.uid, "declared_at": scene.session.starts_at}
    recusal = make.save(CityRecusal(city_person_id=person.id, **about, **by))
    other, conclusion = sign_in(account), {"outcome": "doubts", "note": "后排 <三分钟> 没有录像"}
    refused = other.post(room(scene) + "/conclusion", data=conclusion)
    assert refused.status_code == 403
    assert "您要回避：华岭" in refused.text
    assert 'value="doubts" selected' in refused.text, "what was chosen and typed is still there"
    assert "后排 &lt;三分钟&gt; 没有录像</textarea>" in refused.text
    (flag,) = rows(Flag)
    told = other.post(f"/footage/flags/{flag.uid}/decision", data={"state": "dismissed", "note": "机位断流"})
    assert told.status_code == 403
    assert "您要回避：华岭" in told.text
    assert decide(other, "confirmed", "机位断流") == 403
    assert (rows(ReviewVerdict), rows(FlagDecision)) == ([], [])
    recusal.withdrawn_at = scene.session.starts_at
    make.session.commit()
    assert other.post(room(scene) + "/conclusion", data=conclusion).status_code == 302
    assert decide(other, "dismissed") == 302


def test_a_related_candidate_bars_from_the_footage_after_they_have_handed_in_too(
    supervisor, scene, make, sign_in
) -> None:
    account = make.user("supervisor", district="440606", name="陈国强")
    person = make.city_person(user_id=account.id)
    booking = make.session.get_one(Booking, seat_somebody(scene, make).booking_id)
    about = {"related_person_id": booking.person_id, "about": "何小兰", "relation": "relative", "is_own": True}
    by = {"declared_by": "陈国强", "declared_by_uid": account.uid, "declared_at": scene.session.starts_at}
    make.save(CityRecusal(city_person_id=person.id, **about, **by))
    booking.state = "completed"
    make.session.commit()
    refused = sign_in(account).post(room(scene) + "/conclusion", data={"outcome": "clean", "note": ""})
    assert refused.status_code == 403
    assert "您要回避：何小兰" in refused.text


def own_people(scene, make) -> dict:
    """By what is told, how somebody of the body is registered there. Each is another account."""
    body = make.session.get_one(Body, scene.session.body_id)
    booking = make.session.get_one(Booking, seat_somebody(scene, make).booking_id)
    candidate = make.session.get_one(Application, booking.application_id).candidate_id
    found = {}
    for words, kind, employer in (
        ("工作单位", "examiner", ""),
        ("在本场当值", "examiner", "别的厂"),
        ("亲属", "supervisor", ""),
        ("", "supervisor", ""),
        ("", "expert", "别的厂"),
    ):
        account = make.user("supervisor", district="440606")
        found[account] = words, make.staff(body, kind, user_id=account.id, employer=employer)
    for words, member in found.values():
        if words == "在本场当值":
            make.duty(scene.session, member)
        if words == "亲属":
            of = {"body_id": body.id, "district": body.district}
            make.save(RecusalRelation(**of, staff_id=member.id, candidate_id=candidate, relation="relative"))
    return {account: words for account, (words, _member) in found.items()}


def test_people_of_the_body_do_not_judge_its_footage(supervisor, scene, make, sign_in) -> None:
    flagged(supervisor, scene)
    for account, words in own_people(scene, make).items():
        answer = sign_in(account).post(room(scene) + "/conclusion", data={"outcome": "clean", "note": ""})
        assert answer.status_code == (403 if words else 302), words
        assert words in answer.text


def test_a_gap_says_what_the_camera_must_be_set_to(supervisor, box, scene) -> None:
    begin = scene.armings[0].during.lower

    def gap(minute: int, reason: str, detail: str) -> dict[str, str]:
        return {
            "gap_uid": str(uuid.uuid4()),
            "arming_uid": str(scene.armings[0].uid),
            "camera_uid": str(scene.cameras[0].uid),
            "start": stamp(begin + minute * MINUTE),
            "end": stamp(begin + (minute + 1) * MINUTE),
            "reason": reason,
            "detail": detail,
        }

    told = [
        gap(0, "refused", "not_h264: no H.264 track"),
        gap(1, "refused", "not_h264: no H.264 track"),
        gap(2, "refused", "udp_only: status 461"),
        gap(3, "refused", "status 500"),
        gap(4, "disk_full", "write refused: No space left on device"),
    ]
    assert box.post("/gaps", {"gaps": told}).status_code == 200
    gaps = supervisor.get(room(scene) + "/data.json").json["cameras"][0]["gaps"]
    assert [shown["words"] for shown in gaps] == [
        "编码不是 H.264：请把摄像机这一路设为 H.264",
        "摄像机只用 UDP 传送：请在摄像机上打开 RTSP over TCP",
        "摄像机拒绝",
        "磁盘满",
    ]
