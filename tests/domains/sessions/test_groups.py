"""Sessions of several groups: each its workstations, its part of the panel, its turns; nobody is counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask_babel import refresh
from sqlalchemy import select

from config.calendar import calendar
from config.rulebook import rulebook
from examops.checkin.lots import draw_lots
from examops.checkin.models import Lot
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.scope import Scope, set_scope
from examops.core.transaction import transaction
from examops.registration.models import BatchOccupation
from examops.sessions.booking.queries import bookable_applications
from examops.sessions.capacity.resources import recount, turn_stations
from examops.sessions.declarations.gate import session_checks
from examops.sessions.models import ExamSession, SessionDuty, SessionGroup, SessionStation, Turn
from examops.sessions.overview.session_view import session_view
from examops.sessions.planning.plan import Duty, GroupPlan, SessionPlan
from examops.sessions.planning.saving import create_session, create_sessions
from examops.sessions.planning.validation import PlanFindings, validate_plan
from examops.sessions.refusals import PlanConflict
from tests.factories import DAY, ELECTRICIAN, Factory

ACTOR = Actor("user", None, "李婷", "coordinator")
WELDER = "6-18-02-04"
TOMORROW = DAY + timedelta(days=1)


@pytest.fixture
def ground(make: Factory):
    """A room of 24 covered workstations, three examiners each for two occupations."""
    body = make.body()
    room = make.room(make.site(body), stations=24)
    make.camera(room)
    batch = make.batch(body)
    make.save(
        BatchOccupation(
            body_id=body.id,
            district=body.district,
            batch_id=batch.id,
            occupation_code=WELDER,
            level="4",
            standard_version="2018",
            parts=["skill"],
        )
    )
    electricians = [make.staff(body) for _ in range(3)]
    return body, batch, room, electricians, [make.staff(body, code=WELDER) for _ in range(3)]


def group(code: str = ELECTRICIAN, start=TOMORROW, turns: int = 2, stations=None) -> GroupPlan:
    return GroupPlan(code, "4", "skill", start, turns, minutes=60, pause=10, stations=stations)


def panel(members, place: int | None = None) -> list[Duty]:
    return [Duty(member.uid, "examiner", place) for member in members]


def two_at_once(ground) -> SessionPlan:
    _, batch, room, electricians, welders = ground
    groups = (group(stations=12), group(WELDER))
    return SessionPlan(batch.uid, room.uid, groups, [*panel(electricians, 0), *panel(welders, 1)])


def judged(plan: SessionPlan, clock) -> PlanFindings:
    return validate_plan(plan, clock=clock, rules=rulebook())


def create(plan, clock) -> ExamSession:
    with transaction():
        return create_session(plan, actor=ACTOR, clock=clock, rules=rulebook())


def test_two_groups_at_once_share_the_room_without_sharing_a_workstation(ground, clock) -> None:
    session = create(two_at_once(ground), clock)
    turns = db.session.execute(select(Turn).where(Turn.session_id == session.id).order_by(Turn.number)).scalars().all()
    assert [turn.capacity for turn in turns] == [12, 12, 12, 12]
    first, second = ([station.code for station in turn_stations(session, turn)] for turn in turns[:2])
    assert (first[0], first[-1], second[0], second[-1]) == ("A-01", "A-12", "A-13", "A-24")


def test_turns_are_numbered_through_the_session_by_time(ground, clock) -> None:
    session = create(two_at_once(ground), clock)
    rows = db.session.execute(
        select(Turn.number, SessionGroup.number, Turn.during)
        .join(SessionGroup, SessionGroup.id == Turn.group_id)
        .where(Turn.session_id == session.id)
        .order_by(Turn.number)
    ).all()
    assert [(row[0], row[1]) for row in rows] == [(1, 1), (2, 2), (3, 1), (4, 2)]
    assert [row[2].lower for row in rows] == sorted(row[2].lower for row in rows)


def test_the_panel_of_a_group_serves_that_group_alone(ground, clock) -> None:
    session = create(two_at_once(ground), clock)
    duties = db.session.execute(select(SessionDuty).where(SessionDuty.session_id == session.id)).scalars()
    assert sorted(duty.serves for duty in duties) == [[1], [1], [1], [2], [2], [2]]


def test_examiners_of_two_groups_at_once_are_counted_once(ground, make, clock) -> None:
    """Three people may watch fifteen; twelve electricians leave places for three welders."""
    body, batch, room, electricians, _ = ground
    for member in electricians:
        make.save(_card(member, WELDER))
    plan = replace(two_at_once(ground), duties=panel(electricians))
    first, second = judged(plan, clock).draft.groups
    assert [turn.capacity for turn in first.turns] == [12, 12]
    assert [turn.capacity for turn in second.turns] == [3, 3]
    assert "别组占 12 人" in str(second.turns[0].factors[0].word)


def _card(member, code: str):
    from datetime import date

    from examops.staff.models import Qualification

    return Qualification(
        body_id=member.body_id,
        district=member.district,
        staff_id=member.id,
        kind="examiner",
        occupation_code=code,
        card_number="K2",
        valid_from=date(2024, 1, 1),
        valid_until=date(2028, 1, 1),
    )


def test_groups_one_after_the_other_use_the_same_workstations_and_people(ground, make, clock) -> None:
    _, batch, room, electricians, _ = ground
    for member in electricians:
        make.save(_card(member, WELDER))
    groups = (group(turns=1), group(WELDER, TOMORROW + timedelta(hours=3), turns=1))
    session = create(SessionPlan(batch.uid, room.uid, groups, panel(electricians)), clock)
    turns = db.session.execute(select(Turn).where(Turn.session_id == session.id).order_by(Turn.number)).scalars()
    assert [turn.capacity for turn in turns] == [15, 15]
    held = db.session.execute(select(SessionStation).where(SessionStation.session_id == session.id)).scalars().all()
    assert len(held) == 24
    assert all(row.serves == [] for row in held)


def test_counting_again_gives_what_was_planned(ground, make, clock) -> None:
    _, _, _, electricians, _ = ground
    for member in electricians:
        make.save(_card(member, WELDER))
    session = create(replace(two_at_once(ground), duties=panel(electricians)), clock)
    planned = [turn.capacity for turn in _turns(session)]
    with transaction():
        assert recount(session, rulebook()) == []
    assert [turn.capacity for turn in _turns(session)] == planned == [12, 3, 12, 3]


def _turns(session: ExamSession) -> list[Turn]:
    query = select(Turn).where(Turn.session_id == session.id).order_by(Turn.number)
    return list(db.session.execute(query.execution_options(populate_existing=True)).scalars())


def test_lots_of_a_turn_are_drawn_among_the_workstations_of_its_group(ground, make, clock) -> None:
    body, batch, _, _, _ = ground
    session = create(two_at_once(ground), clock)
    welders = _turns(session)[1]
    people = [make.application(batch, make.candidate(body), occupation_code=WELDER) for _ in range(12)]
    for person in people:
        make.booking(welders, person)
    with transaction():
        draw_lots(welders, session, actor=ACTOR, clock=clock)
    drawn = set(db.session.execute(select(Lot.workstation_id).where(Lot.turn_id == welders.id)).scalars())
    assert drawn == {station.id for station in turn_stations(session, welders)}


def test_the_checks_ask_for_minutes_and_panel_of_each_group_and_not_for_ten_workstations(ground, make, clock) -> None:
    session = create(replace(two_at_once(ground), groups=(group(stations=6), group(WELDER))), clock)
    checks = session_checks(session, rulebook(), calendar(), clock)
    found = {check.word: (check.outcome, check.value) for check in checks}
    assert found["第 1 组每轮分钟"] == ("pass", "60")
    assert found["第 2 组考评员"] == ("pass", "3")
    assert not [word for word in found if "工位" in word and found[word][0] == "fail"]


def test_people_are_offered_for_the_group_of_their_occupation(ground, make, clock) -> None:
    body, batch, _, _, _ = ground
    session = create(two_at_once(ground), clock)
    welder = make.application(batch, make.candidate(body), occupation_code=WELDER)
    first, second = session_view(session.uid).groups
    found = bookable_applications([first, second], session.batch_id)
    assert found[first.id] == []
    assert [row.Application.id for row in found[second.id]] == [welder.id]


@pytest.mark.parametrize(
    ("stations", "words"),
    [
        ((("A-01", "A-02"), ("A-02", "A-03")), "工位 A-02 同一时间已给第 1 组"),
        ((None, None), "工位都给了同时进行的别组"),
        ((20, 5), "只剩 4 个工位（A-21–A-24），不够 5 个"),
        ((("A-01", "Z-9"), None), "没有适合本职业的可用工位 Z-9"),
    ],
)
def test_workstations_that_cannot_be_shared_are_named(ground, clock, stations, words: str) -> None:
    plan = two_at_once(ground)
    groups = [
        replace(group, stations=booking_request) for group, booking_request in zip(plan.groups, stations, strict=True)
    ]
    faults = [fault.words for fault in judged(replace(plan, groups=groups), clock).faults]
    assert any(words in fault for fault in faults), faults


def test_a_room_without_the_right_workstations_names_rooms_that_have_them(ground, make, clock) -> None:
    body, batch, room, _, _ = ground
    welding = make.room(make.site(body), stations=10, name="C区焊接间")
    for station in make.stations(room):
        station.occupations = [ELECTRICIAN]
        make.save(station)
    found = judged(SessionPlan(batch.uid, room.uid, [group(WELDER)], []), clock)
    assert [(fault.subject, fault.group) for fault in found.faults] == [("room", 0)]
    assert f"{welding.name}（10 个工位）" in found.faults[0].words


def test_faults_and_clashes_are_told_together(ground, clock) -> None:
    create(two_at_once(ground), clock)
    plan = two_at_once(ground)
    twice = replace(plan, groups=[plan.groups[0], replace(plan.groups[0], turns=0)])
    with pytest.raises(Invalid) as refused:
        create(twice, clock)
    assert "轮次须为" in refused.value.words
    assert "和第 1 组的职业、等级、科目相同" in refused.value.words


def test_a_clash_names_the_session_and_what_is_free(ground, make, clock) -> None:
    body, batch, room, electricians, welders = ground
    first = create(two_at_once(ground), clock)
    other, spare = make.room(make.site(body), stations=12), make.staff(body)
    found = judged(SessionPlan(batch.uid, room.uid, [group()], panel(electricians)), clock)
    assert {clash.session.id for clash in found.clashes} == {first.id}
    in_room, *people = found.clashes
    assert first.number in in_room.words
    assert f"{other.name}（12 个工位）" in in_room.advice
    assert f"{room.name} 当天 12:25 起空闲" in in_room.advice
    assert [spare.name in clash.advice for clash in people] == [True, True, True]


def test_a_clash_in_the_evening_offers_no_time_of_that_day(ground, clock) -> None:
    _, batch, room, _, _ = ground
    late = SessionPlan(batch.uid, room.uid, [group(start=TOMORROW.replace(hour=15))], [])  # 23:00 in Foshan
    first = create(late, clock)
    (in_room,) = judged(late, clock).clashes
    assert first.number in in_room.words
    assert "起空闲" not in in_room.advice


def test_the_time_offered_is_really_free(ground, clock) -> None:
    _, batch, room, _, _ = ground
    create(two_at_once(ground), clock)
    later = TOMORROW.replace(hour=4, minute=25)  # 12:25 in Foshan, as offered
    assert judged(SessionPlan(batch.uid, room.uid, [group(start=later)], []), clock).is_clean


def test_a_workstation_held_by_a_session_of_another_room_is_named(ground, make, clock) -> None:
    body, batch, room, _, _ = ground
    elsewhere = make.room(make.site(body), stations=1)
    session, _ = make.session_with_turns(batch, elsewhere, starts_at=TOMORROW)
    borrowed = make.stations(room)[6]
    make.save(
        SessionStation(
            body_id=body.id,
            district=body.district,
            session_id=session.id,
            workstation_id=borrowed.id,
            during=session.during,
        )
    )
    (clash,) = judged(SessionPlan(batch.uid, room.uid, [group()], []), clock).clashes
    assert f"工位 A-07 已被场次 {session.number}" in clash.words
    assert "A-01–A-06、A-08–A-24" in clash.advice


def test_sessions_of_several_rooms_are_saved_together_or_not_at_all(ground, make, clock) -> None:
    body, batch, room, electricians, welders = ground
    other = make.room(make.site(body))
    one = SessionPlan(batch.uid, room.uid, [group()], panel(electricians))
    two = SessionPlan(batch.uid, other.uid, [group(WELDER)], panel(welders))
    make.save(_card(electricians[0], WELDER))
    blocked = replace(two, duties=panel([*welders[:2], electricians[0]]))
    with transaction():
        assert len(create_sessions([one], actor=ACTOR, clock=clock, rules=rulebook())) == 1
    with pytest.raises(PlanConflict), transaction():
        create_sessions(
            [replace(one, room_uid=make.room(make.site(body)).uid, duties=[]), blocked],
            actor=ACTOR,
            clock=clock,
            rules=rulebook(),
        )
    assert len(db.session.execute(select(ExamSession)).scalars().all()) == 1


def test_judging_saves_nothing(ground, clock) -> None:
    with transaction():
        assert judged(two_at_once(ground), clock).is_clean
    assert db.session.execute(select(ExamSession)).first() is None


def test_another_body_cannot_plan_in_this_room(ground, make, clock) -> None:
    from examops.core.errors import NotFound

    stranger = make.body()
    plan, own = two_at_once(ground), make.batch(stranger)
    db.session.rollback()
    set_scope(Scope(bodies=(stranger.id,)))
    with pytest.raises(NotFound):
        judged(replace(plan, batch_uid=own.uid), clock)


def test_what_was_stored_in_chinese_is_read_in_english(ground, make, clock, sign_in) -> None:
    """Title, limits and log of a session are stored as texts with values, so each reader has them in their language."""
    with transaction():
        session = create_session(two_at_once(ground), actor=ACTOR, clock=clock, rules=rulebook())
    client = sign_in(make.user("coordinator", ground[0]))
    chinese = client.get(f"/sessions/{session.uid}").text
    assert "电工 四级 实操、焊工 四级 实操" in chinese
    client.set_cookie("examops_language", "en")
    refresh()  # the requests of a test share one application context, which keeps the language of the first
    english = client.get(f"/sessions/{session.uid}").text
    assert "Electrician Level 4 Practical, Welder Level 4 Practical" in english
    assert "Usable workstations 12" in english
    assert f"{session.number} Electrician Level 4 Practical" in client.get("/audit/").text
