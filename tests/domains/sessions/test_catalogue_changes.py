"""A value of the catalogue that the city changes from a later day: who is concerned, is told, and sees it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from config.occupations import catalogue
from examops.catalogue.decisions import Grounds, Seen, change, current_values
from examops.catalogue.forms import seen_mark
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.transaction import transaction
from examops.offices.contacts import save_contact
from examops.outbox.models import OutboxNotice
from examops.sessions.concerned import Concerned, concerned_by_body
from examops.sessions.telling_changes import tell_of_changes
from tests.factories import ELECTRICIAN, Factory

pytestmark = pytest.mark.postgres
CITY = Actor("user", uuid4(), "郑建国", "city_bureau")
DAY, FROM = date(2026, 11, 23), date(2026, 12, 10)
KEY = "skill_minutes.4"
PAGE = f"/occupations/{ELECTRICIAN}/{KEY}"


@pytest.fixture
def bodies(make: Factory, clock) -> list:
    """One with a session on the day of the change, one with a batch alone, one whose exams are over by then."""
    found = []
    for number, until in enumerate((date(2026, 12, 31), date(2026, 12, 31), date(2026, 12, 9))):
        body = make.body()
        person = make.user("coordinator", body)
        with transaction():
            save_contact(person.id, f"k{number}@example.cn", "", actor=CITY, clock=clock)
        batch = make.batch(body, held_until=until)
        if number == 0:
            room = make.room(make.site(body))
            make.session_with_turns(batch, room, 1, starts_at=datetime(2026, 12, 10, 1, 0, tzinfo=UTC))
        found.append((body, batch))
    return found


def changed(value: int = 150, day: date = FROM) -> None:
    occupation = catalogue().by_code[ELECTRICIAN]
    with transaction():
        now = current_values(occupation, DAY)[KEY]
        seen, grounds = Seen(now.revision, now.base_hash), Grounds("佛人社〔2026〕12号", "试行", day)
        change(occupation, KEY, seen, value, grounds, actor=CITY, today=DAY)


def settle(clock) -> None:
    """The decision's own time is the database's; half an hour later nobody is at it any more."""
    clock.instant = datetime.now(UTC) + timedelta(minutes=31)


def told(clock) -> int:
    with transaction():
        return tell_of_changes(clock)


def texts() -> list[str]:
    query = select(OutboxNotice).where(OutboxNotice.kind == "catalogue_change", OutboxNotice.recipient.like("k0%"))
    return [one.payload["text"] for one in db.session.execute(query).scalars()]


def notices() -> dict[str, str]:
    query = select(OutboxNotice).where(OutboxNotice.kind == "catalogue_change")
    return {one.recipient: one.payload["text"] for one in db.session.execute(query).scalars()}


def test_only_bodies_with_exams_on_that_day_or_later_are_concerned(bodies) -> None:
    found = concerned_by_body("skill_minutes", ELECTRICIAN, "4", FROM)
    assert found == {bodies[0][0].id: Concerned(1, 1, 1), bodies[1][0].id: Concerned(1, 1, 0)}
    assert concerned_by_body("parts", ELECTRICIAN, "", FROM) == found
    assert concerned_by_body("skill_minutes", ELECTRICIAN, "4", FROM, FROM) == found
    assert concerned_by_body("skill_minutes", ELECTRICIAN, "4", date(2026, 11, 1), date(2026, 12, 9)) == {
        body.id: Concerned(1, 1, 0) for body, _batch in bodies
    }
    assert concerned_by_body("theory_minutes", ELECTRICIAN, "4", FROM) == {}
    assert concerned_by_body("skill_minutes", ELECTRICIAN, "3", FROM) == {}
    assert concerned_by_body("skill_minutes", ELECTRICIAN, "4", date(2027, 1, 1)) == {}


def test_each_is_told_once_in_chinese_with_what_it_was_and_becomes(bodies, clock) -> None:
    changed()
    settle(clock)
    with transaction():
        told = tell_of_changes(clock), tell_of_changes(clock)
    assert told == (2, 0)
    found = notices()
    assert sorted(found) == ["k0@example.cn", "k1@example.cn"]
    assert "2026-12-10 起由“" in found["k0@example.cn"]
    assert "改为“150 分钟”（佛人社〔2026〕12号）" in found["k0@example.cn"]
    assert "批次 1 个、已排的场次 1 场" in found["k0@example.cn"]


def test_a_value_that_was_only_confirmed_is_told_to_nobody(bodies, clock) -> None:
    now = current_values(catalogue().by_code[ELECTRICIAN], DAY)[KEY]
    changed(now.value)
    settle(clock)
    with transaction():
        assert tell_of_changes(clock) == 0


def test_what_was_put_right_before_anybody_heard_is_one_notice_with_the_last_value(bodies, clock) -> None:
    changed(150)
    changed(120)
    clock.instant = datetime.now(UTC)
    assert told(clock) == 0  # somebody may still be at it
    settle(clock)
    assert (told(clock), told(clock)) == (2, 0)
    assert "由“60 分钟”改为“120 分钟”" in notices()["k0@example.cn"]


def test_a_value_that_went_there_and_back_unheard_is_told_to_nobody(bodies, clock) -> None:
    now = current_values(catalogue().by_code[ELECTRICIAN], DAY)[KEY].value
    changed(150)
    changed(now)
    settle(clock)
    assert told(clock) == 0


def test_whoever_heard_of_a_value_hears_that_it_went_back(bodies, clock) -> None:
    now = current_values(catalogue().by_code[ELECTRICIAN], DAY)[KEY].value
    changed(150)
    settle(clock)
    assert told(clock) == 2
    changed(now)
    settle(clock)
    assert (told(clock), told(clock)) == (2, 0)
    assert any(f"由“150 分钟”改为“{now} 分钟”" in text for text in texts())
    changed(150)
    changed(now)
    settle(clock)
    assert told(clock) == 2
    assert any(f"几次改定以后仍为“{now} 分钟”" in text for text in texts())


def test_a_later_decision_for_other_days_is_told_by_itself(bodies, clock) -> None:
    changed(150)
    changed(120, date(2026, 12, 20))
    settle(clock)
    assert told(clock) == 4
    assert any("2026-12-20 起由“150 分钟”改为“120 分钟”" in text for text in texts())


def test_the_city_sees_whom_it_concerns_before_it_saves(bodies, make, sign_in) -> None:
    officer = sign_in(make.user("city_bureau"))
    assert "涉及 3 家机构、3 个批次、1 场" in officer.get(PAGE).text  # from today on, as the form begins
    value = current_values(catalogue().by_code[ELECTRICIAN], DAY)[KEY]
    form = {"act": "changed", "value": "150", "seen": seen_mark(value), "reason": "试行", "look": "1"}
    looked = officer.post(PAGE, data=form | {"valid_from": str(FROM)})
    assert "2026-12-10 起涉及 2 家机构、2 个批次、1 场" in looked.text
    looked = officer.post(PAGE, data=form | {"valid_from": "2027-01-01", "document_number": "佛人社〔2026〕12号"})
    assert looked.status_code == 200
    assert "没有机构的批次或场次" in looked.text
    for odd in ({}, {"valid_from": "x"}, {"valid_from": "9999-12-31"}, {"valid_from": str(FROM), "valid_until": "x"}):
        page = officer.post(PAGE, data=form | odd)
        assert (page.status_code, "起涉及" in page.text) == (200, False)
    assert 'value="佛人社〔2026〕12号"' in looked.text
    assert current_values(catalogue().by_code[ELECTRICIAN], DAY)[KEY].revision == 0


def test_a_batch_shows_what_changed_within_its_exams(bodies, make, sign_in) -> None:
    changed()
    pages = []
    for body, batch in (bodies[0], bodies[2]):
        page = sign_in(make.user("coordinator", body)).get(f"/sessions/batches/{batch.uid}")
        pages.append("改为“150 分钟”（佛人社〔2026〕12号）" in page.text)
    assert pages == [True, False]
