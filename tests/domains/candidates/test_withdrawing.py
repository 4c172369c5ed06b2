"""An application is withdrawn with a reason; its place is given back by the sessions' rules, or nothing happens."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.registration.models import Application
from examops.sessions.booking import BookingRequest, book
from examops.sessions.booking.tickets import code_of, issue_ticket
from examops.sessions.models import Booking, ExamSession, Turn
from tests.domains.registration.roster_files import ACTOR
from tests.factories import DAY, Factory
from tests.patience import PATIENCE_S, wait_for


@pytest.fixture
def placed(make: Factory, sign_in):
    """An application with a confirmed place in a draft session, and the coordinator's browser."""
    body = make.body()
    batch = make.batch(body)
    session, turns = make.session_with_turns(
        batch, make.room(make.site(body)), starts_at=DAY.replace(day=20, month=12), state="draft"
    )
    candidate = make.candidate(body, name="陈小明")
    application = make.application(batch, candidate)
    booking = make.booking(turns[0], application, "confirmed")
    return sign_in(make.user("coordinator", body)), application, booking, session


def withdraw(placed, reason: str = "本人要求"):
    client, application = placed[:2]
    page = f"/candidates/{_candidate(application)}/applications/{application.uid}/withdraw"
    return client.post(page, data={"reason": reason})


def _candidate(application: Application) -> str:
    from examops.eligibility.models import Candidate

    return str(db.session.get_one(Candidate, application.candidate_id).uid)


def state(placed) -> tuple[str, str, int]:
    db.session.rollback()
    db.session.expire_all()
    application = db.session.get_one(Application, placed[1].id)
    booking = db.session.get_one(Booking, placed[2].id)
    return application.state, booking.state, db.session.get_one(Turn, booking.turn_id).taken


def test_the_place_is_free_again_and_the_page_says_who_when_and_why(placed) -> None:
    before = state(placed)
    answer = withdraw(placed)

    assert answer.status_code == 302
    assert state(placed) == ("withdrawn", "cancelled", before[2] - 1)
    page = placed[0].get(answer.location).text
    assert "撤回，原因：本人要求" in page
    assert "/withdraw" not in page
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "application:withdrawn")).scalar_one()
    assert (entry.payload["reason"], entry.payload["released"]) == ("本人要求", 1)


@pytest.mark.parametrize("session_state", ["declared", "approved", "running", "finished"])
def test_a_place_in_a_declared_session_keeps_the_application_and_says_what_to_do(placed, session_state) -> None:
    before = state(placed)
    db.session.get_one(ExamSession, placed[3].id).state = session_state
    db.session.commit()
    answer = withdraw(placed)

    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert state(placed) == before


@pytest.mark.parametrize("booking_state", ["completed", "no_show", "disqualified", "interrupted"])
def test_an_exam_that_was_sat_or_missed_stays(placed, booking_state) -> None:
    db.session.get_one(Booking, placed[2].id).state = booking_state
    db.session.commit()
    answer = withdraw(placed)

    assert answer.status_code == 409
    assert "已经有考试记录" in answer.text
    assert state(placed)[0] == "accepted"


def test_it_needs_a_reason_and_is_done_once(placed) -> None:
    assert withdraw(placed, " ").status_code == 422
    assert state(placed)[0] == "accepted"
    withdraw(placed)
    again = withdraw(placed, "又一次")
    assert again.status_code == 409
    assert "已经撤回或办结" in again.text
    assert db.session.get_one(Application, placed[1].id).withdrawn_reason == "本人要求"


def test_another_bodys_coordinator_finds_nothing(placed, make, sign_in) -> None:
    stranger = sign_in(make.user("coordinator", make.body()))
    assert withdraw((stranger, *placed[1:])).status_code == 404
    assert state(placed)[0] == "accepted"


def test_the_candidates_own_page_says_so_and_carries_no_code(placed, clock, app) -> None:
    ticket = issue_ticket(placed[1], clock=clock, actor=ACTOR)
    db.session.commit()
    code = code_of(ticket)
    withdraw(placed)
    page = app.test_client().get(f"/t/{code}").text

    assert "报名已撤回" in page
    assert "进门出示" not in page


@pytest.mark.race
def test_whoever_books_meanwhile_waits_and_finds_it_withdrawn(placed, app, clock, make) -> None:
    """The withdrawal holds the row; the booking of another process waits for it instead of slipping in."""
    application, turn = placed[1], db.session.get_one(Turn, placed[2].turn_id)
    wanted = BookingRequest(application.uid, turn.uid)
    db.session.get_one(Booking, placed[2].id).state = "cancelled"
    db.session.commit()
    found: list[str] = []

    def elsewhere() -> None:
        with app.app_context(), transaction(SYSTEM):
            (result,) = book([wanted], actor=ACTOR, clock=clock)
            found.append(result.refusal.code if result.refusal else "booked")

    with transaction(SYSTEM):
        query = select(Application).where(Application.id == application.id).with_for_update()
        row = db.session.execute(query).scalar_one()
        thread = threading.Thread(target=elsewhere)
        thread.start()
        _until_somebody_waits()
        row.state = "withdrawn"
    thread.join(PATIENCE_S)

    assert found == ["booking.not_eligible"]


def _until_somebody_waits() -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    wait_for(lambda: db.session.connection().exec_driver_sql(waiting).scalar_one(), "somebody waits for the row")
