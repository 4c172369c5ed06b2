"""Sessions: capacity with its limiting factor, overlaps impossible and explained."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from config.rulebook import rulebook
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import Invalid, NotAllowed
from examops.core.scope import Scope, set_scope
from examops.core.transaction import retried, transaction
from examops.sessions.capacity.limits import TurnResources, capacity, factors, largest_panel
from examops.sessions.capacity.resources import recount
from examops.sessions.capacity.standards import Standard
from examops.sessions.models import ExamSession, Turn
from examops.sessions.planning.saving import Duty, Plan, create_session
from examops.sessions.refusals import PlanConflict
from examops.sessions.states import SessionState
from examops.sessions.transitions import move_session
from tests.factories import DAY, ELECTRICIAN, Factory

ACTOR = Actor("user", None, "李婷", "coordinator")
TOMORROW = DAY + timedelta(days=1)


@pytest.fixture
def ground(make: Factory):
    """A body with a room of 12 covered workstations and three examiners."""
    body = make.body()
    room = make.room(make.site(body))
    make.camera(room)
    staff = [make.staff(body, "senior_examiner"), make.staff(body), make.staff(body)]
    return body, make.batch(body), room, staff


def plan_for(ground, **changes) -> Plan:
    _, batch, room, staff = ground
    duties = tuple(
        Duty(member.uid, role) for member, role in zip(staff, ("leader", "examiner", "examiner"), strict=True)
    )
    plan = Plan(batch.uid, room.uid, ELECTRICIAN, "4", "skill", TOMORROW, turns=2, minutes=60, pause=10, duties=duties)
    return replace(plan, **changes)


def create(plan: Plan, clock) -> ExamSession:
    with transaction():
        return create_session(plan, actor=ACTOR, clock=clock, rules=rulebook())


def test_a_session_has_turns_with_the_capacity_of_its_tightest_factor(ground, clock) -> None:
    session = create(plan_for(ground), clock)
    turns = db.session.execute(select(Turn).where(Turn.session_id == session.id).order_by(Turn.number)).scalars().all()
    assert [turn.capacity for turn in turns] == [12, 12]
    assert turns[0].factors[0]["word"] in ("可用工位", "摄像机看得到的工位")
    assert turns[1].during.lower - turns[0].during.upper == timedelta(minutes=10)


def test_an_expired_card_leaves_no_lawful_panel(ground, make, clock) -> None:
    _, _, _, staff = ground
    session = create(plan_for(ground), clock)
    for row in make.session.query(make_qualification()).filter_by(staff_id=staff[2].id):
        row.valid_until = date(2026, 11, 23)
        make.save(row)
    with transaction():
        recount(session, rulebook())
    turn = db.session.execute(select(Turn).where(Turn.session_id == session.id, Turn.number == 1)).scalar_one()
    assert (turn.capacity, turn.factors[0]["code"]) == (0, "examiners")


def make_qualification():
    from examops.staff.models import Qualification

    return Qualification


def test_the_same_room_twice_is_refused_by_name(ground, clock) -> None:
    first = create(plan_for(ground), clock)
    with pytest.raises(PlanConflict, match=first.number):
        create(plan_for(ground, duties=()), clock)


def test_a_person_on_duty_elsewhere_is_named(ground, make, clock) -> None:
    body, _, _, staff = ground
    create(plan_for(ground), clock)
    other = make.room(make.site(body))
    with pytest.raises(PlanConflict, match=staff[0].name):
        create(plan_for(ground, room_uid=other.uid), clock)


def test_everything_wrong_is_said_at_once(ground, clock) -> None:
    with pytest.raises(Invalid) as refused:
        create(plan_for(ground, starts_at=DAY - timedelta(days=60), turns=0), clock)
    assert "已过" in refused.value.words
    assert "考试日期" in refused.value.words
    assert "轮次" in refused.value.words


def test_a_cancelled_session_gives_room_and_people_back(ground, clock) -> None:
    session = create(plan_for(ground), clock)
    with transaction():
        move_session(session, SessionState.CANCELLED, reason="台风", actor=ACTOR, clock=clock)
    assert create(plan_for(ground), clock).id != session.id


def test_only_an_office_approves(ground, make, clock) -> None:
    session = create(plan_for(ground), clock)
    session.state = "declared"
    make.save(session)
    with pytest.raises(NotAllowed):
        move_session(session, SessionState.APPROVED, reason="", actor=ACTOR, clock=clock)


def test_a_broken_workstation_lowers_the_capacity_of_its_turn(ground, make, clock) -> None:
    from examops.sites.models import WorkstationOutage

    session = create(plan_for(ground), clock)
    turn = db.session.execute(select(Turn).where(Turn.session_id == session.id, Turn.number == 2)).scalar_one()
    station = make.stations(ground[2])[6]
    make.save(
        WorkstationOutage(
            body_id=station.body_id,
            district=station.district,
            workstation_id=station.id,
            during=turn.during,
            reason="检修",
        )
    )
    with transaction():
        assert recount(session, rulebook()) == []
    db.session.refresh(turn)
    assert turn.capacity == 11


@pytest.mark.race
def test_eight_plans_for_one_room_at_once_leave_one_session(app, ground, clock) -> None:
    plan, body_id = plan_for(ground), ground[0].id
    db.session.rollback()
    barrier, made = Barrier(8), []

    def run() -> None:
        with app.app_context():
            set_scope(Scope(bodies=(body_id,)))
            barrier.wait()
            try:
                # As the page does, until there is an answer: eight wait for each other longer than one lock may take.
                made.append(retried(lambda: create(plan, clock).number, attempts=8))
            except PlanConflict:
                db.session.rollback()
            db.session.remove()

    threads = [Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


@pytest.mark.parametrize(("examiners", "panel"), [(0, 0), (2, 0), (3, 3), (4, 3), (5, 5), (6, 5), (7, 7)])
def test_panels_are_odd_and_at_least_three(examiners: int, panel: int) -> None:
    assert largest_panel(examiners, 3) == panel


@pytest.mark.parametrize(
    ("part", "means", "places", "limiting"),
    [
        ("skill", TurnResources(12, 12, 3, 0), 12, "stations"),
        ("skill", TurnResources(20, 20, 3, 0), 15, "examiners"),
        ("skill", TurnResources(20, 20, 4, 0), 15, "examiners"),
        ("skill", TurnResources(20, 20, 5, 0), 20, "stations"),
        ("skill", TurnResources(12, 8, 3, 0), 8, "cameras"),
        ("theory", TurnResources(30, 30, 0, 1), 0, "proctors"),
        ("theory", TurnResources(50, 50, 0, 3), 45, "proctors"),
        ("theory", TurnResources(50, 50, 0, 3, is_paper_room=True), 30, "seats"),
        ("review", TurnResources(12, 12, 3, 0, minutes=120), 8, "board"),
        ("review", TurnResources(12, 12, 2, 0, minutes=120), 0, "board"),
        ("review", TurnResources(12, 12, 3, 0, elsewhere=4, minutes=120), 0, "board"),
    ],
)
def test_the_tightest_factor_is_the_capacity(part: str, means: TurnResources, places: int, limiting: str) -> None:
    found = factors(part, means, rulebook(), date(2026, 11, 26))
    assert (capacity(found), found[0].code) == (places, limiting)


def test_the_page_says_that_a_fourth_examiner_is_not_used() -> None:
    found = factors("skill", TurnResources(20, 20, 4, 0), rulebook(), date(2026, 11, 26))[0]
    assert (found.code, "其中 1 人用不上" in str(found.advice)) == ("examiners", True)


def test_minutes_and_ratio_are_the_standards_own() -> None:
    """A fitter of level 4 is examined for 300 minutes at least; whose standard nobody has read, for sixty."""
    day, rules = date(2026, 11, 26), rulebook()
    fitter, electrician = Standard("6-20-01-01", "2020", "4"), Standard(ELECTRICIAN, "2018", "4")
    assert [one.minutes_min("skill", rules, day)[0] for one in (fitter, electrician)] == [300, 60]
    assert [one.minutes_min("theory", rules, day)[0] for one in (fitter, electrician)] == [120, 90]
    assert fitter.candidates_per_examiner(rules, day).key == "standard.6-20-01-01.2020.candidates_per_examiner"
    assert electrician.candidates_per_examiner(rules, day).key == "capacity.candidates_per_examiner"
