"""What the host takes out of service counts in the guest's sessions: warned, placed anew, booked no more."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from config.rulebook import rulebook
from examops.core.database import db
from examops.core.scope import SYSTEM, Scope, beside, scoped
from examops.core.transaction import transaction
from examops.outbox.models import OutboxNotice
from examops.sessions.booking.service import book_one
from examops.sessions.capacity.resources import recount
from examops.sessions.invariants import sessions_at_foreign_sites
from examops.sessions.models import Booking, ExamSession, SessionBreak, Turn
from examops.sessions.outages import TakeOut, put_back, take_out
from examops.sessions.planning.cautions import cautions
from examops.sessions.planning.drafting import draft_session
from examops.sessions.refusals import TurnFull
from examops.sites.models import WorkstationOutage
from tests.domains.checkin.test_outages import ACTOR, _wait_until_blocked, booked, faults, in_thread
from tests.domains.sessions.test_lent_sites import Ground
from tests.factories import Factory

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def ground(make: Factory, clock):
    """The guest's session at the host's site in three days: two turns of four places, four people in the first."""
    ground = Ground(make)
    ground.lend()
    ground.guest.telephone = "139 3333 0000"
    make.save(ground.guest)
    batch = ground.batches[ground.guest.id]
    starts_at = clock.now() + timedelta(days=3)
    session, turns = make.session_with_turns(batch, ground.room, turns=2, capacity=4, starts_at=starts_at)
    make.panel(session)
    with transaction(SYSTEM):
        recount(session, rulebook())
    ground.session, ground.turns = session, turns
    ground.applied = make.applications(batch, ground.guest, 6)
    booked(ground.applied[:4], turns[0], clock)
    db.session.rollback()
    return ground


def form_of(ground: Ground, make: Factory) -> dict[str, str]:
    return {"station": str(make.stations(ground.room)[0].uid), "reason": "漏电跳闸"}


def test_the_host_sees_time_guest_and_number_and_the_guest_is_warned_and_seats_anew(ground, make, sign_in) -> None:
    owner, guest = (make.user("coordinator", one) for one in (ground.host, ground.guest))
    host = sign_in(owner)
    form = form_of(ground, make)
    page = host.post("/outages/preview", data=form).text
    assert ("借用机构 顺景电器 的场次" in page, "1 人没有位子" in page) == (True, True)
    assert ground.session.number not in page
    assert str(ground.session.uid) not in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    assert host.post("/outages/", data={**form, "seen": seen[1]}).status_code == 302
    assert host.get(f"/sessions/{ground.session.uid}").status_code == 404
    assert host.get(f"/outages/sessions/{ground.session.uid}").status_code == 404
    with transaction(SYSTEM):
        row = db.session.execute(select(SessionBreak)).scalar_one()
        sent = set(db.session.execute(select(OutboxNotice.recipient)).scalars())
    assert (row.body_id, row.people) == (ground.guest.id, 1)
    assert "13933330000" in sent

    client, url = sign_in(guest), f"/outages/sessions/{ground.session.uid}"
    assert "漏电跳闸" in client.get(f"/sessions/{ground.session.uid}").text
    page = client.get(url).text
    booking = re.search(r'name="booking" value="([0-9a-f-]{36})" checked', page)
    assert booking
    moved = client.post(f"{url}/move", data={"booking": booking[1], "turn": str(ground.turns[1].uid)})
    assert moved.status_code == 302
    db.session.rollback()
    with transaction(SYSTEM):
        held = {row.number: row.taken for row in db.session.execute(select(Turn.number, Turn.taken))}
        assert (held, db.session.execute(select(SessionBreak.settlement)).scalar_one()) == ({1: 3, 2: 1}, "moved")
        outage = db.session.execute(select(WorkstationOutage)).scalar_one()
    assert client.post(f"/outages/{outage.uid}/end").status_code == 404, "a guest ends nothing of the host's"
    assert sign_in(owner).post(f"/outages/{outage.uid}/end").status_code == 302
    with transaction(SYSTEM):
        assert set(db.session.execute(select(Turn.capacity)).scalars()) == {4}
    assert faults() == []


def test_what_is_seen_beside_a_guest_is_hidden_again_also_after_a_fault(ground) -> None:
    """The control: inside, the guest's session is there."""
    numbers = ground.host.id, ground.guest.id
    with scoped(Scope(bodies=numbers[:1])), transaction():
        count = select(ExamSession.id)
        with beside(numbers[1:]):
            assert len(db.session.execute(count).all()) == 1
        assert db.session.execute(count).all() == []
        with pytest.raises(ZeroDivisionError), beside(numbers[1:]):
            raise ZeroDivisionError
        assert db.session.execute(count).all() == []


def test_the_check_finds_who_is_booked_outside_of_the_use(ground, make, clock) -> None:
    """The session itself stays within: only its bookings have been put where nothing is lent."""
    assert sessions_at_foreign_sites(clock) == []
    late = Range(clock.now() + timedelta(days=30), clock.now() + timedelta(days=31))
    make.session.rollback()
    make.session.execute(update(Booking).where(Booking.session_id == ground.session.id).values(during=late))
    make.session.commit()
    assert sessions_at_foreign_sites(clock) == [f"场次 {ground.session.number} 有 4 人排在借用期以外"]


