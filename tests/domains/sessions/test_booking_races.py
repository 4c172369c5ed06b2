"""What may happen to a booking between its query and its statement, and what stays open after the statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select, text

from config.settings import Settings
from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.clock import FixedClock
from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.scope import Scope, set_scope
from examops.core.transaction import transaction
from examops.eligibility.models import Candidate
from examops.registration.models import Batch
from examops.sessions.booking.asking import BookingRequest
from examops.sessions.booking.releasing import release
from examops.sessions.booking.service import BookingResult, book, book_one
from examops.sessions.models import Booking, Ticket, Turn
from examops.sessions.refusals import RosterLocked, TurnFull
from examops.sessions.states import SessionState
from examops.sessions.transitions import move_session
from tests.factories import DAY
from tests.patience import wait_for

ACTOR = Actor.system("test")
COORDINATOR = Actor("user", None, "李婷", "coordinator")


def outcomes(results: list[BookingResult]) -> list[str]:
    return [result.refusal.code if result.refusal else "ok" for result in results]


def book_list(pairs: list[tuple[Any, Any]], clock: FixedClock) -> list[str]:
    with transaction():
        wanted = [BookingRequest(application.uid, turn.uid) for application, turn in pairs]
        return outcomes(book(wanted, actor=ACTOR, clock=clock))


@pytest.fixture
def watcher(settings: Settings) -> Iterator[Engine]:
    """Sees who waits for whom."""
    engine = create_engine(owner_url(settings), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def wait_until_blocked(watcher: Engine) -> None:
    """Until some connection of this database waits for a lock."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )

    def is_blocked() -> bool:
        with watcher.connect() as connection:
            return bool(connection.execute(query).scalar_one())

    wait_for(is_blocked, "somebody waits for a lock", pause_s=0.01)


@contextmanager
def in_thread(app: Flask, body_id: int, work: Callable[[], Any]) -> Iterator[list[Any]]:
    """``work`` in a thread and connection of its own while the block runs; afterwards its answer or refusal."""
    answers: list[Any] = []

    def run() -> None:
        with app.app_context():
            set_scope(Scope(bodies=(body_id,)))
            try:
                answers.append(work())
            except DomainError as error:
                answers.append(error)
            db.session.remove()

    thread = Thread(target=run)
    thread.start()
    yield answers
    thread.join()


@pytest.mark.race
def test_nobody_is_booked_while_the_session_is_being_declared(app, exam, watcher, clock, monkeypatch) -> None:
    """The booking has read a session that takes bookings; when it writes, the declaration holds it."""
    body, session, turns, applications = exam
    monkeypatch.setattr("examops.sessions.transitions._must_pass", lambda *_: None)
    body_id, application, turn = body.id, applications[0].uid, turns[0].uid

    def work() -> str:
        with transaction():
            return book_one(application, turn, actor=ACTOR, clock=clock).state

    with transaction():
        move_session(session, SessionState.DECLARED, reason="", actor=COORDINATOR, clock=clock)
        waiting = in_thread(app, body_id, work)
        answers = waiting.__enter__()
        wait_until_blocked(watcher)
    waiting.__exit__(None, None, None)

    assert [type(answer) for answer in answers] == [RosterLocked]
    assert db.session.execute(select(Booking.id)).all() == []


@pytest.mark.race
def test_whoever_waits_for_the_last_place_reads_that_it_is_taken(app, exam, watcher, clock) -> None:
    body, _, turns, applications = exam
    book_list([(one, turns[0]) for one in applications[:2]], clock)
    body_id, third, turn = body.id, applications[3].uid, turns[0].uid

    def work() -> str:
        with transaction():
            return book_one(third, turn, actor=ACTOR, clock=clock).state

    with transaction():
        book_one(applications[2].uid, turn, actor=ACTOR, clock=clock)
        waiting = in_thread(app, body_id, work)
        answers = waiting.__enter__()
        wait_until_blocked(watcher)
    waiting.__exit__(None, None, None)

    assert [type(answer) for answer in answers] == [TurnFull]
    assert "3 / 3" in answers[0].words


@pytest.mark.race
def test_two_who_ask_for_the_same_at_once_get_the_same_booking(app, exam, watcher, clock) -> None:
    body, _, turns, applications = exam
    body_id, application, turn = body.id, applications[0].uid, turns[0].uid

    def work() -> Any:
        with transaction():
            return book_one(application, turn, actor=ACTOR, clock=clock).uid

    with transaction():
        first = book_one(application, turn, actor=ACTOR, clock=clock).uid
        waiting = in_thread(app, body_id, work)
        answers = waiting.__enter__()
        wait_until_blocked(watcher)
    waiting.__exit__(None, None, None)

    assert answers == [first]
    assert db.session.execute(select(Turn.taken).where(Turn.uid == turn)).scalar_one() == 1
    assert len(db.session.execute(select(Ticket.id)).all()) == 1


