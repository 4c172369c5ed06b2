"""Who may be planned: free then, with the card for occupation and level. Who must step aside, and by which source."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import rulebook
from examops.core.clock import SHANGHAI
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.transaction import transaction
from examops.eligibility.models import Employment
from examops.sessions.capacity.resources import recount
from examops.sessions.checks import recusals
from examops.sessions.models import SessionDuty, Turn
from examops.sessions.planning.saving import create_session
from examops.sessions.refusals import PlanConflict
from examops.staff.models import Availability, Qualification, RecusalRelation, StaffMember
from tests.domains.sessions.test_planning import ACTOR, create, ground, plan_for
from tests.factories import ELECTRICIAN, WELDER, Factory

pytestmark = pytest.mark.postgres
__all__ = ["ground"]
EXAM = date(2026, 11, 24)  # of plan_for: 09:00 to 11:10, the desk from 08:00, cleared by 11:25


def at(hour: int, minute: int = 0, day: date = EXAM) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def said(make: Factory, member: StaffMember, is_free: bool, begins: datetime, ends: datetime) -> Availability:
    return make.save(
        Availability(
            body_id=member.body_id,
            district=member.district,
            staff_id=member.id,
            during=Range(begins, ends),
            is_free=is_free,
            is_own=True,
            written_by=member.name,
        )
    )


# What somebody said of the day of the exam, and whether they can be planned.
TIMES = [
    ("cannot, over it", False, at(10), at(12), False),
    ("cannot, until the desk opens", False, at(6), at(8), True),
    ("cannot, from the minute it is cleared", False, at(11, 25), at(18), True),
    ("cannot, one minute into it", False, at(11, 24), at(18), False),
    ("can, all of it", True, at(8), at(11, 25), True),
    ("can, but not the last minute", True, at(8), at(11, 24), False),
    ("can, on another day", True, at(8, day=date(2026, 11, 25)), at(18, day=date(2026, 11, 25)), True),
]


def test_who_cannot_come_is_not_planned_and_somebody_else_is_named(ground, make, clock) -> None:
    body, _, _, staff = ground
    spare = make.staff(body, name="候补甲")
    for name, is_free, begins, ends, may in TIMES:
        row = said(make, staff[2], is_free, begins, ends)
        try:
            create(plan_for(ground), clock)
            refused = None
        except PlanConflict as error:
            refused = error
        db.session.rollback()
        assert (refused is None) == may, name
        if refused:
            assert staff[2].name in refused.words
            assert "能来" in refused.words
            assert spare.name in refused.next_step
        row.withdrawn_at = clock.now()
        make.save(row)
        _forget_sessions(make)


def _forget_sessions(make: Factory) -> None:
    for duty in make.session.query(SessionDuty):
        duty.is_released = True
        make.save(duty)
    from examops.sessions.models import ExamSession, SessionStation

    for row in make.session.query(SessionStation):
        row.is_released = True
        make.save(row)
    for session in make.session.query(ExamSession):
        session.state = "cancelled"
        make.save(session)


def test_a_busy_spare_is_not_offered(ground, make, clock) -> None:
    body, _, _, staff = ground
    spare = make.staff(body, name="候补甲")
    said(make, spare, False, at(7), at(19))
    said(make, staff[2], False, at(7), at(19))
    with pytest.raises(PlanConflict) as refused:
        create(plan_for(ground), clock)
    assert (spare.name in refused.value.next_step, "换时间" in refused.value.next_step) == (False, True)


def change_card(make: Factory, member: StaffMember, **columns) -> None:
    card = make.session.query(Qualification).filter_by(staff_id=member.id).one()
    for name, value in columns.items():
        setattr(card, name, value)
    make.save(card)


# What a card says, and whether its holder may examine electricians of level 4 on the day.
CARDS = [
    ({}, True),
    ({"levels": ["4"]}, True),
    ({"levels": ["5", "3"]}, False),
    ({"levels": [], "occupation_code": WELDER}, False),
    ({"occupation_code": ELECTRICIAN, "valid_until": EXAM}, True),
    ({"valid_until": EXAM - timedelta(days=1)}, False),
    ({"valid_until": date(2028, 1, 1), "valid_from": EXAM + timedelta(days=1)}, False),
    ({"valid_from": EXAM, "kind": "expert"}, False),
]


def test_who_holds_no_card_for_occupation_and_level_is_refused_by_name(ground, make, clock) -> None:
    _, _, _, staff = ground
    for columns, may in CARDS:
        change_card(make, staff[2], **columns)
        if may:
            with transaction():
                create_session(plan_for(ground), actor=ACTOR, clock=clock, rules=rulebook())
            _forget_sessions(make)
            continue
        with pytest.raises(Invalid) as refused:
            create(plan_for(ground), clock)
        assert f"{staff[2].name} 没有 2026-11-24 有效的电工四级考评员证" in refused.value.words, columns
        assert staff[0].name not in refused.value.words


def test_a_proctor_without_a_card_is_refused_and_an_examiner_in_a_theory_room_is_not_asked(ground, make, clock) -> None:
    body, batch, room, staff = ground
    theory = make.batch(body, ("theory",))
    plan = replace(plan_for(ground), batch_uid=theory.uid, part="theory", minutes=120)
    duties = list(plan.duties)
    with pytest.raises(Invalid, match="监考证"):
        create(replace(plan, duties=[replace(duties[0], role="proctor")]), clock)
    change_card(make, staff[0], valid_until=EXAM - timedelta(days=9))
    assert create(replace(plan, duties=[duties[0]]), clock).number


def test_capacity_counts_only_who_comes_and_may_examine_the_level(ground, make, clock) -> None:
    _, _, _, staff = ground
    session = create(plan_for(ground), clock)

    def capacities() -> list[int]:
        with transaction():
            recount(session, rulebook())
        query = make.session.query(Turn.capacity).filter_by(session_id=session.id).order_by(Turn.number)
        make.session.rollback()
        return [row.capacity for row in query]

    assert capacities() == [12, 12]
    row = said(make, staff[2], False, at(10, 10), at(12))  # the second turn
    assert capacities() == [12, 0]
    row.withdrawn_at = clock.now()
    make.save(row)
    change_card(make, staff[2], levels=["5"])
    assert capacities() == [0, 0]


# Recusal


@pytest.fixture
def panel(make: Factory):
    """A session of a social organisation with one candidate of 电工1班 who works for 大地公司."""
    body = make.body("social")
    batch, room = make.batch(body), make.room(make.site(body), stations=2)
    session, turns = make.session_with_turns(batch, room)
    candidate = make.candidate(body, team="电工1班")
    make.booking(turns[0], make.application(batch, candidate), "confirmed")
    make.save(
        Employment(
            **{"body_id": body.id, "district": body.district},
            candidate_id=candidate.id,
            kind="own",
            employer="大地（佛山）公司",
            started_on=date(2020, 1, 1),
            source="typed",
            as_of=date(2026, 11, 1),
        )
    )
    member = make.staff(body, "senior_examiner", name="梁志强")
    make.duty(session, member, "leader")
    return body, session, candidate, member


def outcome(make: Factory, panel) -> tuple[str, dict]:
    _, session, _, member = panel
    db.session.rollback()
    db.session.expire_all()
    found = recusals(db.session.merge(session), [db.session.merge(member)])[member.id]
    return found.outcome, dict(found.sources)


# What the person on duty is to the candidate's class and employer, by kind of body: which relation is computed.
COMPUTED = [
    ("social", {"team": "电工 1班"}, "same_team"),
    ("social", {"teaches": ["电工2班", "电工1班"]}, "taught"),
    ("social", {"employer": "大地(佛山)公司"}, "same_employer"),
    ("social", {"employer": "另一家公司"}, ""),
    ("enterprise", {"employer": "大地(佛山)公司"}, ""),
    ("enterprise", {"teaches": ["电工1班"]}, "taught"),
]


def test_relations_are_computed_where_the_rules_say_so_and_say_that_they_are(panel, make) -> None:
    body, _, _, member = panel
    for kind, columns, relation in COMPUTED:
        body.kind = kind
        blank = {"team": "", "teaches": [], "employer": ""}
        for name, value in (blank | columns).items():
            setattr(member, name, value)
        make.save(body, member)
        expected = ("fail", {relation: ("computed",)}) if relation else ("unclear", {})
        assert outcome(make, panel) == expected, (kind, columns)


def test_a_panel_of_undeclared_people_never_shows_a_tick(panel, make, sign_in) -> None:
    """Undeclared is "?" whatever else is known: relations to others, a statement over an older list."""
    body, session, candidate, member = panel
    client = sign_in(make.user("coordinator", body))

    def marks() -> list[str]:
        page = client.get(f"/desk/{session.uid}/duties").text
        return re.findall(r'class="v v-(\w+)"', page)

    assert (outcome(make, panel)[0], set(marks())) == ("unclear", {"un"})
    owner = {"body_id": body.id, "district": body.district}
    other = make.candidate(body)
    relation = {**owner, "staff_id": member.id, "relation": "relative", "declared_by": "李婷"}
    imported = {"source": "imported", "declared_at": session.starts_at}
    make.save(RecusalRelation(**relation, **imported, candidate_id=other.id))
    assert outcome(make, panel)[0] == "unclear", "a relation to somebody who is not on the list clears nobody"
    make.stated(session)
    assert (outcome(make, panel)[0], "ok" in marks()) == ("pass", True)
    batch = make.batch(body)
    late = make.application(batch, make.candidate(body))
    turn = make.session.query(Turn).filter_by(session_id=session.id).first()
    make.booking(turn, late, "confirmed")
    assert (outcome(make, panel)[0], "ok" in marks()) == ("unclear", False), "the list has grown since"
    make.save(RecusalRelation(**relation, **imported, candidate_id=candidate.id))
    assert outcome(make, panel) == ("fail", {"relative": ("imported",)})
    page = client.get(f"/desk/{session.uid}/duties").text
    assert ("亲属" in page, "表格导入" in page) == (True, True)


def test_somebody_says_themselves_when_they_can_come(make, sign_in, clock) -> None:
    body = make.body()
    user = make.user("examiner", body)
    member = make.staff(body, user_id=user.id)
    client = sign_in(user)
    form = {"how": "busy", "begins": "2026-11-24T08:00", "ends": "2026-11-24T18:00", "note": "出差"}
    assert client.post("/availability/", data={**form, "ends": "2026-11-24T08:00"}).status_code == 422
    assert (
        client.post(
            "/availability/", data={**form, "begins": "2026-11-01T08:00", "ends": "2026-11-01T09:00"}
        ).status_code
        == 422
    )
    assert client.post("/availability/", data=form).status_code == 302
    session, _ = make.session_with_turns(make.batch(body), make.room(make.site(body), stations=1), starts_at=at(9))
    make.duty(session, member, "examiner")
    page = client.get("/availability/").text
    assert all(word in page for word in ("出差", "不能来", "本人写的"))
    row = make.session.query(Availability).one()
    assert (row.staff_id, row.is_own, row.written_by) == (member.id, True, user.name)
    coordinator = sign_in(make.user("coordinator", body))
    assert "出差" in coordinator.get(f"/staff/{member.uid}").text
    told = coordinator.post(f"/staff/{member.uid}/availability", data=form, follow_redirects=True)
    assert "已经排了这个人当值" in told.text
    assert coordinator.post(f"/staff/{member.uid}/availability/{row.uid}/withdraw").status_code == 302
    stranger = sign_in(make.user("examiner", body))
    own = make.session.query(Availability).filter_by(is_own=False).one()
    assert own.written_by != user.name
    assert stranger.post(f"/availability/{own.uid}/withdraw").status_code == 404
    assert "还没有连上人员" in stranger.get("/availability/").text
