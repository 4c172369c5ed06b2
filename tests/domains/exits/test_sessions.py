"""Sessions of a suspended or removed body: what runs finishes, each later one is decided, then the body has left."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from examops.core.database import db
from examops.core.errors import Conflict, Invalid, NotAllowed, NotFound
from examops.exits.acting import decide_session
from examops.exits.models import ExitCase, ExitSession
from examops.exits.timed import settle_exits
from examops.sessions.models import Booking, ExamSession
from tests.domains.exits.conftest import Exit
from tests.factories import DAY

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def busy(exit_of: Exit) -> Exit:
    """``running``, ``agreed`` (approved, with a booking) and ``draft``: one session each."""
    make, body = exit_of.make, exit_of.body
    batch, room = make.batch(body), make.room(make.site(body))
    for days, name, state in ((0, "running", "running"), (7, "agreed", "approved"), (14, "draft", "draft")):
        session, turns = make.session_with_turns(batch, room, starts_at=DAY + timedelta(days=days), state=state)
        exit_of.more[name] = session
        if name == "agreed":
            exit_of.more["booking"] = make.booking(turns[0], make.application(batch, make.candidate(body)))
    return exit_of


def choose(exit_of: Exit, case: ExitCase, name: str, choice: str, note: str = "", by: str = "city") -> None:
    options: dict[str, Any] = {"actor": exit_of.actor(by), "clock": exit_of.clock}
    decide_session(case, exit_of.more[name].uid, choice, note, **options)
    db.session.commit()


def states(exit_of: Exit, case: ExitCase) -> tuple[str, str]:
    db.session.refresh(exit_of.body)
    db.session.refresh(case)
    return exit_of.body.state, case.state


def test_the_body_leaves_when_its_last_session_is_over(busy: Exit) -> None:
    case = busy.decided("removed", "idle")
    assert states(busy, case) == ("exiting", "winding_down")
    assert (case.clock_owner, case.due_on) == ("city_bureau", date(2026, 11, 30))
    choose(busy, case, "agreed", "keep")
    choose(busy, case, "draft", "cancel", "备案已取消")
    assert states(busy, case) == ("exiting", "decided")
    assert case.due_on is None
    kept, running = busy.more["agreed"], busy.more["running"]
    for session in (running, kept):
        assert settle_exits(busy.clock) == 0
        db.session.refresh(session)
        session.state = "finished"
        db.session.commit()
    assert (settle_exits(busy.clock), settle_exits(busy.clock)) == (1, 0)
    db.session.commit()
    assert states(busy, case) == ("exited", "decided")


def test_a_session_that_is_cancelled_gives_its_bookings_back_and_names_the_case(busy: Exit) -> None:
    case = busy.decided("suspended")
    choose(busy, case, "agreed", "cancel", "考生转下一批")
    session = db.session.get_one(ExamSession, busy.more["agreed"].id)
    db.session.refresh(session)
    booking = db.session.get_one(Booking, busy.more["booking"].id)
    db.session.refresh(booking)
    assert (session.state, booking.state) == ("cancelled", "cancelled")
    assert states(busy, case) == ("suspended", "winding_down")


def test_a_session_that_moves_later_stays_until_it_is_decided_anew(busy: Exit) -> None:
    case = busy.decided("removed", "idle")
    choose(busy, case, "draft", "cancel", "备案已取消")
    choose(busy, case, "agreed", "move", "转顺德技师学院，12 月底前排出")
    busy.more["running"].state = "finished"
    busy.make.save(busy.more["running"])
    assert settle_exits(busy.clock) == 0
    assert states(busy, case) == ("exiting", "decided")
    choose(busy, case, "agreed", "cancel", "已由顺德技师学院排出")
    assert states(busy, case)[0] == "exited"
    query = select(ExitSession.choice).where(ExitSession.session_id == busy.more["agreed"].id).order_by(ExitSession.id)
    assert list(db.session.execute(query).scalars()) == ["move", "cancel"]


def test_what_cannot_be_decided_about_a_session_is_refused_with_the_reason(busy: Exit) -> None:
    elsewhere = busy.make.body()
    room = busy.make.room(busy.make.site(elsewhere))
    busy.more["elsewhere"], _ = busy.make.session_with_turns(busy.make.batch(elsewhere), room)
    case = busy.heard("idle")
    with pytest.raises(Conflict):
        choose(busy, case, "agreed", "keep")
    db.session.rollback()
    dismissed_or_not = busy.decided("removed")
    for name, choice, note, by, refusal in (
        ("running", "cancel", "x", "city", Conflict),
        ("draft", "keep", "", "city", Conflict),
        ("draft", "cancel", "", "city", Invalid),
        ("agreed", "move", "", "city", Invalid),
        ("elsewhere", "cancel", "x", "city", NotFound),
        ("draft", "cancel", "x", "district", NotAllowed),
    ):
        with pytest.raises(refusal):
            choose(busy, dismissed_or_not, name, choice, note, by)
        db.session.rollback()