@pytest.mark.race
def test_bookings_of_two_sessions_do_not_wait_for_each_other(app, exam, make, clock) -> None:
    """Their tickets get numbers of one year: a counter's row would be held until the first of them commits."""
    body, session, turns, applications = exam
    _, (elsewhere,) = make.session_with_turns(
        make.session.merge(make.batch(body)), make.room(make.site(body)), starts_at=DAY.replace(day=25)
    )
    book_list([(applications[4], turns[1])], clock)  # the year's sequence is there
    body_id, second, turn = body.id, applications[1].uid, elsewhere.uid

    def work() -> str:
        with transaction():
            db.session.execute(text("SET LOCAL lock_timeout = '20s'"))
            return book_one(second, turn, actor=ACTOR, clock=clock).state

    with transaction():
        book_one(applications[0].uid, turns[0].uid, actor=ACTOR, clock=clock)
        with in_thread(app, body_id, work) as answers:
            pass
    assert answers == ["confirmed"]


def test_of_the_same_wish_twice_the_second_gets_what_the_first_got(exam, clock) -> None:
    _, _, turns, applications = exam
    pair = (applications[0], turns[0])
    assert book_list([pair, pair, (applications[0], turns[1])], clock) == ["ok", "ok", "booking.already"]
    assert (turns[0].taken, turns[1].taken) == (1, 0)


def test_whom_a_constraint_refuses_leaves_the_place_to_the_next(exam, make, clock) -> None:
    """Four want three places; another body, invisible here, holds the time of the second."""
    body, _, turns, applications = exam
    other = make.body()
    _, (elsewhere,) = make.session_with_turns(
        make.batch(other), make.room(make.site(other)), starts_at=DAY.replace(day=24)
    )
    busy = make.candidate(other)
    busy.person_id = applications[1].person_id
    make.save(busy)
    abroad = make.application_elsewhere(make.batch(other), busy, elsewhere)
    book_list([(abroad, elsewhere)], clock)
    set_scope(Scope(bodies=(body.id,)))
    db.session.rollback()

    found = book_list([(one, turns[0]) for one in applications], clock)

    assert found == ["ok", "booking.person_elsewhere", "ok", "ok", "booking.turn_full"]
    assert turns[0].taken == 3
    issued = set(db.session.execute(select(Ticket.application_id)).scalars())
    assert issued == {applications[n].id for n in (0, 2, 3)}, "no ticket for whom nobody booked"


def test_one_person_in_two_turns_at_the_same_time_of_one_list(exam, make, clock) -> None:
    body, _, turns, applications = exam
    batch, candidate = (
        db.session.get_one(table, number)
        for table, number in ((Batch, applications[0].batch_id), (Candidate, applications[0].candidate_id))
    )
    _, (elsewhere,) = make.session_with_turns(
        batch, make.room(make.site(body)), starts_at=DAY.replace(day=24), capacity=3
    )
    again = make.application_elsewhere(batch, candidate, elsewhere)

    found = book_list([(applications[0], turns[0]), (again, elsewhere)], clock)

    assert found == ["ok", "booking.person_elsewhere"]


def test_each_booking_and_ticket_stands_in_the_log_once(exam, clock) -> None:
    _, _, turns, applications = exam
    book_list([(one, turns[0]) for one in applications[:2]], clock)
    book_list([(applications[0], turns[0])], clock)

    tags = db.session.execute(select(AuditEntry.tag, AuditEntry.subject_uid)).all()
    bookings = {("booking:made", uid) for uid in db.session.execute(select(Booking.uid)).scalars()}
    tickets = {("ticket:issued", uid) for uid in db.session.execute(select(Ticket.uid)).scalars()}
    assert len(tags) == 4
    assert {tuple(row) for row in tags} == bookings | tickets


def test_a_place_that_was_given_back_needs_no_second_ticket(exam, clock) -> None:
    _, _, turns, applications = exam
    book_list([(applications[0], turns[0])], clock)
    with transaction():
        release(db.session.execute(select(Booking.uid)).scalar_one(), reason="本人申请", actor=ACTOR)
    assert book_list([(applications[0], turns[1])], clock) == ["ok"]
    assert len(db.session.execute(select(Ticket.id)).all()) == 1


def test_an_application_of_another_body_is_not_found(exam, make, clock) -> None:
    _, _, turns, _ = exam
    other = make.body()
    (foreign,) = make.applications(make.batch(other), other, 1)
    assert book_list([(foreign, turns[0])], clock) == ["booking.no_such_turn"]


def test_a_refused_booking_over_http_stands_in_the_log(exam, make, sign_in, clock) -> None:
    body, session, turns, applications = exam
    book_list([(one, turns[0]) for one in applications[:3]], clock)
    asked = {"application_uid": str(applications[3].uid), "turn_uid": str(turns[0].uid)}
    answer = sign_in(make.user("coordinator", body)).post(f"/sessions/{session.uid}/bookings", json=asked)

    assert (answer.status_code, answer.json["code"]) == (409, "booking.turn_full")
    refused = select(AuditEntry.payload).where(AuditEntry.tag == "booking:refused")
    assert db.session.execute(refused).scalar_one() == {"reasons": {"booking.turn_full": 1}}
