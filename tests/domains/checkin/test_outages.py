"""Workstations and cameras out of service: places drop at once, sessions are warned, nobody loses a place unseen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.checkin.models import Lot, SeatMove, Sitting
from examops.core.actor import Actor
from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.language import drop_language, keep_language
from examops.core.scope import SYSTEM, Scope, scoped, set_scope
from examops.core.transaction import transaction
from examops.outbox.models import OutboxNotice
from examops.sessions import outages
from examops.sessions.booking.releasing import release
from examops.sessions.booking.service import book_one
from examops.sessions.capacity.resources import recount
from examops.sessions.models import Booking, SessionBreak, Turn
from examops.sessions.outages import TakeOut, put_back, take_out, unreached
from examops.sessions.outages.invariants import INVARIANTS
from examops.sessions.refusals import TurnFull
from examops.sites import coverage_of
from examops.sites.models import CameraOutage, Room, Workstation, WorkstationOutage
from tests.factories import DAY, Factory
from tests.patience import wait_for

ACTOR = Actor("user", None, "李婷", "coordinator")
TOMORROW = DAY.replace(day=24)


@pytest.fixture
def ground(make: Factory, clock):
    """A session tomorrow, two turns, three workstations under one camera, a panel for more; nobody booked yet."""
    body = make.body(telephone="0757-22220000")
    room = make.room(make.site(body, contact="何工"), stations=3)
    camera = make.camera(room)
    batch = make.batch(body)
    session, turns = make.session_with_turns(batch, room, turns=2, capacity=3, starts_at=TOMORROW)
    make.panel(session)
    make.save(make.staff(body, "proctor", telephone="13800000001"))
    with transaction(SYSTEM):
        recount(session, rulebook())
    return body, room, camera, session, turns, make.applications(batch, body, 6)


@pytest.fixture
def coordinator(make: Factory, sign_in, ground):
    return sign_in(make.user("coordinator", ground[0]))


def booked(applications, turn, clock) -> None:
    for application in applications:
        with transaction():
            book_one(application.uid, turn.uid, actor=ACTOR, clock=clock)


def out(make: Factory, clock, stations=(), cameras=(), since=None, until=None) -> list[Any]:
    with transaction():
        asked = TakeOut(list(stations), list(cameras), Range(since or clock.now(), until), "漏电跳闸")
        return take_out(asked, actor=ACTOR, clock=clock, rules=rulebook())


def fresh(row: Any) -> Any:
    db.session.rollback()
    db.session.refresh(row)
    return row


def faults() -> list[str]:
    db.session.rollback()
    with scoped(SYSTEM):
        return [line for one in INVARIANTS for line in one.find(None)]


def test_places_drop_at_once_and_nobody_new_is_booked(ground, make, clock) -> None:
    body, room, _, session, turns, applications = ground
    booked(applications[:2], turns[0], clock)
    (broken,) = out(make, clock, make.stations(room)[:1])
    assert (broken.session.id, broken.people) == (session.id, 0)
    assert [fresh(turn).capacity for turn in turns] == [2, 2]
    with pytest.raises(TurnFull) as refused, transaction():
        book_one(applications[2].uid, turns[0].uid, actor=ACTOR, clock=clock)
    assert "可用工位" in refused.value.words
    assert (faults(), fresh(turns[0]).taken) == ([], 2)


def test_whoever_loses_a_place_is_counted_and_those_who_must_know_are_told(ground, make, clock) -> None:
    body, room, _, session, turns, applications = ground
    member = make.staff(body, "proctor", telephone="13800000001")
    make.duty(session, member, "proctor")
    booked(applications[:3], turns[0], clock)
    language = keep_language("en")  # of whoever acts; notices are Chinese
    try:
        (broken,) = out(make, clock, make.stations(room)[:2])
    finally:
        drop_language(language)
    assert [(one.turn.number, one.people, one.allows, one.without) for one in broken.turns] == [
        (1, 3, 1, 2),
        (2, 0, 1, 0),
    ]
    row = db.session.execute(select(SessionBreak)).scalar_one()
    assert (row.people, row.settlement, row.stations, row.known_by) == (2, "", ["A-01", "A-02"], "李婷")
    assert len(row.told) == 1
    with transaction(SYSTEM):
        notices = {one.recipient: one for one in db.session.execute(select(OutboxNotice)).scalars()}
    assert set(notices) == {"13800000001"}
    with transaction(SYSTEM):
        untold = unreached(session)
    assert (untold[0], member.name in untold) == (body.name, False), "no text message reaches a landline"
    assert "2 人没有位子" in notices["13800000001"].payload["text"]
    tags = set(db.session.execute(select(AuditEntry.tag)).scalars())
    assert {"workstation:out_of_service", "session:broken"} <= tags
    assert (fresh(turns[0]).capacity, fresh(turns[0]).taken, faults()) == (3, 3, [])


def test_a_place_given_back_in_an_overfull_turn_is_not_offered_again(ground, make, clock) -> None:
    _, room, _, _, turns, applications = ground
    booked(applications[:3], turns[0], clock)
    out(make, clock, make.stations(room)[:2])
    with transaction():
        release(db.session.execute(select(Booking.uid).limit(1)).scalar_one(), reason="本人", actor=ACTOR)
    assert (fresh(turns[0]).taken, turns[0].capacity) == (2, 2)
    with pytest.raises(TurnFull), transaction():
        book_one(applications[4].uid, turns[0].uid, actor=ACTOR, clock=clock)


def test_putting_back_gives_the_places_back_and_settles_what_was_open(ground, make, clock) -> None:
    _, room, _, session, turns, applications = ground
    booked(applications[:3], turns[0], clock)
    out(make, clock, make.stations(room)[:1])
    outage = db.session.execute(select(WorkstationOutage)).scalar_one()
    clock.instant += timedelta(minutes=5)
    with transaction():
        assert put_back([outage], actor=ACTOR, clock=clock, rules=rulebook()) == [session]
    row = db.session.execute(select(SessionBreak)).scalar_one()
    assert (fresh(turns[0]).capacity, fresh(row).settlement) == (3, "put_back")
    with pytest.raises(DomainError, match="已经结束"), transaction():
        put_back([outage], actor=ACTOR, clock=clock, rules=rulebook())


def test_the_page_shows_what_breaks_before_anything_is_written(ground, coordinator, make, clock) -> None:
    _, room, _, session, turns, applications = ground
    booked(applications[:3], turns[0], clock)
    stations = [str(one.uid) for one in make.stations(room)[:1]]
    page = coordinator.get("/outages/").text
    assert all(uid in page for uid in stations)
    form = {"station": stations, "reason": "检修", "since": "2026-11-23T09:12"}
    shown = coordinator.post("/outages/preview", data=form)
    assert (shown.status_code, "1 人没有位子" in shown.text, session.title in shown.text) == (200, True, True)
    assert (db.session.execute(select(WorkstationOutage.id)).all(), fresh(turns[0]).capacity) == ([], 3)
    seen = re.search(r'name="seen" value="(\w+)"', shown.text)
    assert seen
    assert coordinator.post("/outages/", data=form).status_code == 200, "without a preview it is shown first"
    booked(applications[3:4], turns[1], clock)
    booked(applications[4:6], turns[1], clock)
    changed = coordinator.post("/outages/", data={**form, "seen": seen[1]})
    assert (changed.status_code, "影响变了" in changed.text) == (409, True)
    seen = re.search(r'name="seen" value="(\w+)"', changed.text)
    assert coordinator.post("/outages/", data={**form, "seen": seen[1]}).status_code == 302
    page = coordinator.get(f"/sessions/{session.uid}").text
    assert ("A-01 停用：检修" in page, "2 人没有位子" in page) == (True, True)
    assert "重新安排" in coordinator.get("/outages/").text
    outage = db.session.execute(select(WorkstationOutage)).scalar_one()
    assert coordinator.post("/outages/", data=form | {"seen": seen[1]}).status_code == 409, "out of service already"
    assert coordinator.post(f"/outages/{outage.uid}/end").status_code == 302
    assert "停用：检修" not in coordinator.get(f"/sessions/{session.uid}").text


def test_people_are_moved_to_free_turns_or_it_is_said_that_there_is_none(ground, coordinator, make, clock) -> None:
    _, room, _, session, turns, applications = ground
    booked(applications[:3], turns[0], clock)
    session.state = "approved"  # the list is locked with it; turns of the session itself are not
    make.save(session)
    out(make, clock, make.stations(room)[:1])
    week = coordinator.get("/sessions/week").text
    assert "A-01 停用：1 人没有位子" in week
    assert f'href="/outages/sessions/{session.uid}"' in week
    page = coordinator.get(f"/outages/sessions/{session.uid}").text
    assert ("第 1 轮多 1 人" in page, page.count('name="booking"')) == (True, 3)
    last = db.session.execute(select(Booking).order_by(Booking.id.desc()).limit(1)).scalar_one()
    form = {"booking": [str(last.uid)], "turn": str(turns[1].uid)}
    assert coordinator.post(f"/outages/sessions/{session.uid}/move", data=form).status_code == 302
    assert (fresh(last).turn_id, last.during) == (turns[1].id, turns[1].during)
    assert "受停用影响" not in coordinator.get("/sessions/week").text, "everybody has a place again"
    assert [(fresh(turn).taken, turn.capacity) for turn in turns] == [(2, 2), (1, 2)]
    assert fresh(db.session.execute(select(SessionBreak)).scalar_one()).settlement == "moved"
    out(make, clock, make.stations(room)[1:3])
    row = db.session.execute(select(SessionBreak).where(SessionBreak.settlement == "")).scalar_one()
    assert "没有空着的轮次" in coordinator.get(f"/outages/sessions/{session.uid}").text
    address = f"/outages/sessions/{session.uid}/no-place"
    assert coordinator.post(address, data={"outage": str(row.uid)}).status_code == 422
    assert coordinator.post(address, data={"outage": str(row.uid), "note": "改到下一批"}).status_code == 302
    assert (fresh(row).settlement, row.note) == ("none", "改到下一批")
    assert "受停用影响" not in coordinator.get("/sessions/week").text
    assert "改到下一批" in coordinator.get(f"/sessions/{session.uid}").text


def test_people_go_to_a_session_of_the_batch_that_takes_bookings_and_to_no_other(ground, make, clock) -> None:
    body, room, _, session, turns, applications = ground
    batch = make.session.merge(make.batch(body))
    booked(applications[:3], turns[0], clock)
    other, (free,) = make.session_with_turns(
        make.session.get_one(type(batch), session.batch_id), room, starts_at=TOMORROW + timedelta(days=1), capacity=3
    )
    make.panel(other)
    make.save(other)
    out(make, clock, make.stations(room)[:3], until=TOMORROW + timedelta(hours=12))
    assert [one.turn.id for one in outages.targets_of(turns[0], session, clock)] == [free.id]
    uids = list(db.session.execute(select(Booking.uid)).scalars())
    with transaction():
        assert outages.move_people(uids, free.uid, session, actor=ACTOR, clock=clock, rules=rulebook()) == 3
    assert (fresh(free).taken, fresh(turns[0]).taken, turns[0].capacity) == (3, 0, 0)
    other.state = "approved"
    make.save(other)
    with pytest.raises(DomainError), transaction():
        outages.move_people(uids, turns[0].uid, other, actor=ACTOR, clock=clock, rules=rulebook())


def test_a_camera_out_of_service_covers_nothing_and_breaks_what_needs_it(ground, make, clock) -> None:
    _, room, camera, session, turns, applications = ground
    booked(applications[:3], turns[0], clock)
    begins, ends = TOMORROW - timedelta(minutes=5), TOMORROW + timedelta(minutes=10)
    (broken,) = out(make, clock, cameras=[camera], since=begins, until=ends)
    assert [(one.turn.number, one.without, one.limit.code) for one in broken.turns] == [(1, 3, "cameras")]
    stations = [one.id for one in make.stations(room)]
    seen = coverage_of(stations)
    assert seen.throughout(Range(begins, ends)) == frozenset()
    assert seen.throughout(Range(ends, ends + timedelta(hours=1))) == frozenset(stations)
    assert seen.throughout(Range(clock.now(), begins)) == frozenset(stations)
    row = db.session.execute(select(SessionBreak)).scalar_one()
    assert (row.cameras, row.stations, row.people) == ([camera.label], [], 3)
    second = make.camera(room)
    outage = db.session.execute(select(CameraOutage)).scalar_one()
    with transaction():
        put_back([outage], actor=ACTOR, clock=clock, rules=rulebook())
    assert out(make, clock, cameras=[camera])[0].turns == [], f"{second.label} sees them all the same"


def test_a_plan_measured_before_the_outage_is_counted_again_when_it_is_saved(ground, make, clock) -> None:
    from examops.sessions.planning.saving import count_outages

    _, room, _, session, turns, _ = ground
    held = make.stations(room)
    make.save(WorkstationOutage(**_owner(session), workstation_id=held[0].id, during=session.during, reason="x"))

    class Draft:
        stations, plan = held, session

    with transaction():
        count_outages(Draft, session)  # type: ignore[arg-type]
    assert [fresh(turn).capacity for turn in turns] == [2, 2]


def _owner(row: Any) -> dict[str, Any]:
    return {"body_id": row.body_id, "district": row.district}


def test_the_check_sees_who_sits_or_is_booked_where_nobody_knows(ground, make, clock) -> None:
    _, room, _, session, turns, applications = ground
    booked(applications[:3], turns[0], clock)
    station = make.stations(room)[0]
    assert faults() == []
    make.save(WorkstationOutage(**_owner(session), workstation_id=station.id, during=turns[0].during, reason="x"))
    (over,) = faults()
    assert "第 1 轮排了 3 人，停用后只有 2 个工位" in over
    booking = db.session.execute(select(Booking).limit(1)).scalar_one()
    make.save(
        Sitting(
            **_owner(session),
            booking_id=booking.id,
            session_id=session.id,
            turn_id=turns[0].id,
            workstation_id=station.id,
            entered_at=TOMORROW,
            admitted_by="监考",
        )
    )
    assert any("有人坐着停用的工位 A-01" in line for line in faults())


# During the exam


def seats(session) -> dict[str, str]:
    db.session.rollback()
    rows = db.session.execute(
        text(
            "SELECT c.name, w.code FROM sitting s JOIN booking b ON b.id = s.booking_id"
            " JOIN application a ON a.id = b.application_id JOIN candidate c ON c.id = a.candidate_id"
            " JOIN workstation w ON w.id = s.workstation_id WHERE s.session_id = :session"
        ),
        {"session": session.id},
    )
    return dict(tuple(row) for row in rows)


def test_nobody_is_seated_where_it_was_drawn_once_that_is_out(exam, codes, desk, make, clock) -> None:
    _, session, turns, applications = exam
    assert desk(codes[0]).json["admitted"]
    lots = {
        lot.booking_id: lot.workstation_id
        for lot in db.session.execute(select(Lot).where(Lot.turn_id == turns[0].id)).scalars()
    }
    booking = db.session.execute(select(Booking).where(Booking.application_id == applications[1].id)).scalar_one()
    station = make.session.get_one(Workstation, lots[booking.id])
    out(make, clock, [station])
    answer = desk(codes[1]).json
    assert (answer["admitted"], answer["seat"] != station.code) == (True, True)
    sitting = db.session.execute(select(Sitting).where(Sitting.booking_id == booking.id)).scalar_one()
    assert sitting.workstation_id not in lots.values()
    assert "lot:seat_replaced" in set(db.session.execute(select(AuditEntry.tag)).scalars())
    assert desk(codes[2]).json["admitted"]
    assert (len(set(seats(session).values())), faults()) == (3, [])


def test_who_sits_there_is_moved_with_a_reason(exam, codes, desk, make, sign_in, clock) -> None:
    body, session, turns, _ = exam
    assert desk(codes[0]).json["admitted"]
    sitting = db.session.execute(select(Sitting)).scalar_one()
    station = make.session.get_one(Workstation, sitting.workstation_id)
    client = sign_in(make.user("coordinator", body))
    shown = client.post("/outages/preview", data={"station": [str(station.uid)], "reason": "漏电"})
    assert f"{station.code} 上正坐着 1 人" in shown.text
    later = {"since": (session.ends_at + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M"), "reason": "检修"}
    shown = client.post("/outages/preview", data={"station": [str(station.uid)], **later})
    assert (shown.status_code, "上正坐着" in shown.text) == (200, False)
    out(make, clock, [station])
    page = client.get(f"/desk/{session.uid}/people").text
    free = re.findall(r'<option value="([0-9a-f-]{36})"', page)
    assert f"{station.code} 停用" in page
    assert str(station.uid) not in free
    address = f"/desk/sittings/{sitting.uid}/seat"
    assert client.post(address, data={"station": free[0], "reason": ""}).status_code == 422
    assert client.post(address, data={"station": str(station.uid), "reason": "漏电"}).status_code == 409
    assert client.post(address, data={"station": free[0], "reason": "漏电"}).status_code == 302
    move = db.session.execute(select(SeatMove)).scalar_one()
    assert (move.from_workstation_id, move.reason, fresh(sitting).workstation_id) == (
        station.id,
        "漏电",
        move.to_workstation_id,
    )
    assert f"{station.code} 停用" not in client.get(f"/desk/{session.uid}/people").text
    assert faults() == []
    reviewer = sign_in(make.user("supervisor", district=body.district))
    (seen,) = reviewer.get(f"/footage/review/{session.uid}/data.json").json["people"]
    assert f"{station.code} 换到 {seen['seat']}" in seen["turn"]


def _room(make: Factory, session: Any) -> Any:
    return make.session.get_one(Room, session.room_id)


def test_without_a_free_workstation_the_desk_says_what_to_do(exam, codes, desk, make, clock) -> None:
    _, session, _, _ = exam
    assert desk(codes[0]).json["admitted"]
    sitting = db.session.execute(select(Sitting)).scalar_one()
    rest = [one for one in make.stations(_room(make, session)) if one.id != sitting.workstation_id]
    out(make, clock, rest)
    answer = desk(codes[1])
    assert (answer.status_code, answer.json["code"]) == (409, "seating.none_left")


# Races


@contextmanager
def in_thread(app: Flask, body_id: int, work: Callable[[], Any]) -> Iterator[list[Any]]:
    answers: list[Any] = []

    def run() -> None:
        with app.app_context():
            set_scope(Scope(bodies=(body_id,)))
            try:
                answers.append(work())
            except (DomainError, IntegrityError) as error:
                answers.append(error)
            db.session.remove()

    thread = Thread(target=run)
    thread.start()
    yield answers
    thread.join()


@pytest.mark.race
def test_a_booking_against_an_outage_is_refused_or_counted(app, ground, make, clock) -> None:
    """Two of three places are taken; a third person is booked while a workstation goes out of service."""
    body, room, _, session, turns, applications = ground
    booked(applications[:2], turns[0], clock)
    body_id, third, turn, uid = body.id, applications[2].uid, turns[0].id, turns[0].uid
    asked = TakeOut(make.stations(room)[:1], [], Range(clock.now(), None), "漏电")
    barrier = Barrier(2)

    def book() -> str:
        barrier.wait()
        with transaction():
            return book_one(third, uid, actor=ACTOR, clock=clock).state

    def lose() -> int:
        barrier.wait()
        with transaction():
            return sum(one.people for one in take_out(asked, actor=ACTOR, clock=clock, rules=rulebook()))

    db.session.rollback()
    with in_thread(app, body_id, book) as placed, in_thread(app, body_id, lose) as lost:
        pass
    row = db.session.execute(select(Turn.taken, Turn.capacity).where(Turn.id == turn)).one()
    was_booked = placed == ["confirmed"]
    assert was_booked or isinstance(placed[0], TurnFull)
    assert lost == [int(was_booked)], "whoever was booked before is counted, whoever comes after is refused"
    assert tuple(row) == ((3, 3) if was_booked else (2, 2))
    assert faults() == []


@pytest.fixture
def watcher(settings) -> Iterator[Engine]:
    engine = create_engine(owner_url(settings), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.mark.race
@pytest.mark.parametrize("is_guarded", [True, False])
def test_the_lock_is_what_makes_it_so(app, ground, make, clock, monkeypatch, is_guarded) -> None:
    """A booking is made, and not committed, when the outage counts. The control counts without the lock: it counts
    nobody, and only the constraint stands between it and a turn that holds more people than places."""
    body, room, _, session, turns, applications = ground
    booked(applications[:2], turns[0], clock)
    body_id, third, uid = body.id, applications[2].uid, turns[0].uid
    asked = TakeOut(make.stations(room)[:1], [], Range(clock.now(), None), "漏电")
    if not is_guarded:
        monkeypatch.setattr("examops.sessions.outages.acting._lock_turns", lambda sessions: None)
        monkeypatch.setattr("examops.sessions.capacity.resources.lock_turns_of", lambda session_id: None)

    def lose() -> int:
        with transaction():
            return sum(one.people for one in take_out(asked, actor=ACTOR, clock=clock, rules=rulebook()))

    with transaction():
        book_one(third, uid, actor=ACTOR, clock=clock)
        losing = in_thread(app, body_id, lose)
        answers = losing.__enter__()
        _wait_until_blocked()
    losing.__exit__(None, None, None)
    if is_guarded:
        assert answers == [1]
    else:
        assert isinstance(answers[0], IntegrityError)
        assert "not_overbooked" in str(answers[0])


def _wait_until_blocked() -> None:
    """Until the other transaction waits for a lock."""
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    wait_for(lambda: db.session.execute(query).scalar_one(), "somebody waits for a lock", pause_s=0.01)


def test_rooms_with_nothing_that_can_break_are_not_offered(make, sign_in) -> None:
    body = make.body()
    site = make.site(body)
    of_site = {"body_id": body.id, "district": site.district, "site_id": site.id}
    make.save(Room(**of_site, name="保密室", kind="secure", seats=0))
    make.room(site, stations=1, name="实训室")
    page = sign_in(make.user("coordinator", body)).get("/outages/").text
    assert ("保密室" in page, "实训室" in page) == (False, True)
