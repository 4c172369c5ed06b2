"""Several applications of a batch are withdrawn with one reason; one that has to stay says why, the others go."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.registration.models import Application
from examops.sessions.models import Booking, ExamSession
from tests.factories import DAY, Factory


class Applied:
    """Three people of a batch with places in a draft session, and one without."""

    def __init__(self, make: Factory, sign_in) -> None:
        self.body = make.body()
        self.batch = make.batch(self.body)
        room = make.room(make.site(self.body))
        self.session, (turn, *_) = make.session_with_turns(
            self.batch, room, starts_at=DAY.replace(day=20, month=12), state="draft"
        )
        people = [make.candidate(self.body, name=name) for name in ("陈小明", "何秀兰", "梁志强", "黄丽")]
        self.applications = [make.application(self.batch, person) for person in people]
        self.bookings = [make.booking(turn, one, "confirmed") for one in self.applications[:3]]
        self.client = sign_in(make.user("coordinator", self.body))
        self.page = f"/candidates/batches/{self.batch.uid}"

    def withdraw(self, *numbers: int, reason: str = "班组停工"):
        ticked = [str(self.applications[n].uid) for n in numbers]
        return self.client.post(self.page, data={"application": ticked, "reason": reason})

    def states(self) -> list[str]:
        db.session.rollback()
        db.session.expire_all()
        return [db.session.get_one(Application, one.id).state for one in self.applications]


@pytest.fixture
def some(make: Factory, sign_in) -> Applied:
    return Applied(make, sign_in)


def test_the_batch_leads_to_the_page_that_lists_who_has_applied_and_where_they_sit(some) -> None:
    assert some.page in some.client.get(f"/sessions/batches/{some.batch.uid}").text
    page = some.client.get(some.page).text

    assert all(name in page for name in ("陈小明", "何秀兰", "梁志强", "黄丽"))
    assert page.count(some.session.number) == 3
    assert "陈小明" not in some.client.get(f"{some.page}?q=秀兰").text


def test_those_ticked_are_withdrawn_with_one_reason_and_their_places_are_free(some) -> None:
    assert some.withdraw(0, 1, 3).status_code == 302

    assert some.states() == ["withdrawn", "withdrawn", "accepted", "withdrawn"]
    assert [db.session.get_one(Booking, one.id).state for one in some.bookings] == [
        *("cancelled", "cancelled", "confirmed")
    ]
    entries = select(AuditEntry).where(AuditEntry.tag == "application:withdrawn")
    assert [one.payload["reason"] for one in db.session.execute(entries).scalars()] == ["班组停工"] * 3
    assert "陈小明" not in some.client.get(some.page).text


def test_one_that_has_sat_stays_with_its_reason_and_its_name_and_the_others_go(some) -> None:
    db.session.get_one(Booking, some.bookings[1].id).state = "completed"
    db.session.commit()
    page = some.withdraw(0, 1).text

    assert some.states() == ["withdrawn", "accepted", "accepted", "accepted"]
    said = page.split('id="withdrawn"')[1].split("</section>")[0]
    assert "已撤回 1 / 2 份" in said
    assert "已经有考试记录" in said
    assert "何秀兰" in said


def test_of_a_declared_session_nobody_is_withdrawn_and_the_page_says_what_to_do(some) -> None:
    db.session.get_one(ExamSession, some.session.id).state = "declared"
    db.session.commit()
    page = some.withdraw(0, 2, 3).text

    assert some.states() == ["accepted", "accepted", "accepted", "withdrawn"]
    assert "已撤回 1 / 3 份" in page


@pytest.mark.parametrize(("numbers", "reason"), [((), "班组停工"), ((0, 1), " ")])
def test_it_needs_somebody_and_a_reason_and_keeps_what_was_ticked(some, numbers, reason) -> None:
    answer = some.withdraw(*numbers, reason=reason)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert answer.text.count(" checked") == len(numbers)
    assert some.states() == ["accepted"] * 4


def test_who_had_to_stay_stays_ticked_with_the_reason_and_the_clause_is_named(some) -> None:
    db.session.get_one(ExamSession, some.session.id).state = "declared"
    db.session.commit()
    page = some.withdraw(0, 3).text

    assert page.count(" checked") == 1
    assert f'value="{some.applications[0].uid}" checked' in page
    assert 'value="班组停工"' in page
    assert "考前申报" in page.split('id="withdrawn"')[1].split("</section>")[0]


def test_everybody_on_the_page_is_ticked_at_once_and_nobody_is_withdrawn_by_that(some) -> None:
    data = {"tick": "all", "application": [str(some.applications[0].uid)], "reason": "班组停工"}
    page = some.client.post(f"{some.page}?q=秀兰", data=data).text
    assert page.count(" checked") == 1
    page = some.client.post(some.page, data=data).text
    assert page.count(" checked") == 4
    assert 'value="班组停工"' in page

    page = some.client.post(some.page, data=data | {"tick": "none"}).text
    assert page.count(" checked") == 0
    assert some.states() == ["accepted"] * 4


def test_applications_of_another_batch_are_passed_over(some, make) -> None:
    other = make.application(make.batch(some.body), make.candidate(some.body))
    make.session.commit()
    some.client.post(some.page, data={"application": [str(other.uid)], "reason": "班组停工"})
    db.session.expire_all()

    assert db.session.get_one(Application, other.id).state == "accepted"


def test_another_bodys_coordinator_finds_no_such_batch(some, make, sign_in) -> None:
    some.client = sign_in(make.user("coordinator", make.body()))
    assert some.client.get(some.page).status_code == 404
    assert some.withdraw(0).status_code == 404
    assert some.states() == ["accepted"] * 4
