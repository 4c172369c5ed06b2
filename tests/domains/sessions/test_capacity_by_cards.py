"""What a turn can take follows the cards of whoever is on duty, also when one is ended after the planning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from examops.core.clock import local_day
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.outbox.models import OutboxNotice
from examops.sessions.jobs import recount_capacity, recount_for_cards
from examops.sessions.models import Booking, SessionBreak, SessionDuty, Turn
from examops.staff.cards import CardEntry, add_card, end_card
from examops.staff.models import Qualification, StaffMember
from tests.domains.sessions.test_gates import BODY, START, Exam, exam
from tests.factories import ELECTRICIAN, Factory

__all__ = ["exam"]
DAY_BEFORE = local_day(START) - timedelta(days=1)


@pytest.fixture
def seated(exam: Exam, make: Factory) -> Exam:
    """Counted with three examiners, as after planning."""
    recount_capacity()
    assert turns()[0].capacity > 0
    return exam


def turns() -> list[Turn]:
    db.session.rollback()
    with transaction(SYSTEM):
        query = select(Turn).order_by(Turn.number).execution_options(populate_existing=True)
        return list(db.session.execute(query).scalars())


def breaks() -> list[SessionBreak]:
    db.session.rollback()
    with transaction(SYSTEM):
        query = select(SessionBreak).order_by(SessionBreak.id).execution_options(populate_existing=True)
        return list(db.session.execute(query).scalars())


def examiner(exam: Exam, number: int = 2) -> tuple[StaffMember, Qualification]:
    query = select(StaffMember).join(SessionDuty, SessionDuty.staff_id == StaffMember.id)
    query = query.where(SessionDuty.session_id == exam.session.id).order_by(SessionDuty.id)
    member = db.session.execute(query).scalars().all()[number]
    return member, db.session.execute(select(Qualification).where(Qualification.staff_id == member.id)).scalar_one()


def end(exam: Exam, number: int = 2) -> StaffMember:
    with transaction(SYSTEM):
        member, card = examiner(exam, number)
        end_card(member, card, DAY_BEFORE, "调离", actor=BODY, clock=exam.clock)
        return member


def watched() -> list[int]:
    return [one["have"] for turn in turns() for one in turn.factors if one["code"] == "examiners"]


def test_a_card_that_is_ended_asks_for_the_count_in_its_own_transaction(seated) -> None:
    member = end(seated)
    waiting = text("SELECT args->>'member' FROM procrastinate_jobs WHERE task_name = 'sessions.recount_for_cards'")
    assert list(db.session.execute(waiting).scalars()) == [str(member.uid)]


def test_the_page_shows_the_number_of_the_check_and_nobody_is_thrown_out(seated, make, sign_in) -> None:
    before = watched()
    people = len(db.session.execute(select(Booking.id)).all())
    member = end(seated)
    assert recount_for_cards(str(member.uid))
    assert recount_for_cards(str(member.uid)) == ""
    assert all(now < then for now, then in zip(watched(), before, strict=True))
    assert len(db.session.execute(select(Booking.id)).all()) == people
    (row,) = breaks()
    assert (row.settlement, row.stations, row.people > 0) == ("", [], True)
    page = sign_in(make.user("coordinator", seated.body)).get(f"/sessions/{seated.session.uid}").text
    assert "按现在的证件和人员重算，位子少了：换人，或登记新证" in page
    with transaction(SYSTEM):
        told = select(OutboxNotice.payload).where(OutboxNotice.kind == "session_broken")
        texts = [one["text"] for one in db.session.execute(told).scalars()]
    assert all("停用" not in text for text in texts)


def test_another_card_settles_it_and_the_night_finds_nothing_more(seated) -> None:
    before = watched()
    member = end(seated)
    recount_capacity()
    assert [one.settlement for one in breaks()] == [""]
    with transaction(SYSTEM):
        days = local_day(START) - timedelta(days=9), local_day(START) + timedelta(days=9)
        entry = CardEntry("examiner", "K9", ELECTRICIAN, ("4",), *days)
        add_card(db.session.get_one(StaffMember, member.id), entry, actor=BODY, clock=seated.clock)
    assert recount_for_cards(str(member.uid))
    assert watched() == before
    assert [one.settlement for one in breaks()] == ["put_back"]
    assert recount_capacity() == ""


def test_a_session_that_has_begun_is_left_as_it_is(seated) -> None:
    seated.clock.instant = seated.session.starts_at
    end(seated)
    assert recount_capacity() == ""
