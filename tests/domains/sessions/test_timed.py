"""What happens by the clock, and that doing it twice changes nothing."""

from datetime import timedelta

import pytest

from examops.core.actor import Actor
from examops.core.database import db
from examops.core.transaction import transaction
from examops.sessions.booking.service import book_one
from examops.sessions.models import Booking
from examops.sessions.timed import begin_sessions, close_bookings, finish_sessions, propose_no_shows, release_holds
from tests.factories import DAY, Factory


@pytest.fixture
def exam(make: Factory, clock):
    body = make.body()
    batch = make.batch(body)
    session, turns = make.session_with_turns(batch, make.room(make.site(body)), starts_at=DAY + timedelta(days=1))
    with transaction():
        placed = book_one(make.applications(batch, body, 1)[0].uid, turns[0].uid, actor=Actor.system("t"), clock=clock)
        booking = db.session.get_one(Booking, placed.id)
    return session, turns[0], booking


def run(job, clock) -> int:
    with transaction():
        return job(clock)


def test_a_session_goes_through_its_day(exam, make, clock) -> None:
    session, _, booking = exam
    session.state = "approved"
    make.save(session)
    make.panel(session, signed_in_at=DAY)
    for moment, job, state in (
        (session.bookings_close_at, close_bookings, "closed"),
        (session.desk_opens_at, begin_sessions, "running"),
        (session.ends_at + timedelta(minutes=15), finish_sessions, "finished"),
    ):
        clock.instant = moment - timedelta(seconds=1)
        assert run(job, clock) == 0
        clock.instant = moment
        assert (run(job, clock), run(job, clock)) == (1, 0)
        db.session.refresh(session)
        assert session.state == state
    assert (run(propose_no_shows, clock), run(propose_no_shows, clock)) == (1, 0)
    db.session.refresh(booking)
    assert (booking.state, booking.no_show_proposed_at) == ("confirmed", clock.now())


def test_a_hold_runs_out_and_gives_its_place_back(exam, make, clock) -> None:
    _, turn, booking = exam
    booking.state, booking.hold_until = "held", clock.now()
    make.save(booking)
    assert (run(release_holds, clock), run(release_holds, clock)) == (1, 0)
    db.session.refresh(turn)
    assert turn.taken == 0
