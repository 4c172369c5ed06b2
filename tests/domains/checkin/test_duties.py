"""People on duty: each states their relations, each signs in in person, and a lawful panel starts the session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from examops.accounts import create_pairing_code, pair
from examops.audit import seal_entries
from examops.checkin.lots import draw_lots
from examops.checkin.models import Lot, LotDraw
from examops.core import draws
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.sessions.booking.service import book_one
from examops.sessions.checks import people_to_look_at, recusals
from examops.sessions.checks.models import RecusalStatement
from examops.sessions.lots import LotCommitment
from examops.sessions.models import SessionDuty
from examops.sessions.states import SessionState
from examops.sessions.transitions import move_session
from examops.sites.models import Site, Workstation
from examops.staff.models import Qualification, RecusalRelation, StaffMember
from tests.factories import Factory

START = datetime(2026, 12, 15, 1, 0, tzinfo=UTC)
BODY, OFFICE = Actor("user", None, "李婷", "coordinator"), Actor("user", None, "冯永健", "district_bureau")


@pytest.fixture
def exam(make: Factory, clock):
    """A draft with three booked and a panel of three, each with an account; nobody has stated anything."""
    body = make.body()
    room = make.room(make.site(body))
    make.camera(room)
    batch = make.batch(body)
    session, turns = make.session_with_turns(batch, room, starts_at=START, minutes=60)
    with transaction():
        for one in make.applications(batch, body, 3):
            book_one(one.uid, turns[0].uid, actor=BODY, clock=clock)
    duties = make.panel(session, stated=False)
    users = []
    for duty in duties:
        user = make.user("examiner", body)
        make.session.get_one(StaffMember, duty.staff_id).user_id = user.id
        users.append(user)
    make.session.commit()
    return body, session, turns[0], duties, users


def state_all(make: Factory, session) -> None:
    make.stated(session)


def approve(session, make, clock) -> None:
    state_all(make, session)
    for to, actor in (("declared", BODY), ("approved", OFFICE), ("closed", BODY)):
        with transaction():
            move_session(session, SessionState(to), reason="", actor=actor, clock=clock)


def test_a_person_states_their_relations_and_only_their_own(exam, make, sign_in) -> None:
    _, session, _, duties, users = exam
    client = sign_in(users[1])
    url = f"/desk/{session.uid}/duties/{duties[1].uid}/recusal"
    page = client.get(url).text
    assert "总装线" in page
    uid = page.split('name="r-')[1].split('"')[0]
    assert client.post(url, data={f"r-{uid}": "relative"}).status_code == 422  # the list was not gone through
    assert client.post(url, data={f"r-{uid}": "relative", "sure": "1"}).status_code == 302
    assert db.session.execute(select(RecusalRelation.relation)).scalar_one() == "relative"
    statement = db.session.execute(select(RecusalStatement).order_by(RecusalStatement.id.desc()).limit(1)).scalar_one()
    assert (len(statement.candidates), statement.is_own) == (3, True)
    assert client.post(f"/desk/{session.uid}/duties/{duties[0].uid}/recusal", data={"sure": "1"}).status_code == 403


def _url(session, duty) -> str:
    return f"/desk/{session.uid}/duties/{duty.uid}/recusal"


def _outcome(make, session, duty) -> str:
    make.session.rollback()
    member = make.session.get_one(StaffMember, duty.staff_id)
    return recusals(session, [member])[member.id].outcome


def test_a_relation_says_who_declared_it_and_stands_until_it_is_taken_back(exam, make, sign_in, clock) -> None:
    _, session, _, duties, users = exam
    url = _url(session, duties[1])
    client = sign_in(users[1])
    name = f"r-{people_to_look_at(session)[0].Candidate.uid}"
    client.post(url, data={name: "taught", "sure": "1"})
    row = db.session.execute(select(RecusalRelation)).scalar_one()
    page = client.get(url).text

    assert (row.source, row.declared_by, row.declared_by_uid) == ("declared", users[1].name, users[1].uid)
    assert row.declared_at == clock.now()
    for words in ("仍是：授课", "本人声明", users[1].name, "从今天起没有了", "上次选错了"):
        assert words in page
    client.post(url, data={name: "", "sure": "1"})
    assert _outcome(make, session, duties[1]) == "fail", "a list gone through again takes nothing back by itself"


def test_on_paper_the_coordinator_stands_as_who_entered_it(exam, make, sign_in) -> None:
    body, session, _, duties, _ = exam
    user = make.user("coordinator", body)
    name = f"r-{people_to_look_at(session)[0].Candidate.uid}"
    sign_in(user).post(_url(session, duties[1]), data={name: "relative", "sure": "1"})

    row = db.session.execute(select(RecusalRelation)).scalar_one()
    assert (row.source, row.declared_by) == ("paper", user.name)


@pytest.mark.parametrize("how", ["ended", "mistaken"])
def test_what_is_taken_back_counts_no_more_and_stays_on_record(exam, make, sign_in, clock, how: str) -> None:
    """The exam is weeks ahead: a relation that ended today does not hold on its day."""
    _, session, _, duties, users = exam
    client, url = sign_in(users[1]), _url(session, duties[1])
    name = f"r-{people_to_look_at(session)[0].Candidate.uid}"
    client.post(url, data={name: "superior", "sure": "1"})
    assert _outcome(make, session, duties[1]) == "fail"
    client.post(url, data={name: how, "sure": "1"})

    row = db.session.execute(select(RecusalRelation)).scalar_one()
    assert (row.withdrawn_at is not None, row.valid_until is not None) == (how == "mistaken", how == "ended")
    assert _outcome(make, session, duties[1]) == "pass"
    client.post(url, data={name: "superior", "sure": "1"})
    assert _outcome(make, session, duties[1]) == "fail", "it can be declared anew"
    assert len(db.session.execute(select(RecusalRelation)).all()) == 2


def test_a_relation_that_has_ended_still_holds_for_a_session_of_its_time(exam, make, sign_in) -> None:
    _, session, _, duties, users = exam
    client, url = sign_in(users[1]), _url(session, duties[1])
    name = f"r-{people_to_look_at(session)[0].Candidate.uid}"
    client.post(url, data={name: "superior", "sure": "1"})
    row = db.session.execute(select(RecusalRelation)).scalar_one()
    row.valid_until = START.date()
    make.session.commit()
    assert _outcome(make, session, duties[1]) == "fail"
    row.valid_until = START.date() - timedelta(days=1)
    make.session.commit()
    assert _outcome(make, session, duties[1]) == "pass"


def test_whoever_is_on_the_list_is_not_their_own_examiner(exam, make) -> None:
    """Known by the ID number, whatever anybody declares."""
    _, session, _, duties, _ = exam
    make.stated(session)
    assert _outcome(make, session, duties[1]) == "pass"
    person = people_to_look_at(session)[0].Candidate.person_id
    make.run_as_owner(
        "WITH seen AS (SELECT set_config('examops.everything', 'on', true))"
        " UPDATE staff_member SET person_id = :person FROM seen WHERE id = :staff",
        person=person,
        staff=duties[1].staff_id,
    )

    assert _outcome(make, session, duties[1]) == "fail"


def test_nobody_signs_in_for_somebody_else_or_before_stating_their_relations(exam, make, sign_in, clock) -> None:
    body, session, _, duties, users = exam
    clock.instant = session.desk_opens_at
    client = sign_in(users[0])
    answer = client.post(f"/desk/{session.uid}/duties/{duties[0].uid}/sign-in", data={})
    assert (answer.status_code, "回避声明" in answer.text) == (409, True)
    state_all(make, session)
    assert client.post(f"/desk/{session.uid}/duties/{duties[1].uid}/sign-in", data={}).status_code == 403
    card = db.session.execute(
        select(Qualification.card_number).where(Qualification.staff_id == duties[1].staff_id)
    ).scalar_one()
    office = sign_in(make.user("coordinator", body))  # in a browser at the office, not at the door
    assert office.post(f"/desk/{session.uid}/duties/{duties[1].uid}/sign-in", data={"card": card}).status_code == 403


def test_the_third_who_signs_in_starts_the_session(exam, make, sign_in, clock) -> None:
    _, session, _, duties, users = exam
    approve(session, make, clock)
    clock.instant = session.desk_opens_at
    for n, (duty, user) in enumerate(zip(duties, users, strict=True)):
        client = sign_in(user)
        page = client.get(f"/desk/{session.uid}/duties").text
        assert ("到岗的考评员" in page) is (n < 3)
        assert client.post(f"/desk/{session.uid}/duties/{duty.uid}/sign-in", data={}).status_code == 302
        db.session.refresh(session)
        assert session.state == ("running" if n == 2 else "closed")


def test_who_must_step_aside_does_not_sign_in(exam, make, sign_in, clock) -> None:
    _, session, _, duties, users = exam
    state_all(make, session)
    make.session.get_one(StaffMember, duties[0].staff_id).team = "总装线"
    make.session.commit()
    clock.instant = session.desk_opens_at
    answer = sign_in(users[0]).post(f"/desk/{session.uid}/duties/{duties[0].uid}/sign-in", data={})
    assert answer.status_code == 409
    assert "须回避的关系" in answer.text
    assert db.session.get_one(SessionDuty, duties[0].id).signed_in_at is None


def test_signing_in_has_its_hours(exam, make, sign_in, clock) -> None:
    _, session, _, duties, users = exam
    state_all(make, session)
    clock.instant = session.desk_opens_at - timedelta(hours=2)
    answer = sign_in(users[0]).post(f"/desk/{session.uid}/duties/{duties[0].uid}/sign-in", data={})
    assert (answer.status_code, "到岗签到 12-15 07:30 起" in answer.text) == (409, True)


# Lots


def test_seats_are_bound_at_the_approval_and_drawn_with_a_value_known_later(exam, make, client, clock, job_app) -> None:
    body, session, turn, _, _ = exam
    approve(session, make, clock)
    commitment = db.session.execute(select(LotCommitment)).scalar_one()
    before = client.get(f"/draws/{turn.uid}").text
    assert commitment.commitment.hex() in before
    assert "已封存，未抽签" in before
    with job_app.app_context(), transaction(SYSTEM):
        clock.instant = START - timedelta(days=1)
        assert seal_entries(keyring(), clock) > 0
    clock.instant = START
    with transaction():
        draw_lots(turn, session, actor=BODY, clock=clock)
    draw = db.session.execute(select(LotDraw)).scalar_one()
    assert (draw.commitment, str(draw.public_day)) == (commitment.commitment, "2026-12-14")
    assert draw.public_value
    told = draws.Draw(
        draw.commitment, draw.seed, draw.public_value, tuple(commitment.people), tuple(commitment.stations)
    )
    seats = {row.booking_id for row in db.session.execute(select(Lot)).scalars()}
    assert len(seats) == 3
    expected = draws.allot(told.secret, told.public, told.subjects, told.objects)
    assert draws.verify(told, expected)
    after = client.get(f"/draws/{turn.uid}").text
    assert "复算一致" in after
    assert all(f"<td>{station}</td>" in after for station in expected.values())
    assert draw.seed.hex() in after


def test_a_seat_given_by_choice_is_seen(exam, make, client, clock) -> None:
    _, session, turn, _, _ = exam
    approve(session, make, clock)
    clock.instant = START
    with transaction():
        draw_lots(turn, session, actor=BODY, clock=clock)
    lot = db.session.execute(select(Lot).order_by(Lot.id).limit(1)).scalar_one()
    used = set(db.session.execute(select(Lot.workstation_id)).scalars())
    lot.workstation_id = db.session.execute(
        select(Workstation.id).where(Workstation.id.not_in(used)).limit(1)
    ).scalar_one()
    make.save(lot)
    assert "复算不一致" in client.get(f"/draws/{turn.uid}").text


def test_the_tablet_takes_the_card_of_who_stands_there(exam, make, sign_in, clock) -> None:
    body, session, _, duties, _ = exam
    state_all(make, session)
    make.session.get_one(StaffMember, duties[1].staff_id).user_id = None
    make.session.commit()
    clock.instant = session.desk_opens_at
    site = make.session.get_one(Site, session.site_id)
    with transaction(SYSTEM):
        _, token = pair(create_pairing_code(site, "desk", clock=clock), "东门 1 号", "desk", None, clock=clock)
    client = sign_in(make.user("proctor", body))
    client.set_cookie("examops_tablet", token)
    url = f"/desk/{session.uid}/duties/{duties[1].uid}/sign-in"
    assert client.post(url, data={"card": "K-of-nobody"}).status_code == 403
    query = select(Qualification.card_number).where(Qualification.staff_id == duties[1].staff_id)
    assert client.post(url, data={"card": db.session.execute(query).scalar_one()}).status_code == 302
    duty = make.session.get_one(SessionDuty, duties[1].id, populate_existing=True)
    assert duty.signed_in_at == clock.now()


def test_ones_own_page_leads_to_the_list_and_the_door_long_before_the_day(exam, make, sign_in) -> None:
    _, session, _, duties, users = exam
    client, own = sign_in(users[1]), f"/desk/{session.uid}/duties/{duties[1].uid}"
    page = client.get("/desk/").text
    assert f'href="{own}/recusal"' in page
    assert "未声明" in page
    there = client.get(f"/desk/{session.uid}/duties").text
    assert f'href="{own}/recusal"' in there
    assert f'action="{own}/sign-in"' in there
    assert f"{duties[0].uid}/recusal" not in there
    assert f"{duties[0].uid}/sign-in" not in there
    state_all(make, session)
    assert "已声明，无须回避" in client.get("/desk/").text
    make.session.get_one(SessionDuty, duties[1].id).is_released = True
    make.session.commit()
    assert "以后的当值" not in client.get("/desk/").text


def test_who_must_step_aside_after_the_announcement_waits_for_the_coordinator(exam, make, clock, sign_in) -> None:
    body, session, _, duties, users = exam
    approve(session, make, clock)
    coordinator = sign_in(make.user("coordinator", body))
    week = f"/sessions/week?day={START:%Y-%m-%d}"
    assert "须换人" not in coordinator.get(week).text
    client, url = sign_in(users[1]), f"/desk/{session.uid}/duties/{duties[1].uid}/recusal"
    uid = client.get(url).text.split('name="r-')[1].split('"')[0]
    assert client.post(url, data={f"r-{uid}": "relative", "sure": "1"}).status_code == 302
    name = make.session.get_one(StaffMember, duties[1].staff_id).name
    coordinator = sign_in(make.user("coordinator", body))
    page = coordinator.get(week).text
    assert f"{name} 声明须回避" in page
    assert f'href="/desk/{session.uid}/duties"' in page
    client = sign_in(users[1])
    assert client.post(url, data={f"r-{uid}": "mistaken", "sure": "1"}).status_code == 302
    coordinator = sign_in(make.user("coordinator", body))
    assert "须换人" not in coordinator.get(week).text
