"""Who may act for whom: entered by the right person, one at a time, no chain, ends by itself, and races."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import Invalid, NotAllowed
from examops.core.scope import SYSTEM, Scope
from examops.core.transaction import transaction
from examops.offices import NotDeputy, Office, acting_for, represented_by
from examops.offices.deputies import DeputyOfDeputy, Entry, TwoDeputies, enter, revoke
from examops.offices.invariants import INVARIANTS
from examops.offices.models import Deputy

pytestmark = pytest.mark.postgres
CITY, DISTRICT = Office("city_bureau"), Office("district_bureau", "440606")
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


def actor_of(account: Any, role: str = "city_bureau") -> Actor:
    return Actor("user", account.uid, account.name, role)


def head(make: Any, account: Any) -> Any:
    make.run_as_owner("UPDATE role_grant SET is_head = true WHERE user_id = :user", user=account.id)
    return account


@pytest.fixture
def people(make) -> list[Any]:
    """Four of the city bureau; the last one heads it."""
    found = [make.user("city_bureau") for _ in range(4)]
    head(make, found[3])
    return found


def entered(clock, who: Any, officer: Any, away: Any, first: date = MONDAY, last: date = FRIDAY) -> Deputy:
    with transaction(SYSTEM):
        return enter(CITY, Entry(officer.uid, away.uid, first, last), actor=actor_of(who), clock=clock)


def test_whoever_goes_away_enters_a_deputy_and_it_ends_by_itself(people, clock) -> None:
    away, officer, other, _ = people
    row = entered(clock, away, officer, away)
    found = represented_by(actor_of(officer), clock.now())
    assert [(one.uid, one.name) for one in found] == [(away.uid, away.name)]
    assert acting_for(actor_of(officer), away.uid, clock.now()) == found[0]
    with pytest.raises(NotDeputy):
        acting_for(actor_of(other), away.uid, clock.now())
    last = row.during.upper - timedelta(seconds=1)
    assert represented_by(actor_of(officer), last) == found
    assert represented_by(actor_of(officer), row.during.upper) == []
    query = select(AuditEntry.actor_name, AuditEntry.payload).where(AuditEntry.tag == "deputy:entered")
    with transaction(SYSTEM):
        logged = db.session.execute(query).one()
    assert (logged.actor_name, logged.payload) == (away.name, {"until": "2026-11-27"})


def test_a_deputy_needs_the_same_office_and_another_person_with_days_to_come(people, make, clock) -> None:
    away, officer, _, leader = people
    stranger = make.user("city_centre")
    refused = [
        (away, Entry(stranger.uid, away.uid, MONDAY, FRIDAY), "同一个部门"),
        (away, Entry(away.uid, away.uid, MONDAY, FRIDAY), "自己代自己"),
        (away, Entry(officer.uid, away.uid, FRIDAY, MONDAY), "日期"),
        (away, Entry(officer.uid, away.uid, MONDAY - timedelta(days=1), FRIDAY), "日期"),
        (leader, Entry(officer.uid, away.uid, MONDAY, MONDAY + timedelta(days=400)), "日期"),
    ]
    for who, entry, words in refused:
        with pytest.raises(Invalid, match=words), transaction(SYSTEM):
            enter(CITY, entry, actor=actor_of(who), clock=clock)


def test_for_somebody_else_only_the_head_enters_and_takes_back(people, clock) -> None:
    away, officer, other, leader = people
    with pytest.raises(NotAllowed):
        entered(clock, officer, officer, away)
    row = entered(clock, leader, officer, away)
    with pytest.raises(NotAllowed), transaction(SYSTEM):
        revoke(db.session.merge(row), actor=actor_of(other), clock=clock)
    with transaction(SYSTEM):
        assert revoke(db.session.merge(row), actor=actor_of(leader), clock=clock) is True
    assert represented_by(actor_of(officer), clock.now()) == []
    entered(clock, away, other, away)  # what was taken back stands in nobody's way


def test_one_deputy_at_a_time_and_no_deputy_of_a_deputy(people, clock) -> None:
    away, officer, other, leader = people
    entered(clock, away, officer, away)
    with pytest.raises(TwoDeputies):
        entered(clock, away, other, away, FRIDAY, FRIDAY)
    with pytest.raises(DeputyOfDeputy):
        entered(clock, officer, other, officer)
    with pytest.raises(DeputyOfDeputy):
        entered(clock, leader, away, other)
    entered(clock, leader, officer, other)  # one may act for two
    entered(clock, officer, other, officer, FRIDAY + timedelta(days=3), FRIDAY + timedelta(days=3))
    with transaction(SYSTEM):
        assert [found for one in INVARIANTS for found in one.find(clock)] == []


def test_who_has_left_the_office_acts_for_nobody_and_nobody_for_them(people, make, clock) -> None:
    away, officer, *_ = people
    entered(clock, away, officer, away)
    make.run_as_owner("UPDATE user_account SET is_active = false WHERE id = :user", user=away.id)
    assert represented_by(actor_of(officer), clock.now()) == []


@pytest.mark.race
def test_of_two_that_would_make_a_chain_at_once_one_is_refused(people, app: Flask, clock) -> None:
    away, officer, other, _ = people
    pairs = [(officer, away), (other, officer)]
    works = [(Entry(one.uid, two.uid, MONDAY, FRIDAY), actor_of(two)) for one, two in pairs]
    barrier = threading.Barrier(2)

    def run(work: tuple[Entry, Actor]) -> str:
        with app.app_context():
            barrier.wait()
            try:
                with transaction(SYSTEM):
                    enter(CITY, work[0], actor=work[1], clock=clock)
                return "entered"
            except DeputyOfDeputy:
                return "refused"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, works)) == ["entered", "refused"]


def test_the_check_finds_a_chain_that_a_hand_made(people, make, clock) -> None:
    away, officer, other, _ = people
    entered(clock, away, officer, away)
    chain = (
        "ALTER TABLE deputy DISABLE TRIGGER deputy_no_chain;"
        " INSERT INTO deputy (officer_id, for_id, role, during, entered_by, entered_by_name, revoked_by_name, uid)"
        " SELECT :other, officer_id, role, during, entered_by, '', '', gen_random_uuid() FROM deputy;"
        " ALTER TABLE deputy ENABLE TRIGGER deputy_no_chain"
    )
    for statement in chain.split(";"):
        make.run_as_owner(statement, **({"other": other.id} if ":other" in statement else {}))
    with transaction(SYSTEM):
        assert len([found for one in INVARIANTS for found in one.find(clock)]) == 1


def test_an_office_sees_its_own_deputies_alone(people, make, clock) -> None:
    away, officer, *_ = people
    entered(clock, away, officer, away)
    with transaction(Scope(districts=("440606",))):
        assert db.session.execute(select(Deputy)).all() == []


def test_the_page_enters_shows_and_takes_back(people, sign_in, make) -> None:
    away, officer, other, _ = people
    browser = sign_in(away)
    form = {"officer": str(officer.uid), "for": str(away.uid), "first": "2026-11-23", "last": "2026-11-27"}
    assert browser.post("/office/deputies", data=form).status_code == 302
    page = browser.get("/office/deputies").text
    assert "代理中" in page
    assert officer.name in page
    refused = browser.post("/office/deputies", data=form | {"officer": str(other.uid)})
    assert (refused.status_code, "已有代理人" in refused.text) == (409, True)
    row = db.session.execute(select(Deputy)).scalar_one()
    foreign = sign_in(make.user("district_bureau", district="440606"))
    assert foreign.post(f"/office/deputies/{row.uid}/end").status_code == 404
    browser = sign_in(away)
    browser.post(f"/office/deputies/{row.uid}/end")
    assert "已收回" in browser.get("/office/deputies").text
