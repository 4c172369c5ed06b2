"""A saved session changed before it is declared:
the same judging, nobody booked loses a place, all of it in the log.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.eligibility.models import Candidate
from examops.sessions import invariants as capacity
from examops.sessions.booking.releasing import release
from examops.sessions.booking.service import book_one
from examops.sessions.editing.form import form_from_session
from examops.sessions.models import Booking, ExamSession, SessionDuty, SessionGroup, SessionStation, Turn
from examops.sessions.planning.plan import Duty, GroupPlan, SessionPlan
from examops.sessions.planning.saving import create_session
from tests.factories import DAY, ELECTRICIAN, Factory

ACTOR = Actor("user", None, "李婷", "coordinator")
START = DAY + timedelta(days=3)


@pytest.fixture
def saved(make: Factory, sign_in, clock):
    """A draft session of two turns with two people in each, and its coordinator."""
    body = make.body()
    room = make.room(make.site(body), stations=12)
    make.camera(room)
    batch = make.batch(body, parts=("skill", "theory"))
    panel = [make.staff(body) for _ in range(3)]
    plan = SessionPlan(
        batch.uid,
        room.uid,
        (GroupPlan(ELECTRICIAN, "4", "skill", START, 2, 60, 10),),
        [Duty(member.uid, "examiner") for member in panel],
    )
    with transaction():
        session = create_session(plan, actor=ACTOR, clock=clock, rules=rulebook())
    applications = make.applications(batch, body, 4)
    for place, application in enumerate(applications):
        with transaction():
            book_one(application.uid, turns_of(session)[place // 2].uid, actor=ACTOR, clock=clock)
    return session, sign_in(make.user("coordinator", body)), body, panel, applications


def turns_of(session: ExamSession) -> list[Turn]:
    return list(db.session.execute(select(Turn).where(Turn.session_id == session.id).order_by(Turn.number)).scalars())


def form(session: ExamSession) -> dict[str, str]:
    found = form_from_session(session)
    db.session.rollback()
    return found


def post(saved, **changes: str):
    session, client = saved[:2]
    answer = client.post(f"/sessions/{session.uid}/edit", data={**form(session), **changes, "do": "save"})
    db.session.rollback()
    db.session.expire_all()
    return answer


def no_promise_is_broken() -> None:
    found = [
        check()
        for check in (
            capacity.bookings_beside_their_turn,
            capacity.miscounted_turns,
            capacity.overfull_turns,
            capacity.overlapping_workstations,
            capacity.overlapping_duties,
            capacity.people_in_two_places,
        )
    ]
    assert found == [[]] * len(found)


def test_the_page_opens_with_what_was_saved_and_saving_it_changes_nothing(saved) -> None:
    session, client = saved[:2]
    page = client.get(f"/sessions/{session.uid}/edit").text
    assert f"修改场次 {session.number}" in page
    assert 'value="2026-11-26T09:00"' in page
    assert 'value="A-01–A-12"' in page
    assert f'href="/sessions/{session.uid}/edit"' in client.get(f"/sessions/{session.uid}").text
    before = [(turn.uid, turn.number, turn.during, turn.capacity, turn.taken) for turn in turns_of(session)]
    assert post(saved).status_code == 302
    assert [(t.uid, t.number, t.during, t.capacity, t.taken) for t in turns_of(session)] == before
    no_promise_is_broken()


def test_turns_move_with_everybody_in_them_and_the_log_says_how(saved) -> None:
    session = saved[0]
    assert post(saved, **{"g0-starts_at": "2026-11-26T14:00", "g0-turns": "3"}).status_code == 302
    turns = turns_of(session)
    assert [turn.taken for turn in turns] == [2, 2, 0]
    assert turns[0].during.lower == START + timedelta(hours=5)
    assert {booking.during for booking in db.session.execute(select(Booking)).scalars()} == {
        turns[0].during,
        turns[1].during,
    }
    assert session.desk_opens_at == START + timedelta(hours=4)
    assert session.bookings_close_at == START + timedelta(hours=5) - timedelta(days=1)
    assert {row.during for row in db.session.execute(select(SessionStation)).scalars()} == {session.during}
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "session:changed")).scalar_one()
    assert entry.payload["starts_at"] == ["2026-11-26T01:00:00+00:00", "2026-11-26T06:00:00+00:00"]
    assert "people" not in entry.payload
    no_promise_is_broken()


def test_people_workstations_and_capacity_follow(saved, make: Factory) -> None:
    session, _, body, panel, _ = saved
    more = [make.staff(body) for _ in range(2)]
    changes = {"g0-stations": "A-01~A-09", f"duty-{panel[0].uid}": "leader"}
    changes |= {f"duty-{member.uid}": "examiner" for member in more}
    assert post(saved, **changes).status_code == 302
    assert [turn.capacity for turn in turns_of(session)] == [9, 9]
    assert len(db.session.execute(select(SessionStation)).all()) == 9
    duties = db.session.execute(select(SessionDuty.role)).scalars().all()
    assert sorted(duties) == ["examiner"] * 4 + ["leader"]


def test_a_group_is_added_before_the_old_one_and_taken_away_again(saved, make: Factory) -> None:
    session, _, body, _, _ = saved
    proctors = {f"duty-{make.staff(body, 'proctor').uid}": "proctor" for _ in range(2)}
    old = {name.replace("g0-", "g1-"): value for name, value in form(session).items() if name.startswith("g0-")}
    both = {
        **old,
        **proctors,
        "groups": "2",
        "g0-part": "theory",
        "g0-starts_at": "2026-11-26T08:30",
        "g0-stations": "6",
        "g0-turns": "1",
        "g0-minutes": "30",
        "g1-stations": "",
    }
    assert post(saved, **both).status_code == 302
    groups = list(db.session.execute(select(SessionGroup).order_by(SessionGroup.number)).scalars())
    assert [(group.number, group.part) for group in groups] == [(1, "theory"), (2, "skill")]
    assert [(turn.number, turn.taken) for turn in turns_of(session)] == [(1, 0), (2, 2), (3, 2)]
    assert "理论" in str(session.title)
    alone = {name.replace("g1-", "g0-"): value for name, value in form(session).items() if name.startswith("g1-")}
    assert post(saved, **alone, groups="1").status_code == 302
    assert [(turn.number, turn.taken) for turn in turns_of(session)] == [(1, 2), (2, 2)]
    no_promise_is_broken()


def test_a_turn_with_people_cannot_go_and_they_are_named(saved) -> None:
    session, _, _, _, applications = saved
    answer = post(saved, **{"g0-turns": "1"})
    assert answer.status_code == 422
    names = [db.session.get_one(Candidate, one.candidate_id).name for one in applications]
    assert f"第 2 轮已排 {names[2]}、{names[3]}，去不掉" in answer.text
    looks = select(AuditEntry.actor_role).where(AuditEntry.tag == "session:people_viewed")
    assert list(db.session.execute(looks).scalars()) == ["coordinator"]
    assert len(turns_of(session)) == 2
    with transaction(SYSTEM):
        for booking in db.session.execute(select(Booking).order_by(Booking.id).offset(2)).scalars():
            release(booking.uid, reason="退出", actor=ACTOR)
    assert post(saved, **{"g0-turns": "1"}).status_code == 302
    assert [turn.taken for turn in turns_of(session)] == [2]
    no_promise_is_broken()


def test_a_fault_that_names_nobody_is_no_look_at_people(saved) -> None:
    assert post(saved, **{"g0-minutes": "0"}).status_code == 422
    looks = select(AuditEntry.id).where(AuditEntry.tag == "session:people_viewed")
    assert db.session.execute(looks).first() is None


def test_fewer_places_than_people_are_refused_with_the_limit(saved) -> None:
    answer = post(saved, **{"g0-stations": "1"})
    assert answer.status_code == 422
    names = [db.session.get_one(Candidate, one.candidate_id).name for one in saved[4]]
    assert f"第 1 轮已排 2 人（{names[0]}、{names[1]}）" in answer.text
    assert "改后只能排 1 人，限制是可用工位" in answer.text


def test_somebody_who_sits_elsewhere_at_the_new_time_is_named(saved, make: Factory) -> None:
    session, _, body, _, applications = saved
    batch = make.batch(body, parts=("skill",))
    other, (turn,) = make.session_with_turns(batch, make.room(make.site(body)), starts_at=START + timedelta(hours=5))
    candidate = db.session.merge(make.application_elsewhere(batch, _candidate(applications[0]), turn))
    make.booking(turn, candidate)
    answer = post(saved, **{"g0-starts_at": "2026-11-26T14:00"})
    assert answer.status_code == 422
    assert f"{_candidate(applications[0]).name} 那时在场次 {other.number} 有另一场考试" in answer.text


def _candidate(application):
    return db.session.get_one(Candidate, application.candidate_id)


def test_another_session_in_the_way_is_a_conflict_but_its_own_hours_are_not(saved, make: Factory) -> None:
    session, client, body, _, _ = saved
    batch = make.batch(body)
    room = db.session.get_one(type(make.room(make.site(body))), session.room_id)
    make.session_with_turns(batch, room, starts_at=START + timedelta(hours=6))
    assert post(saved, **{"g0-starts_at": "2026-11-26T09:30"}).status_code == 302
    answer = post(saved, **{"g0-starts_at": "2026-11-26T15:00"})
    assert (answer.status_code, "已有场次" in answer.text) == (409, True)
    judged = client.post(f"/sessions/{session.uid}/edit/judged", data=form(session)).text
    assert "没有冲突，可以保存" in judged


def test_a_declared_session_is_changed_no_more_and_a_returned_one_is(saved, make: Factory) -> None:
    session, client = saved[:2]
    for state, status in (("declared", 409), ("approved", 409), ("returned", 200)):
        session = db.session.merge(session)
        session.state = state
        make.save(session)
        assert client.get(f"/sessions/{session.uid}/edit").status_code == status
        assert (post(saved).status_code == 302) == (state == "returned")


def test_a_session_stays_in_one_room_and_with_its_batch_while_people_are_booked(saved, make: Factory) -> None:
    session, _, body, _, _ = saved
    two = {name.replace("g0-", "g1-"): value for name, value in form(session).items()}
    two |= {"groups": "2", "g1-part": "theory", "g1-room": str(make.room(make.site(body)).uid)}
    assert "一个场次只在一个考场" in post(saved, **two).text
    answer = post(saved, batch=str(make.batch(body, parts=("skill",)).uid))
    assert (answer.status_code, "不能换批次" in answer.text) == (422, True)


def test_another_body_finds_nothing_to_change(saved, make: Factory, sign_in) -> None:
    uid = saved[0].uid
    stranger = sign_in(make.user("coordinator", make.body()))
    assert stranger.get(f"/sessions/{uid}/edit").status_code == 404
    assert stranger.post(f"/sessions/{uid}/edit", data={"do": "save"}).status_code == 404
