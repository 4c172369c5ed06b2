"""The pages of sessions, as a coordinator, a regulator and a candidate meet them."""

import re

import pytest
from sqlalchemy import select

from examops.core.actor import Actor
from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.language import N_, message
from examops.core.transaction import transaction
from examops.eligibility.models import StoredVerdict
from examops.sessions.booking.service import book_one
from examops.sessions.booking.tickets import code_of
from examops.sessions.models import Booking, ExamSession, Ticket
from tests.factories import DAY, ELECTRICIAN, Factory
from tests.statements import counted

OUTCOMES = ("pass", "fail", "unclear", "pass")


@pytest.fixture
def exam(make: Factory):
    body = make.body()
    room = make.room(make.site(body))
    make.camera(room)
    staff = [make.staff(body, "senior_examiner"), make.staff(body), make.staff(body)]
    batch = make.batch(body)
    session, turns = make.session_with_turns(batch, room, capacity=5, starts_at=DAY.replace(day=25), state="draft")
    for member, role in zip(staff, ("leader", "examiner", "examiner"), strict=True):
        make.duty(session, member, role)
    return body, session, turns, make.applications(batch, body, 3), make.user("coordinator", body)


def test_the_session_page_shows_capacity_panel_cameras_and_people(exam, sign_in) -> None:
    body, session, turns, applications, user = exam
    page = sign_in(user).get(f"/sessions/{session.uid}").text
    assert session.number in page
    assert "等着排的人 3" in page
    assert page.count("未声明") >= 3  # nobody has looked at the list: never green
    assert "无须回避</" not in page


def test_the_people_ticked_are_booked_into_the_turn(exam, sign_in) -> None:
    _, session, turns, applications, user = exam
    uids = [str(application.uid) for application in applications]
    answer = sign_in(user).post(f"/sessions/{session.uid}/bookings", data={"turn": turns[0].uid, "application": uids})
    assert answer.status_code == 302
    assert len(db.session.execute(select(Booking)).scalars().all()) == 3


def test_a_json_booking_answers_with_the_refusal(exam, sign_in, make) -> None:
    _, session, turns, applications, user = exam
    turns[0].capacity = 1
    make.save(turns[0])
    client = sign_in(user)
    answers = [
        client.post(
            f"/sessions/{session.uid}/bookings", json={"application_uid": str(a.uid), "turn_uid": str(turns[0].uid)}
        )
        for a in applications[:2]
    ]
    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[1].json["code"] == "booking.turn_full"
    assert answers[1].json["advice"]


def test_the_week_board_shows_the_session_in_its_lane(exam, sign_in) -> None:
    page = sign_in(exam[4]).get("/sessions/week").text
    assert "电工 四级 实操" in page
    assert "去申报" in page


def test_nobody_is_shown_a_link_that_refuses(exam, sign_in, make) -> None:
    """Tickets are not for supervisors, the duties' page is for those at the desk."""
    _, session, turns, applications, coordinator = exam
    booked = {"turn": turns[0].uid, "application": [str(applications[0].uid)]}
    assert sign_in(coordinator).post(f"/sessions/{session.uid}/bookings", data=booked).status_code == 302
    session.state = "running"
    make.save(session)
    for user in (coordinator, make.user("supervisor", district=session.district), make.user("city_bureau")):
        browser = sign_in(user)
        page = browser.get(f"/sessions/{session.uid}").text
        links = set(re.findall(r'href="(/(?:desk|t)/[^"#]+)"', page))
        assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_a_coordinator_creates_a_session_by_the_form(exam, sign_in, make) -> None:
    body, session, _, _, user = exam
    batch, room = make.batch(body), make.room(make.site(body))
    form = {"batch": batch.uid, "g0-target": f"{ELECTRICIAN}/4", "g0-part": "skill", "g0-room": room.uid}
    form |= {"g0-starts_at": "2026-11-27T08:30", "g0-turns": "3", "g0-minutes": "120", "g0-pause": "10"}
    answer = sign_in(user).post("/sessions/new", data=form)
    assert answer.status_code == 302
    made = db.session.execute(select(ExamSession).order_by(ExamSession.id.desc()).limit(1)).scalar_one()
    assert made.starts_at.hour == 0  # 08:30 in Foshan is 00:30 UTC


