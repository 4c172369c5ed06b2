"""A lending ended by its owner: its days may be lent again, and no district is asked about it any more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from examops.core.clock import midnight
from examops.core.database import db, owner_of
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.offices.models import AccountContact
from examops.organisations.models import Body, LegalEntity
from examops.sites.lending_models import SiteUse
from examops.sites.models import Site
from tests.domains.sites.test_lending_answers import approval, lent, notices

__all__ = ["lent"]
pytestmark = [pytest.mark.postgres, pytest.mark.s3]
AGREED = {"outcome": "agreed"}
SIDES = {"host": "440606", "guest": "440605"}
WAITING = "件跨区借用考点等您答复"


def uses() -> list[SiteUse]:
    db.session.rollback()
    with transaction(SYSTEM):
        query = select(SiteUse).order_by(SiteUse.id).execution_options(populate_existing=True)
        return list(db.session.execute(query).scalars())


def lend_again(owner, site, make, **days: str):
    guest = make.session.get_one(Body, uses()[0].guest_body_id)
    code = make.session.get_one(LegalEntity, guest.legal_entity_id).credit_code
    form = {"guest": code, "agreement": "8 号"}
    return owner.post(f"/sites/{site.uid}/uses", data=form | {"from_on": "2026-12-02", "until_on": "2026-12-20"} | days)


def end(owner, site, use: SiteUse) -> int:
    return owner.post(f"/sites/{site.uid}/uses/{use.uid}/end").status_code


def test_days_of_a_lending_that_was_ended_before_it_began_are_lent_again(lent, make) -> None:
    site, owner = lent
    assert lend_again(owner, site, make).status_code == 409
    assert end(owner, site, uses()[0]) == 302
    assert "没有开始" in owner.get(f"/sites/{site.uid}").text
    assert lend_again(owner, site, make).status_code == 302
    first, second = uses()
    assert (first.is_void, second.is_void, first.during.lower) == (True, False, second.during.lower)
    # Twice in a row, and the second stands in the way of a third.
    assert lend_again(owner, site, make).status_code == 409
    assert end(owner, site, second) == 302
    assert lend_again(owner, site, make, from_on="2026-12-01").status_code == 302


def test_the_guest_is_told_once_and_the_owner_hears_where_nobody_is_reached(lent, make) -> None:
    site, owner = lent
    assert end(owner, site, uses()[0]) == 302
    (text,) = notices()["zhong@example.cn"]
    assert all(words in text for words in ("容声集团的考点容桂考点", "7 号", "提前结束"))
    assert set(notices()) == {"zhong@example.cn"}
    guest = make.session.get_one(Body, uses()[0].guest_body_id)
    make.run_as_owner("DELETE FROM account_contact")
    assert lend_again(owner, site, make).status_code == 302
    told = owner.post(f"/sites/{site.uid}/uses/{uses()[1].uid}/end", follow_redirects=True).text
    assert ("另外告诉" in told, guest.name in told) == (True, True)


def test_a_district_that_agreed_is_told_once_and_one_that_never_answered_is_not(lent, make, sign_in) -> None:
    site, _owner = lent
    coordinator = make.user("coordinator", make.session.get_one(Body, site.body_id))
    officers = {side: make.user("district_bureau", district=code) for side, code in SIDES.items()}
    colleague = make.user("district_bureau", district="440605")
    with transaction(SYSTEM):
        for name, one in {**officers, "colleague": colleague}.items():
            db.session.add(AccountContact(user_id=one.id, email=f"{name}@example.cn"))
    assert sign_in(officers["guest"]).post(f"/lending/{approval('guest').uid}", data=AGREED).status_code == 302
    assert end(sign_in(coordinator), site, uses()[0]) == 302
    assert {"host@example.cn", "colleague@example.cn"}.isdisjoint(notices())
    (text,) = notices()["guest@example.cn"]
    assert all(words in text for words in ("容声集团的考点容桂考点借给顺景电器", "7 号", "已由考点所属机构提前结束"))


def test_where_the_officer_has_left_the_office_is_told(lent, make, sign_in) -> None:
    site, _owner = lent
    coordinator = make.user("coordinator", make.session.get_one(Body, site.body_id))
    officer, colleague = (make.user("district_bureau", district="440605") for _ in range(2))
    with transaction(SYSTEM):
        db.session.add(AccountContact(user_id=colleague.id, email="colleague@example.cn"))
    assert sign_in(officer).post(f"/lending/{approval('guest').uid}", data=AGREED).status_code == 302
    make.run_as_owner(f"UPDATE user_account SET is_active = false WHERE id = {officer.id}")
    assert end(sign_in(coordinator), site, uses()[0]) == 302
    assert len(notices()["colleague@example.cn"]) == 1


def test_the_database_holds_that_two_do_not_stand_at_once(lent, make) -> None:
    site, _owner = lent
    use = uses()[0]
    same = {"site_id": use.site_id, "guest_body_id": use.guest_body_id, "agreement": "9 号", "entered_by_name": "甲"}
    day = timedelta(days=1)
    owner = owner_of(make.session.get_one(Site, use.site_id))
    begins = use.during.lower
    second = SiteUse(**owner, **same, entered_at=begins, during=Range(begins, begins + day), ended_at=begins + day)
    with transaction(SYSTEM):
        db.session.add(second)
        with pytest.raises(IntegrityError, match="one_use_at_a_time"):
            db.session.flush()
        db.session.rollback()


def test_the_rest_of_the_day_is_lent_again_after_an_end_on_the_day(lent, make, clock) -> None:
    site, owner = lent
    clock.instant = midnight(date(2026, 12, 3)) + timedelta(hours=10)
    assert end(owner, site, uses()[0]) == 302
    assert lend_again(owner, site, make, from_on="2026-12-03").status_code == 302
    first, second = uses()
    assert (first.is_void, first.during.upper, second.during.lower) == (False, clock.instant, clock.instant)


def test_nobody_is_asked_about_a_lending_that_has_ended(lent, make, sign_in, clock) -> None:
    site, _owner = lent
    coordinator = make.user("coordinator", make.session.get_one(Body, site.body_id))
    officers = {side: make.user("district_bureau", district=code) for side, code in SIDES.items()}
    assert sign_in(officers["guest"]).post(f"/lending/{approval('guest').uid}", data=AGREED).status_code == 302
    assert WAITING in sign_in(officers["host"]).get("/filings").text
    owner = sign_in(coordinator)
    assert end(owner, site, uses()[0]) == 302
    assert "没有答复" in owner.get(f"/sites/{site.uid}").text
    host = sign_in(officers["host"])
    assert WAITING not in host.get("/filings").text
    page = host.get("/lending/").text
    assert ("已结束，不用答复" in page, 'value="agreed"' in page) == (True, False)
    late = host.post(f"/lending/{approval('host').uid}", data=AGREED)
    assert (late.status_code, "已经结束，不用答复" in late.text) == (409, True)
    assert (approval("host").outcome, approval("guest").outcome) == ("waiting", "agreed")


def test_what_was_never_answered_is_over_with_its_last_day(lent, make, sign_in, clock) -> None:
    officer = make.user("district_bureau", district="440606")
    clock.instant = midnight(date(2026, 12, 20)) + timedelta(hours=23)
    assert WAITING in sign_in(officer).get("/filings").text
    clock.instant += timedelta(hours=2)
    assert WAITING not in sign_in(officer).get("/filings").text
    assert "借用期已过" in sign_in(officer).get("/lending/").text
    assert sign_in(officer).post(f"/lending/{approval('host').uid}", data=AGREED).status_code == 409
