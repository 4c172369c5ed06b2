"""A lending across districts: both bodies are told each answer, and the city answers where a district has nobody."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from examops.core.clock import midnight
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.offices.models import AccountContact
from examops.organisations.models import LegalEntity
from examops.outbox.models import OutboxNotice
from examops.sites.lending_models import SiteUseApproval
from tests.factories import Factory

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def lent(make: Factory, sign_in, clock):
    """A site of 440606 lent to a body of 440605, whose coordinator has a mailbox; the host a mobile number alone."""
    clock.instant = midnight(date(2026, 12, 1)) + timedelta(hours=9)
    host = make.body(name="容声集团", telephone="13822220000")
    guest = make.body(district="440605", name="顺景电器", telephone="0757-33330000")
    site, reader = make.site(host, name="容桂考点"), make.user("coordinator", guest)
    with transaction(SYSTEM):
        db.session.add(AccountContact(user_id=reader.id, email="zhong@example.cn"))
    code = make.session.get_one(LegalEntity, guest.legal_entity_id).credit_code
    form = {"guest": code, "from_on": "2026-12-02", "until_on": "2026-12-20", "agreement": "7 号"}
    owner = sign_in(make.user("coordinator", host))
    assert owner.post(f"/sites/{site.uid}/uses", data=form).status_code == 302
    return site, owner


def notices() -> dict[str, list[str]]:
    """By recipient, the texts."""
    db.session.rollback()
    found: dict[str, list[str]] = {}
    with transaction(SYSTEM):
        for one in db.session.execute(select(OutboxNotice).order_by(OutboxNotice.id)).scalars():
            found.setdefault(one.recipient, []).append(one.payload["text"])
    return found


def approval(side: str) -> SiteUseApproval:
    db.session.rollback()
    with transaction(SYSTEM):
        query = select(SiteUseApproval).where(SiteUseApproval.side == side)
        return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def test_each_answer_is_told_to_both_bodies_and_the_city_stands_in_for_an_empty_district(lent, make, sign_in) -> None:
    site, owner = lent
    officer, city = make.user("district_bureau", district="440605"), make.user("city_bureau")
    asked = {side: approval(side).uid for side in ("host", "guest")}
    page = sign_in(city).get("/lending/").text
    assert (page.count("等区人社局答复"), len(re.findall('value="agreed"', page))) == (1, 1)
    # The guest's district has an officer: the city does not answer in its stead.
    refused = sign_in(city).post(f"/lending/{asked['guest']}", data={"outcome": "agreed"})
    assert (refused.status_code, "南海区人社局有人" in refused.text, approval("guest").outcome) == (
        409,
        True,
        "waiting",
    )
    assert sign_in(officer).post(f"/lending/{asked['guest']}", data={"outcome": "agreed"}).status_code == 302
    told = notices()
    assert set(told) == {"13822220000", "zhong@example.cn"}
    assert all("南海区人社局同意" in text and "还要等顺德区人社局" in text for (text,) in told.values())
    # The host's has nobody.
    answered = {"outcome": "refused", "reason": "监控没有验收"}
    assert sign_in(city).post(f"/lending/{asked['host']}", data=answered).status_code == 302
    assert (approval("host").by_city, approval("guest").by_city) == (True, False)
    for texts in notices().values():
        assert len(texts) == 2
        assert all(words in texts[1] for words in ("市人社局（代顺德区）不同意", "监控没有验收", "另登记一条"))
    assert "（市人社局代）" in owner.get(f"/sites/{site.uid}").text
    assert sign_in(city).post(f"/lending/{asked['host']}", data=answered).status_code == 409


def test_an_office_is_told_on_its_first_page_what_lendings_wait_for_it(lent, make, sign_in) -> None:
    """The guest's district has an officer, the host's nobody: each sees its one, a centre and another district none."""
    officer, city = make.user("district_bureau", district="440605"), make.user("city_bureau")
    others = make.user("district_centre", district="440605"), make.user("district_bureau", district="440604")
    words = "1 件跨区借用考点等您答复"
    assert all(words in sign_in(one).get("/filings").text for one in (officer, city))
    assert not any("件跨区借用考点等您答复" in sign_in(one).get("/filings").text for one in others)
    assert sign_in(officer).post(f"/lending/{approval('guest').uid}", data={"outcome": "agreed"}).status_code == 302
    assert words not in sign_in(officer).get("/filings").text


def test_an_officer_hears_which_body_no_notice_reaches(make, sign_in, clock) -> None:
    clock.instant = midnight(date(2026, 12, 1)) + timedelta(hours=9)
    host, guest = make.body(name="容声集团", telephone="0757-1"), make.body(district="440605", telephone="13855550000")
    code = make.session.get_one(LegalEntity, guest.legal_entity_id).credit_code
    form = {"guest": code, "from_on": "2026-12-02", "until_on": "2026-12-20", "agreement": "7 号"}
    assert (
        sign_in(make.user("coordinator", host)).post(f"/sites/{make.site(host).uid}/uses", data=form).status_code == 302
    )
    officer = sign_in(make.user("district_bureau", district="440605"))
    answered = officer.post(f"/lending/{approval('guest').uid}", data={"outcome": "agreed"}, follow_redirects=True).text
    assert ("要另外告诉：容声集团" in answered, "两家机构都会收到通知" in answered) == (True, False)
    assert set(notices()) == {"13855550000"}
