"""Gates in front of the acts of a session: filed, declared, locked, panel, no-shows. Each says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from config.calendar import calendar
from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.errors import DomainError, IllegalTransition
from examops.core.transaction import transaction
from examops.organisations import NotFiled, must_be_filed
from examops.registration.batches.service import BatchPlan, Offer, change_batch, create_batch
from examops.sessions.booking.no_shows import NotProposed, confirm_no_shows, proposed_no_shows
from examops.sessions.booking.releasing import release
from examops.sessions.booking.service import book_one
from examops.sessions.declarations.gate import NoPanel, NotDeclarable, session_checks
from examops.sessions.models import Booking, ExamSession, SessionDuty, Turn
from examops.sessions.refusals import NotBookable, RosterLocked
from examops.sessions.states import SessionState
from examops.sessions.timed import begin_sessions, close_bookings, finish_sessions, held_back, propose_no_shows
from examops.sessions.transitions import move_session
from examops.staff.models import Qualification, RecusalRelation
from tests.factories import ELECTRICIAN, Factory

BODY, OFFICE = Actor("user", None, "李婷", "coordinator"), Actor("user", None, "冯永健", "district_bureau")
START = datetime(2026, 12, 15, 1, 0, tzinfo=UTC)  # Tuesday 09:00, sixteen working days after the tests' day
DAY_OF_START = date(2026, 12, 15)


@dataclass
class Exam:
    body: object
    batch: object
    session: ExamSession
    turns: list[Turn]
    bookings: list[Booking]
    duties: list[SessionDuty]
    clock: FixedClock

    def move(self, to: str, actor: Actor = BODY) -> None:
        with transaction():
            move_session(self.session, SessionState(to), reason="", actor=actor, clock=self.clock)

    def checks(self) -> dict[str, str]:
        found = session_checks(self.session, rulebook(), calendar(), self.clock)
        return {check.word: check.outcome for check in found}

    def approved(self) -> Exam:
        self.move("declared")
        self.move("approved", OFFICE)
        return self

    def run(self, job) -> int:  # type: ignore[no-untyped-def]
        with transaction():
            return int(job(self.clock))

    def state(self) -> str:
        db.session.refresh(self.session)
        return self.session.state


@pytest.fixture
def exam(make: Factory, clock: FixedClock) -> Exam:
    """A draft that may be declared: filed, covered, in time, three booked, a lawful panel that knows nobody."""
    body = make.body()
    room = make.room(make.site(body))
    make.camera(room)
    batch = make.batch(body)
    session, turns = make.session_with_turns(batch, room, 2, starts_at=START, minutes=60)
    with transaction():
        placed = [book_one(one.uid, turns[0].uid, actor=BODY, clock=clock) for one in make.applications(batch, body, 3)]
        bookings = [db.session.get_one(Booking, one.id) for one in placed]
    return Exam(body, batch, session, turns, bookings, make.panel(session), clock)


def words_of(refusal: pytest.ExceptionInfo[DomainError]) -> str:
    return f"{refusal.value.words} {refusal.value.next_step} {refusal.value.clause}"


# Filed


NEXT = {
    "draft": "首次备案",
    "suspended": "由它恢复备案",
    "exiting": "逐场决定",
    "exited": "过了期限再报",
    "expired": "续期",
}


@pytest.mark.parametrize(("state", "next_step"), NEXT.items())
def test_a_body_that_is_not_filed_declares_nothing_and_books_nobody(exam, make, clock, state, next_step) -> None:
    exam.body.state = state
    make.save(exam.body)
    with pytest.raises(NotDeclarable, match="核对") as refused:
        exam.move("declared")
    assert "不能公告批次、保存报名、申报场次或排人" in words_of(refused)
    with pytest.raises(NotFiled) as refused, transaction():
        book_one(make.applications(exam.batch, exam.body, 1)[0].uid, exam.turns[0].uid, actor=BODY, clock=clock)
    assert "市工作方案" in refused.value.clause
    assert next_step in refused.value.next_step


def batch_plan(clock: FixedClock, level: str = "4") -> BatchPlan:
    now, day = clock.now(), clock.now().date()
    offers = (Offer(ELECTRICIAN, level, ("skill",)),)
    return BatchPlan("批", day, now, now + timedelta(days=9), day, day + timedelta(days=90), 0, offers)


def test_a_suspended_body_announces_no_batch_and_changes_none(exam, make, clock) -> None:
    exam.body.state = "suspended"
    make.save(exam.body)
    with pytest.raises(NotFiled), transaction():
        create_batch(exam.body, batch_plan(clock), actor=BODY, clock=clock)
    with pytest.raises(NotFiled), transaction():
        change_batch(exam.batch, batch_plan(clock), actor=BODY, clock=clock)


def test_a_level_that_was_not_filed_is_refused_and_so_is_a_day_before_the_filing(exam, make, clock) -> None:
    with pytest.raises(NotFiled) as refused, transaction():
        create_batch(exam.body, batch_plan(clock, level="1"), actor=BODY, clock=clock)
    assert "没有备案电工一级" in refused.value.words
    exam.body.filed_on = date(2026, 12, 1)
    make.save(exam.body)
    must_be_filed(exam.body, ELECTRICIAN, "4", date(2026, 12, 1))
    with pytest.raises(NotFiled, match="备案"):
        must_be_filed(exam.body, ELECTRICIAN, "4", date(2026, 11, 30))


def test_a_running_session_of_a_suspended_body_finishes(exam, make) -> None:
    exam.approved()
    exam.session.state, exam.body.state = "running", "suspended"
    make.save(exam.session, exam.body)
    exam.clock.instant = exam.session.ends_at + timedelta(minutes=15)
    assert exam.run(finish_sessions) == 1
    assert exam.state() == "finished"


def test_what_was_held_is_not_judged_by_a_filing_that_ended_later(exam, make) -> None:
    exam.approved()
    exam.body.state = "suspended"
    make.save(exam.body)
    assert exam.checks()["备案"] == "fail"
    for state in ("running", "finished", "published"):
        exam.session.state = state
        make.save(exam.session)
        assert "备案" not in exam.checks()


# Declared


def test_a_session_whose_checks_hold_is_declared_approved_and_closed(exam) -> None:
    found = exam.checks()
    assert {word for word, outcome in found.items() if outcome != "pass"} == {
        "场地使用权",
        "考点核验",
    }  # nobody looked yet
    exam.approved()
    assert (exam.state(), exam.session.first_declared_on) == ("approved", date(2026, 11, 23))
    exam.clock.instant = exam.session.bookings_close_at
    assert (exam.run(close_bookings), exam.state()) == (1, "closed")


def test_a_session_that_was_declared_in_time_is_not_late_on_its_day(exam) -> None:
    exam.approved()
    exam.clock.instant = exam.session.starts_at
    assert exam.checks()["提前申报"] == "pass"
    exam.session.state = "returned"
    assert exam.checks()["提前申报"] == "fail"


def test_a_session_that_starts_too_soon_is_not_declared(exam) -> None:
    exam.clock.instant = START - timedelta(days=13)  # Wednesday: nine working days before
    with pytest.raises(NotDeclarable) as refused:
        exam.move("declared")
    assert "提前申报 9（≥ 10 个工作日" in words_of(refused)
    exam.clock.instant = START - timedelta(days=14)
    exam.move("declared")


def test_every_failing_check_is_named_with_its_clause_and_what_to_do(exam, make) -> None:
    exam.duties[2].is_released = True
    for turn in exam.turns:
        turn.during = type(turn.during)(turn.during.lower, turn.during.lower + timedelta(minutes=45))
    make.save(exam.duties[2], *exam.turns)
    with pytest.raises(NotDeclarable) as refused:
        exam.move("declared")
    assert "核对有 2 项没有通过" in refused.value.words
    assert "每轮分钟 45（≥ 60 分钟" in refused.value.words
    assert "考评员 2（≥ 3，单数" in refused.value.words
    assert "把每轮改到 60 分钟以上" in refused.value.next_step
    assert "再安排 1 名" in refused.value.next_step


def test_what_failed_after_the_declaration_is_not_approved(exam, make) -> None:
    exam.move("declared")
    card = make.session.query(Qualification).filter_by(staff_id=exam.duties[1].staff_id).one()
    card.valid_until = date(2026, 12, 14)
    make.save(card)
    with pytest.raises(NotDeclarable, match="核对"):
        exam.move("approved", OFFICE)
    assert exam.state() == "declared"


def test_nobody_approves_on_the_day_itself(exam) -> None:
    exam.move("declared")
    exam.clock.instant = START - timedelta(hours=3)
    with pytest.raises(NotDeclarable):
        exam.move("approved", OFFICE)


def test_who_was_returned_in_time_is_not_late_when_declared_anew(exam) -> None:
    exam.move("declared")
    exam.move("returned", OFFICE)
    exam.clock.instant = START - timedelta(days=3)
    exam.move("declared")
    assert exam.state() == "declared"


def test_an_empty_list_and_nobody_on_duty_are_no_declaration(exam, make) -> None:
    for booking in exam.bookings:
        with transaction():
            release(booking.uid, reason="", actor=BODY)
    for duty in exam.duties:
        duty.is_released = True
    make.save(*exam.duties)
    found = exam.checks()
    assert (found["考生名单"], found["考评员"], found["须回避"]) == ("fail", "fail", "unclear")


# Locked


@pytest.mark.parametrize("state", ["declared", "approved", "closed", "running", "finished"])
def test_the_list_is_locked_with_the_declaration(exam, make, clock, state: str) -> None:
    exam.session.state = state
    late = make.applications(exam.batch, exam.body, 1)[0]
    make.save(exam.session)
    with pytest.raises(RosterLocked) as booked, transaction():
        book_one(late.uid, exam.turns[0].uid, actor=BODY, clock=clock)
    with pytest.raises(RosterLocked) as released, transaction():
        release(exam.bookings[0].uid, reason="", actor=BODY)
    for refused in (booked, released):
        assert refused.value.next_step
        assert refused.value.clause
    db.session.refresh(exam.turns[0])
    assert exam.turns[0].taken == 3


def test_an_approved_list_is_changed_by_returning_the_declaration(exam, make, clock) -> None:
    exam.approved()
    exam.move("returned", OFFICE)
    with transaction():
        release(exam.bookings[0].uid, reason="本人申请", actor=BODY)
    late = make.applications(exam.batch, exam.body, 1)[0]
    with transaction():
        book_one(late.uid, exam.turns[0].uid, actor=BODY, clock=clock)
    assert exam.checks()["须回避"] == "unclear"  # nobody has looked at the one who came later


def test_booking_stops_a_day_before(exam, make, clock) -> None:
    exam.session.bookings_close_at = START - timedelta(hours=24)
    make.save(exam.session)
    clock.instant = START - timedelta(hours=24)
    with pytest.raises(NotBookable) as refused, transaction():
        book_one(make.applications(exam.batch, exam.body, 1)[0].uid, exam.turns[0].uid, actor=BODY, clock=clock)
    assert (refused.value.clause, "12-14 09:00" in refused.value.words) == ("系统规则 停止报名", True)


def test_a_cancelled_session_gives_its_places_back(exam) -> None:
    exam.move("cancelled")
    db.session.refresh(exam.turns[0])
    db.session.refresh(exam.bookings[0])
    assert (exam.turns[0].taken, exam.bookings[0].state) == (0, "cancelled")


# Recusal


def test_recusal_is_a_question_until_each_person_has_looked(exam, make) -> None:
    make.duty(exam.session, make.staff(exam.body), "examiner")
    assert exam.checks()["须回避"] == "unclear"
    make.stated(exam.session)
    assert exam.checks()["须回避"] == "pass"


def test_the_same_team_is_found_though_nobody_declares_it(exam, make) -> None:
    make.duty(exam.session, make.staff(exam.body, team="总装 线"), "examiner")  # candidates are of 总装线
    make.stated(exam.session)
    assert exam.checks()["须回避"] == "fail"
    with pytest.raises(NotDeclarable, match="核对"):
        exam.move("declared")


def test_a_declared_relation_takes_the_person_out_of_the_panel(exam, make) -> None:
    from examops.registration.models import Application

    candidate_id = db.session.get_one(Application, exam.bookings[0].application_id).candidate_id
    owner = {"body_id": exam.body.id, "district": exam.body.district}
    make.save(
        RecusalRelation(**owner, staff_id=exam.duties[1].staff_id, candidate_id=candidate_id, relation="relative")
    )
    found = exam.checks()
    assert (found["须回避"], found["考评员"]) == ("fail", "fail")


# Panel


def due(exam: Exam) -> None:
    """The desk opens now; the list is final."""
    exam.approved()
    exam.clock.instant = exam.session.bookings_close_at
    exam.run(close_bookings)
    exam.clock.instant = exam.session.desk_opens_at


def sign_in(exam: Exam, make: Factory, *duties: SessionDuty) -> None:
    for duty in duties:
        db.session.refresh(duty)
        duty.signed_in_at = exam.clock.now()
        make.save(duty)


def test_no_session_starts_without_a_lawful_panel_and_it_says_why(exam, make) -> None:
    due(exam)
    sign_in(exam, make, *exam.duties[:2])
    assert (exam.run(begin_sessions), exam.state()) == (0, "closed")
    assert "到岗的考评员 2 人，须 ≥ 3，单数" in str(exam.session.start_held[0])
    assert exam.run(held_back) == 1
    exam.run(begin_sessions)
    entries = select(AuditEntry).where(AuditEntry.tag == "session:start_held")
    assert len(db.session.execute(entries).scalars().all()) == 1  # said once, not every minute
    with pytest.raises(NoPanel) as refused:
        exam.move("running")
    assert "到岗签到" in refused.value.next_step


def test_the_session_starts_when_the_third_has_come(exam, make) -> None:
    due(exam)
    sign_in(exam, make, *exam.duties)
    assert (exam.run(begin_sessions), exam.state()) == (1, "running")
    assert (exam.session.start_held, exam.run(held_back)) == ([], 0)


def test_technicians_are_led_by_a_senior_examiner(exam, make) -> None:
    from examops.sessions.models import SessionGroup

    group = make.session.query(SessionGroup).filter_by(session_id=exam.session.id).one()
    group.level = "2"
    make.save(group)
    make.filed(exam.body, level="2")
    assert exam.checks()["高级考评员任组长"] == "pass"
    card = make.session.query(Qualification).filter_by(staff_id=exam.duties[0].staff_id).one()
    card.kind = "examiner"
    make.save(card)
    assert exam.checks()["高级考评员任组长"] == "fail"


# No-shows


def test_the_clock_proposes_no_shows_and_a_person_decides(exam, make) -> None:
    exam.approved()
    exam.session.state = "running"
    make.save(exam.session)
    exam.clock.instant = START + timedelta(minutes=29)
    assert exam.run(propose_no_shows) == 0
    exam.clock.instant = START + timedelta(minutes=30)
    assert (exam.run(propose_no_shows), exam.run(propose_no_shows)) == (3, 0)
    db.session.refresh(exam.bookings[0])
    assert exam.bookings[0].state == "confirmed"
    assert len(proposed_no_shows(exam.session)) == 3
    with transaction():
        assert confirm_no_shows(exam.session, [exam.bookings[0].uid], actor=BODY) == 1
    db.session.refresh(exam.bookings[0])
    assert exam.bookings[0].state == "no_show"


def test_who_was_not_listed_or_came_meanwhile_is_not_confirmed_absent(exam, make) -> None:
    with pytest.raises(NotProposed), transaction():
        confirm_no_shows(exam.session, [exam.bookings[0].uid], actor=BODY)
    exam.bookings[1].no_show_proposed_at, exam.bookings[1].state = START, "checked_in"
    make.save(exam.bookings[1])
    with pytest.raises(NotProposed), transaction():
        confirm_no_shows(exam.session, [exam.bookings[1].uid], actor=BODY)


def test_nothing_moves_to_open_any_more(exam) -> None:
    exam.approved()
    with pytest.raises((IllegalTransition, DomainError)):
        exam.move("open")
