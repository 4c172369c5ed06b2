"""Booking: exact under a rush, every refusal says why, nothing is booked twice."""

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from examops.core.actor import Actor
from examops.core.database import db
from examops.core.scope import Scope, set_scope
from examops.core.transaction import transaction
from examops.sessions.booking.asking import BookingRequest
from examops.sessions.booking.releasing import release
from examops.sessions.booking.service import book, book_one
from examops.sessions.models import Booking, Ticket, Turn
from examops.sessions.refusals import AlreadyBooked, NotBookable, NotEligible, PlanConflict, TurnFull, WrongGroup
from examops.sessions.states import LIVE_BOOKING
from tests.factories import DAY, Factory

ACTOR = Actor.system("test")


def try_to_book(application, turn, clock):
    with transaction():
        return book_one(application.uid, turn.uid, actor=ACTOR, clock=clock)


def test_a_booking_takes_a_place_and_issues_one_ticket(exam, clock) -> None:
    _, _, turns, applications = exam
    try_to_book(applications[0], turns[0], clock)
    assert turns[0].taken == 1
    assert db.session.execute(select(func.count(Ticket.id))).scalar() == 1


def test_asking_again_for_the_same_place_answers_as_the_first_time(exam, clock) -> None:
    _, _, turns, applications = exam
    first = try_to_book(applications[0], turns[0], clock)
    again = try_to_book(applications[0], turns[0], clock)
    assert first.uid == again.uid
    assert turns[0].taken == 1


def test_a_full_turn_refuses_with_numbers(exam, clock) -> None:
    _, _, turns, applications = exam
    for application in applications[:3]:
        try_to_book(application, turns[0], clock)
    with pytest.raises(TurnFull, match="3 / 3"):
        try_to_book(applications[3], turns[0], clock)


def test_a_second_turn_for_the_same_part_is_refused(exam, clock) -> None:
    _, _, turns, applications = exam
    try_to_book(applications[0], turns[0], clock)
    with pytest.raises(AlreadyBooked):
        try_to_book(applications[0], turns[1], clock)


def test_an_application_that_was_not_accepted_is_refused(exam, make, clock) -> None:
    _, _, turns, applications = exam
    applications[0].state = "draft"
    make.save(applications[0])
    with pytest.raises(NotEligible):
        try_to_book(applications[0], turns[0], clock)


def test_another_level_is_refused(exam, make, clock) -> None:
    _, _, turns, applications = exam
    applications[0].level = "3"
    make.save(applications[0])
    with pytest.raises(WrongGroup):
        try_to_book(applications[0], turns[0], clock)


def test_after_the_closing_time_nobody_is_booked(exam, clock) -> None:
    _, session, turns, applications = exam
    clock.instant = session.bookings_close_at
    with pytest.raises(NotBookable):
        try_to_book(applications[0], turns[0], clock)


def test_a_person_is_never_in_two_rooms_at_once_even_across_bodies(exam, make, clock) -> None:
    _, _, turns, applications = exam
    other = make.body()
    batch = make.batch(other)
    _, other_turns = make.session_with_turns(batch, make.room(make.site(other)), starts_at=DAY.replace(day=24))
    candidate = make.candidate(other, id_number="440604199001019999")
    candidate.person_id = applications[0].person_id
    make.save(candidate)
    elsewhere = make.application_elsewhere(batch, candidate, other_turns[0])
    try_to_book(applications[0], turns[0], clock)
    with pytest.raises(PlanConflict, match="同一时间已有另一场考试"):
        try_to_book(elsewhere, other_turns[0], clock)
    assert db.session.execute(select(Turn.taken).where(Turn.id == other_turns[0].id)).scalar() == 0


def test_a_list_is_answered_wish_by_wish(exam, clock) -> None:
    _, _, turns, applications = exam
    with transaction():
        outcomes = book([BookingRequest(a.uid, turns[0].uid) for a in applications], actor=ACTOR, clock=clock)
    assert [outcome.refusal.code if outcome.refusal else "ok" for outcome in outcomes] == ["ok"] * 3 + [
        "booking.turn_full"
    ] * 2


def test_a_released_place_is_free_again(exam, clock) -> None:
    _, _, turns, applications = exam
    booking = try_to_book(applications[0], turns[0], clock)
    with transaction():
        release(booking.uid, reason="本人申请", actor=ACTOR)
    db.session.refresh(turns[0])
    assert turns[0].taken == 0
    assert try_to_book(applications[0], turns[1], clock).state == "confirmed"


def rush(app: Flask, body_id: int, wishes, work) -> list[str]:
    """Every wish in a thread and connection of its own, all let go at once; what became of each."""
    barrier, answers = Barrier(len(wishes)), []

    def run(booking_request) -> None:
        with app.app_context():
            set_scope(Scope(bodies=(body_id,)))
            barrier.wait()
            answers.append(work(*booking_request))
            db.session.remove()

    threads = [Thread(target=run, args=(booking_request,)) for booking_request in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def rush_hour(make: Factory):
    """One turn of 10 places and 16 people who want one."""
    body = make.body()
    batch = make.batch(body)
    starts_at = DAY.replace(day=24)
    _, turns = make.session_with_turns(batch, make.room(make.site(body)), capacity=10, starts_at=starts_at)
    wishes = [(application.uid, turns[0].uid) for application in make.applications(batch, body, 16)]
    turn_id, body_id = turns[0].id, body.id
    db.session.rollback()
    return body_id, turn_id, wishes


@pytest.mark.race
def test_sixteen_at_once_on_ten_places_end_with_exactly_ten(app, rush_hour, clock) -> None:
    body_id, turn_id, wishes = rush_hour

    def work(application_uid, turn_uid) -> str:
        try:
            with transaction():
                book_one(application_uid, turn_uid, actor=ACTOR, clock=clock)
        except TurnFull:
            return "full"
        return "booked"

    answers = rush(app, body_id, wishes, work)
    rows = db.session.execute(
        select(func.count(Booking.id)).where(Booking.turn_id == turn_id, Booking.state.in_(LIVE_BOOKING))
    )
    assert sorted(answers) == ["booked"] * 10 + ["full"] * 6
    assert rows.scalar() == 10


@pytest.mark.race
def test_control_counting_without_the_guard_overbooks(app, rush_hour) -> None:
    """What the lock and the CHECK are for: the same rush with count-then-insert books more than ten."""
    body_id, turn_id, wishes = rush_hour
    looked = Barrier(len(wishes))

    def work(application_uid, turn_uid) -> str:
        with transaction():
            taken = db.session.execute(select(func.count(Booking.id)).where(Booking.turn_id == turn_id)).scalar()
            looked.wait()  # everybody has counted before anybody writes
            if taken >= 10:
                return "full"
            db.session.execute(
                text(
                    "INSERT INTO booking"
                    " (uid, body_id, district, application_id, person_id, part, session_id, turn_id, during, state)"
                    " SELECT gen_random_uuid(), a.body_id, a.district, a.id, a.person_id, 'skill',"
                    " t.session_id, t.id, t.during, 'confirmed'"
                    " FROM application a, turn t WHERE a.uid = :a AND t.uid = :t"
                ),
                {"a": application_uid, "t": turn_uid},
            )
        return "booked"

    assert rush(app, body_id, wishes, work).count("booked") == 16
