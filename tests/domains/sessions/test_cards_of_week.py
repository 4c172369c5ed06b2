"""The coordinator's week names whose card does not count on the exam day: as the check of the session decides it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from examops.core.clock import local_day
from examops.core.database import db
from examops.core.reading import read
from examops.sessions.models import SessionDuty, SessionGroup
from examops.sessions.overview.card_items import card_query
from examops.sessions.planning.cards import missing_card
from examops.staff.models import Qualification, StaffMember
from tests.domains.sessions.test_gates import START, Exam, exam
from tests.factories import Factory

__all__ = ["exam"]
LAST_DAY = local_day(START)
Change = Callable[[Qualification], None]


def ends(day_before: int) -> Change:
    def change(card: Qualification) -> None:
        card.valid_until = LAST_DAY - timedelta(days=day_before)

    return change


def starts_after(card: Qualification) -> None:
    card.valid_from = LAST_DAY + timedelta(days=1)


def other_kind(card: Qualification) -> None:
    card.kind = "expert"


def other_occupation(card: Qualification) -> None:
    card.occupation_code = "6-18-04-01"


def every_occupation(card: Qualification) -> None:
    card.occupation_code = ""


def other_level(card: Qualification) -> None:
    card.levels = ["1"]


def its_level_too(card: Qualification) -> None:
    card.levels = ["4", "1"]


def card_of(make: Factory, staff_id: int) -> Qualification:
    return make.session.execute(select(Qualification).where(Qualification.staff_id == staff_id)).scalar_one()


def found(exam: Exam) -> list[str]:
    """The names that the week tells."""
    db.session.rollback()
    return [name for row in read(card_query(exam.clock.now(), "、")) for name in row.detail.split("、")]


def by_the_check(exam: Exam) -> set[str]:
    """Whom :func:`missing_card` names, person by person."""
    groups = list(db.session.execute(select(SessionGroup).where(SessionGroup.session_id == exam.session.id)).scalars())
    lacking = set()
    duties = select(SessionDuty).where(SessionDuty.session_id == exam.session.id, ~SessionDuty.is_released)
    for duty in db.session.execute(duties).scalars():
        member = db.session.get_one(StaffMember, duty.staff_id)
        cards = db.session.execute(select(Qualification).where(Qualification.staff_id == member.id)).scalars().all()
        if missing_card(member.name, duty.role, groups, cards, LAST_DAY):
            lacking.add(member.name)
    return lacking


@pytest.mark.parametrize("role", ["leader", "examiner", "proctor"])
@pytest.mark.parametrize(
    "change",
    [ends(0), ends(1), starts_after, other_kind, other_occupation, every_occupation, other_level, its_level_too],
    ids=["last day", "day before", "later", "kind", "occupation", "all occupations", "level", "levels"],
)
def test_it_names_whom_the_check_names(exam: Exam, make: Factory, role: str, change: Change) -> None:
    exam.approved()
    duties = [*exam.duties, make.duty(exam.session, make.staff(exam.body, "proctor"), "proctor")]
    member = make.session.get_one(StaffMember, next(one.staff_id for one in duties if one.role == role))
    card = card_of(make, member.id)
    change(card)
    make.save(card)
    wanted = by_the_check(exam)
    assert wanted in (set(), {member.name})
    assert set(found(exam)) == wanted


def test_nobody_examines_theory(exam: Exam, make: Factory) -> None:
    exam.approved()
    proctor = make.staff(exam.body, "proctor")
    make.duty(exam.session, proctor, "proctor")
    (group,) = make.session.execute(select(SessionGroup).where(SessionGroup.session_id == exam.session.id)).scalars()
    group.part = "theory"
    cards = make.session.execute(select(Qualification)).scalars().all()
    for card in cards:
        ends(1)(card)
    make.save(group, *cards)
    assert set(found(exam)) == by_the_check(exam) == {proctor.name}


def test_the_page_says_so_until_a_card_counts_again(exam: Exam, make: Factory, sign_in) -> None:
    exam.approved()
    client = sign_in(make.user("coordinator", exam.body))
    assert "证件不够" not in client.get("/sessions/week").text
    gone = exam.duties[1]
    card = card_of(make, gone.staff_id)
    ends(1)(card)
    make.save(card)
    name = make.session.get_one(StaffMember, gone.staff_id).name
    assert f"{name} 到考试日没有有效的证：在场次页换人" in client.get("/sessions/week").text
    card = make.session.get_one(Qualification, card.id)
    ends(0)(card)
    make.save(card)
    assert "证件不够" not in client.get("/sessions/week").text


def test_a_draft_is_told_when_it_is_declared_and_not_before(exam: Exam, make: Factory) -> None:
    card = card_of(make, exam.duties[1].staff_id)
    ends(1)(card)
    make.save(card)
    assert found(exam) == []