def test_a_wrong_form_says_everything_and_keeps_what_was_typed(exam, sign_in) -> None:
    answer = sign_in(exam[4]).post("/sessions/new", data={"g0-minutes": "90", "g0-turns": "x"})
    assert answer.status_code == 422
    assert "轮次须为 1–20" in answer.text
    assert "请选职业和等级" in answer.text
    assert 'value="90"' in answer.text


def test_the_candidates_link_shows_time_place_and_a_code_that_reads(exam, client, clock) -> None:
    import cv2
    import numpy
    import segno
    import zxingcpp

    _, session, turns, applications, _ = exam
    with transaction():
        book_one(applications[0].uid, turns[0].uid, actor=Actor.system("test"), clock=clock)
    code = code_of(db.session.execute(select(Ticket)).scalar_one())
    page = client.get(f"/t/{code}")
    assert page.status_code == 200
    assert "09:00" in page.text
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert re.fullmatch(r"[A-Z2-7]{26}", code)
    drawn = numpy.array(
        [
            [0 if cell else 255 for cell in row]
            for row in segno.make(code, error="m", micro=False).matrix_iter(scale=8, border=4)
        ]
    )
    assert zxingcpp.read_barcodes(cv2.merge([drawn.astype("uint8")] * 3))[0].text == code


def test_only_who_sends_the_candidates_link_sees_it(exam, make, sign_in, clock) -> None:
    _, _, turns, applications, coordinator = exam
    with transaction():
        book_one(applications[0].uid, turns[0].uid, actor=Actor.system("test"), clock=clock)
    own = "/t/" + code_of(db.session.execute(select(Ticket)).scalar_one())
    url = f"/t/application/{applications[0].uid}"
    readers = [make.user("supervisor"), make.user("city_centre")]
    assert own in sign_in(coordinator).get(url).text
    assert 'class="qr"' in sign_in(coordinator).get(url).text
    for reader in readers:
        page = sign_in(reader).get(url)
        assert own not in page.text


@pytest.mark.parametrize("role", ["internal_supervisor", "city_centre", "district_bureau"])
def test_the_staffs_view_has_no_code_that_reads(exam, make, sign_in, clock, role: str) -> None:
    """The QR is the candidate's key as much as the link is."""
    body, _, turns, applications, _ = exam
    with transaction():
        book_one(applications[0].uid, turns[0].uid, actor=Actor.system("test"), clock=clock)
    own = body if role == "internal_supervisor" else None
    district = body.district if role.startswith("district") else None
    page = sign_in(make.user(role, own, district)).get(f"/t/application/{applications[0].uid}")
    assert page.status_code == 200
    assert "入场二维码只在考生本人的页面上" in page.text
    assert 'class="qr"' not in page.text
    assert "<title>进门出示这个码" not in page.text


def test_a_wrong_code_finds_nobody_and_many_tries_must_wait(client, app) -> None:
    codes = [client.get(f"/t/{'A' * 26}").status_code for _ in range(61)]
    assert set(codes[:60]) == {404}
    assert codes[60] == 429


def test_the_code_is_kept_as_a_digest_and_a_sealed_text(exam, clock) -> None:
    _, _, turns, applications, _ = exam
    with transaction():
        book_one(applications[0].uid, turns[0].uid, actor=Actor.system("test"), clock=clock)
    ticket = db.session.execute(select(Ticket)).scalar_one()
    code = keyring().open(ticket.code_sealed, f"ticket.code_sealed.{ticket.number}")
    assert code.encode() not in bytes(ticket.code_sealed)


def test_another_body_gets_404_for_a_foreign_session(exam, make, sign_in) -> None:
    stranger = make.user("coordinator", make.body())
    assert sign_in(stranger).get(f"/sessions/{exam[1].uid}").status_code == 404


