"""The lot of a turn is drawn when its door opens: by the clock, by whoever opens the desk, else by the first scan."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from examops.audit.models import AuditEntry
from examops.checkin.jobs import draw_lots as draw_by_clock
from examops.checkin.models import Lot, LotDraw
from examops.checkin.opening import draw_at_desk, draw_turn, undrawn_turns
from examops.core import draws
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import retried, transaction
from examops.sessions.lots import commit_lots, commitment_of_turn, secret_of
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sites.models import Workstation
from tests.browsers import signed_in
from tests.factories import DAY
from tests.patience import PATIENCE_S
from tests.statements import counted

ACTOR = Actor.system("test")


def drawn() -> list[int]:
    db.session.rollback()
    return list(db.session.execute(select(LotDraw.turn_id).order_by(LotDraw.turn_id)).scalars())


def test_a_turn_is_due_when_its_door_is_about_to_open_and_then_once(exam, job_app, clock, make) -> None:
    """Of two turns at 09:00 and 09:40 the doors open at 08:00 and 08:40; the job draws two minutes before."""
    _, session, turns, _ = exam
    first, second = (turn.id for turn in turns)
    opens = DAY - timedelta(minutes=62)
    second_opens = opens + timedelta(minutes=40)
    session_id = session.id
    for moment, state, due in (
        (opens - timedelta(seconds=1), "running", []),
        (opens, "closed", []),  # no panel yet
        (opens, "running", [first]),
        (second_opens - timedelta(seconds=1), "interrupted", []),
        (second_opens, "running", [second]),
        (second_opens, "running", []),
    ):
        make.session.get_one(ExamSession, session_id).state = state
        make.session.commit()
        clock.instant = moment
        with job_app.app_context():
            with transaction(SYSTEM):
                found = undrawn_turns(clock)
            for turn_id in found:
                with transaction(SYSTEM):
                    assert draw_turn(turn_id, actor=ACTOR, clock=clock)
                with transaction(SYSTEM):
                    assert not draw_turn(turn_id, actor=ACTOR, clock=clock)
            db.session.remove()
        assert found == due, (moment, state)
    assert drawn() == [first, second]


def test_the_clock_draws_says_so_and_says_where_it_cannot(app, exam, clock, make) -> None:
    _, session, turns, _ = exam
    second = turns[1].id
    db.session.execute(Workstation.__table__.update().values(is_usable=False))
    make.session.commit()
    assert str(draw_by_clock()) == "0 轮抽签，2 轮因工位不足不能抽签"
    db.session.execute(Workstation.__table__.update().values(is_usable=True))
    db.session.execute(Booking.__table__.update().where(Booking.turn_id == second).values(state="cancelled"))
    make.session.commit()
    assert (str(draw_by_clock()), draw_by_clock()) == ("1 轮抽签", ""), "a turn nobody comes to is not drawn"


def test_whoever_opens_the_desk_draws_and_the_first_scan_costs_as_much_as_the_next(
    app, exam, codes, desk, make, sign_in
) -> None:
    body, session, turns, _ = exam
    user = make.on_duty(make.user("proctor", body), session)
    turn_ids, uid, name = [turn.id for turn in turns], session.uid, user.name
    assert sign_in(user).get(f"/desk/{uid}").status_code == 200
    assert drawn() == turn_ids
    query = select(AuditEntry.actor_name).where(AuditEntry.tag == "turn:lots_drawn")
    assert db.session.execute(query).scalars().all() == [name, name]
    with counted(app) as seen:
        assert desk(codes[0]).json["admitted"]
    assert len(seen) == 4, seen


def test_a_desk_opens_where_a_turn_has_too_few_stations(exam, codes, desk, make, sign_in) -> None:
    body, session, _, _ = exam
    uid, user = session.uid, make.on_duty(make.user("proctor", body), session)
    db.session.execute(Workstation.__table__.update().values(is_usable=False))
    make.session.commit()
    assert sign_in(user).get(f"/desk/{uid}").status_code == 200
    assert drawn() == []
    assert desk(codes[0]).json["code"] == "lots.too_few_stations"


def at_once(app, works: list[Callable[[], Any]]) -> list[Any]:
    """What each answered or raised."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        with app.app_context():
            barrier.wait()
            try:
                return work()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(run, work) for work in works]
    return [one.exception() or one.result() for one in running]


@pytest.mark.race
@pytest.mark.parametrize("is_locked", [True, False])
def test_the_lot_is_the_same_whoever_draws(app, exam, codes, make, clock, monkeypatch, is_locked) -> None:
    """The clock, two desks that are opened and two first scans at one moment. In the control all of them have seen
    that nothing is drawn, and take no lock: the constraint stops all but one."""
    body, session, turns, _ = exam
    uid, turn_id, session_id = session.uid, turns[0].id, session.id
    user = make.on_duty(make.user("proctor", body), session)
    login, instant = signed_in(app, user), clock.now().isoformat()
    with transaction(SYSTEM):
        commit_lots(db.session.get_one(ExamSession, session_id), actor=ACTOR, clock=clock)
        found = commitment_of_turn(db.session.get_one(Turn, turn_id))
        expected = draws.allot(secret_of(found), b"", found.people, found.stations)

    def by_clock() -> bool:
        def work() -> bool:
            with transaction(SYSTEM):
                return draw_turn(turn_id, actor=ACTOR, clock=clock)

        return retried(work)  # as the job does: a busy machine may hold the lock for longer than a wait lasts

    def by_desk() -> None:
        with transaction(SYSTEM):
            draw_at_desk(db.session.get_one(ExamSession, session_id), actor=ACTOR, clock=clock)

    def by_scan(code: str) -> str:
        client = app.test_client()
        with client.session_transaction() as browser:
            browser.update(login)
        asked = {"nonce": str(uuid.uuid4()), "scanned_at": instant, "code": code}
        return client.post(f"/desk/{uid}/scans", json=asked).json["seat"]

    works = [by_clock, by_desk, by_desk]
    if is_locked:
        works += [lambda: by_scan(codes[0]), lambda: by_scan(codes[1])]
    else:
        together = Barrier(len(works))
        first = (("lots", turn_id),)  # whoever gets through goes on to the other turn, alone
        monkeypatch.setattr("examops.checkin.lots.lock_all", lambda *keys: keys == first and together.wait(PATIENCE_S))
        monkeypatch.setattr("examops.checkin.opening.try_lock", lambda kind, key: True)
    db.session.remove()
    answers = at_once(app, works)
    failed = [answer for answer in answers if isinstance(answer, Exception)]
    if not is_locked:
        assert len(failed) == 2
        assert all(isinstance(one, IntegrityError) and "uq_lot_draw_turn_id" in str(one) for one in failed)
        return
    assert failed == []
    query = select(Booking.uid, Workstation.code).join(Lot, Lot.booking_id == Booking.id)
    seats = db.session.execute(
        query.join(Workstation, Workstation.id == Lot.workstation_id).where(Lot.turn_id == turn_id)
    )
    assert {str(row.uid): row.code for row in seats} == expected
    assert {answer for answer in answers if isinstance(answer, str)} <= set(expected.values())
    told = select(func.count()).where(AuditEntry.tag == "turn:lots_drawn")
    assert db.session.execute(told).scalar_one() == 2, "each of the two turns once"