def test_a_camera_that_is_out_is_shown_where_coverage_is_shown_and_asked_for(ground, make, sign_in, clock) -> None:
    """On the list of cameras, the session's matrix and its checks, and in a plan; the control before."""
    host, guest = (make.user("coordinator", one) for one in (ground.host, ground.guest))
    url = f"/sessions/{ground.session.uid}"
    seen = f"{ground.camera.label} 那段时间停用"
    before = sign_in(guest).get(url).text
    assert (seen in before, 'state-stop">停用' in before) == (False, False)
    facts = {"camera": str(ground.camera.uid), "reason": "镜头进水"}
    page = sign_in(host).post("/outages/preview", data=facts).text
    mark = re.search(r'name="seen" value="(\w+)"', page)
    assert mark
    assert sign_in(host).post("/outages/", data={**facts, "seen": mark[1]}).status_code == 302
    assert "镜头进水" in sign_in(host).get("/cameras/").text
    after = sign_in(guest).get(url).text
    assert (seen in after, 'state-stop">停用' in after) == (True, True)
    with scoped(Scope(bodies=(ground.guest.id,))), transaction():
        draft = draft_session(ground.plan(ground.guest, clock.now() + timedelta(days=5)).whole(), rulebook())
        words = [one.value for one in cautions(draft, clock, rulebook())]
    assert any(seen in one for one in words), words


@pytest.mark.race
def test_a_guests_booking_against_the_hosts_outage_is_refused_or_counted(app, ground, make, clock) -> None:
    """One of four places of the second turn is left when a workstation goes out of service."""
    booked(ground.applied[4:], ground.turns[1], clock)
    more = make.applications(ground.batches[ground.guest.id], ground.guest, 2)
    booked(more[:1], ground.turns[1], clock)
    last, uid = more[1].uid, ground.turns[1].uid
    asked = TakeOut(make.stations(ground.room)[:1], [], Range(clock.now(), None), "漏电")
    host, guest, turn = ground.host.id, ground.guest.id, ground.turns[1].id
    barrier = Barrier(2)

    def book() -> str:
        barrier.wait()
        with transaction():
            return book_one(last, uid, actor=ACTOR, clock=clock).state

    def lose() -> int:
        barrier.wait()
        with transaction():
            return sum(one.people for one in take_out(asked, actor=ACTOR, clock=clock, rules=rulebook()))

    db.session.rollback()
    with in_thread(app, guest, book) as placed, in_thread(app, host, lose) as lost:
        pass
    with transaction(SYSTEM):
        row = db.session.execute(select(Turn.taken, Turn.capacity).where(Turn.id == turn)).one()
        outages = list(db.session.execute(select(WorkstationOutage)).scalars())
        people = len(db.session.execute(select(Booking.id).where(Booking.turn_id == turn)).all())
    was_booked = placed == ["confirmed"]
    assert was_booked or isinstance(placed[0], TurnFull)
    assert lost == [1 + int(was_booked)], "the fourth of the first turn, and whoever was booked before"
    assert (*row, people) == ((4, 4, 4) if was_booked else (3, 3, 3))
    with scoped(Scope(bodies=(host,))), transaction():
        assert len(put_back(outages, actor=ACTOR, clock=clock, rules=rulebook())) == 1
    assert faults() == []


@pytest.mark.race
def test_control_without_the_lock_a_guests_booking_is_counted_by_nobody(app, ground, make, clock, monkeypatch) -> None:
    """A guest's booking is made and not committed when the host's outage counts: it waits for the turn and counts it.
    Without the lock it counts nobody, and the constraint alone stands before a turn that holds more than its places.
    What comes out of the act is the database's own refusal, by which ``retried`` knows what to try again."""
    booked(ground.applied[4:], ground.turns[1], clock)
    more = make.applications(ground.batches[ground.guest.id], ground.guest, 2)
    booked(more[:1], ground.turns[1], clock)
    last, uid, host, guest = more[1].uid, ground.turns[1].uid, ground.host.id, ground.guest.id
    asked = TakeOut(make.stations(ground.room)[:1], [], Range(clock.now(), None), "漏电")
    monkeypatch.setattr("examops.sessions.outages.acting._lock_turns", lambda sessions: None)
    monkeypatch.setattr("examops.sessions.capacity.resources.lock_turns_of", lambda session_id: None)

    def lose() -> int:
        with transaction():
            return sum(one.people for one in take_out(asked, actor=ACTOR, clock=clock, rules=rulebook()))

    db.session.rollback()
    with scoped(Scope(bodies=(guest,))), transaction():
        book_one(last, uid, actor=ACTOR, clock=clock)
        losing = in_thread(app, host, lose)
        answers = losing.__enter__()
        _wait_until_blocked()
    losing.__exit__(None, None, None)
    assert isinstance(answers[0], IntegrityError)
    assert "not_overbooked" in str(answers[0])