def test_the_office_of_the_district_approves_what_was_declared(exam, make, sign_in) -> None:
    """With two days to go and nobody on the list the declaration is refused, every fault named; in time it goes."""
    body, session, _, _, user = exam
    refused = sign_in(user).post(f"/sessions/{session.uid}/move", data={"to": "declared"})
    assert refused.status_code == 409
    assert all(words in refused.text for words in ("提前申报 2", "考生名单 0", "每轮分钟 30"))
    batch, room = make.batch(body), make.room(make.site(body))
    make.camera(room)
    session, (turn,) = make.session_with_turns(batch, room, starts_at=DAY.replace(month=12, day=15), minutes=60)
    make.booking(turn, make.applications(batch, body, 1)[0])
    make.panel(session)
    assert sign_in(user).post(f"/sessions/{session.uid}/move", data={"to": "declared"}).status_code == 302
    office = make.user("district_bureau", district="440606")
    assert sign_in(office).post(f"/sessions/{session.uid}/move", data={"to": "approved"}).status_code == 302
    db.session.refresh(session)
    assert session.state == "approved"


def test_a_coordinator_confirms_who_did_not_come(exam, make, sign_in, clock) -> None:
    _, session, (turn,), applications, user = exam
    booking = make.booking(turn, applications[0])
    booking.no_show_proposed_at, session.state = clock.now(), "finished"
    make.save(booking, session)
    client = sign_in(user)
    assert "拟缺考 1" in client.get(f"/sessions/{session.uid}").text
    assert client.post(f"/sessions/{session.uid}/no-shows", data={"booking": str(booking.uid)}).status_code == 302
    db.session.refresh(booking)
    assert booking.state == "no_show"


def test_a_session_that_cannot_start_is_the_first_thing_of_the_week(exam, make, sign_in, clock) -> None:
    _, session, _, _, user = exam
    session.state, session.start_held, session.start_held_at = "closed", ["到岗的考评员 2 人"], clock.now()
    make.save(session)
    page = sign_in(user).get("/sessions/week").text
    assert "看谁没到" in page
    assert "到岗的考评员 2 人" in page
    assert "到岗的考评员 2 人" in sign_in(user).get(f"/sessions/{session.uid}").text


def test_an_office_is_told_on_its_first_page_what_waits_for_its_approval(exam, make, sign_in, clock) -> None:
    body, session, *_ = exam
    session.state = "declared"
    make.save(session)
    own = [make.user(role, district=body.district) for role in ("district_bureau", "district_centre")]
    told = [sign_in(one).get("/filings").text for one in (*own, make.user("city_bureau"))]
    assert all("1 个场次待您审批" in page and "/sessions/?state=declared" in page for page in told)
    other = make.user("district_bureau", district="440604" if body.district != "440604" else "440605")
    assert "待您审批" not in sign_in(other).get("/filings").text
    clock.instant = session.starts_at  # nobody approves what has begun
    assert "待您审批" not in sign_in(own[0]).get("/filings").text


def test_the_page_counts_the_clauses_of_a_verdict_where_they_are_stored(app, exam, make, sign_in) -> None:
    """It shows two numbers of them: hundreds of texts a page need not travel for that."""
    body, session, turns, (judged, unjudged, _), user = exam
    lines = [{"outcome": one, "clause": N_("条款"), "note": message("第 {number} 轮", number=1)} for one in OUTCOMES]
    known = {"occupation_code": ELECTRICIAN, "level": "4", "cut_off_on": DAY.date(), "outcome": "unclear", "inputs": {}}
    owner = {"body_id": body.id, "district": body.district, "candidate_id": judged.candidate_id}
    judged.verdict_id = make.save(StoredVerdict(**owner, **known, lines=lines)).id
    for one in (judged, unjudged):
        make.booking(turns[0], one)
    client = sign_in(user)
    with counted(app) as seen:
        page = " ".join(client.get(f"/sessions/{session.uid}").text.split())

    assert re.findall(r"</span>(\d+) <span class=\"limit\">/ (\d+) 条</span>", page) == [("2", "4")]
    (asked,) = (one for one in seen if "jsonb_array_length" in one)
    assert "verdict.inputs" not in asked
