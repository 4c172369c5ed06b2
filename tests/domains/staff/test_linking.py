"""An account is joined to one human being, by whoever administers it, on a page."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from examops.audit.models import AuditEntry
from tests.factories import Factory

pytestmark = pytest.mark.postgres


def test_an_account_is_joined_after_a_look_logged_and_taken_apart(make: Factory, sign_in) -> None:
    body, other = make.body(), make.body()
    user, member, foreign = make.user("examiner", body), make.staff(body), make.staff(other)
    admin, url = sign_in(make.user("coordinator", body)), f"/accounts/{user.uid}/person"
    page = admin.get(url).text
    assert (str(member.uid) in page, str(foreign.uid) in page) == (True, False)
    looked = admin.post(url, data={"person": str(member.uid), "step": "choose"})
    assert (looked.status_code, "请核对是同一个人" in looked.text, "两处姓名不同" in looked.text) == (200, True, True)
    make.session.refresh(member)
    assert member.user_id is None
    assert admin.post(url, data={"person": str(foreign.uid), "step": "confirm"}).status_code == 404
    assert admin.post(url, data={"person": str(member.uid), "step": "confirm"}).status_code == 302
    make.session.refresh(member)
    assert member.user_id == user.id
    second = admin.post(url, data={"person": str(make.staff(body).uid), "step": "confirm"})
    assert (second.status_code, "在这个机构已经关联了" in second.text) == (409, True)
    assert admin.post(f"{url}/unlink", data={"person": str(member.uid), "reason": ""}).status_code == 422
    assert admin.post(f"{url}/unlink", data={"person": str(member.uid), "reason": "选错了人"}).status_code == 302
    make.session.refresh(member)
    make.session.rollback()
    of_body = select(AuditEntry.tag).where(AuditEntry.body_id == body.id).order_by(AuditEntry.id)
    tags = make.session.execute(of_body).scalars().all()
    assert member.user_id is None
    assert [tag.partition(":")[2] for tag in tags if "account_" in tag] == ["account_linked", "account_unlinked"]


def test_two_accounts_for_one_person_and_one_account_for_two_people_are_refused(make: Factory, sign_in) -> None:
    """Also where the other row is another body's, which the administrator does not see."""
    body, other = make.body(), make.body()
    person = make.person_id("440604197103020011")
    elsewhere, here = make.staff(other, person_id=person), make.staff(body, person_id=person)
    first, second = make.user("examiner", other), make.user("examiner", body)
    theirs = sign_in(make.user("coordinator", other))
    asked = {"person": str(elsewhere.uid), "step": "confirm"}
    assert theirs.post(f"/accounts/{first.uid}/person", data=asked).status_code == 302
    admin = sign_in(make.user("coordinator", body))
    taken = admin.post(f"/accounts/{second.uid}/person", data={"person": str(here.uid), "step": "confirm"})
    assert (taken.status_code, "一个人只用一个账号" in taken.text) == (409, True)
    operator = sign_in(make.user("operator"))
    outer = make.city_person(name="欧阳明")
    supervisor = make.user("supervisor", body)
    make.staff(body, user_id=supervisor.id)
    crossed = operator.post(f"/accounts/{supervisor.uid}/person", data={"person": str(outer.uid), "step": "confirm"})
    assert (crossed.status_code, "身份证号不同" in crossed.text) == (409, True)
    free = make.user("supervisor", district=body.district)
    joined = operator.post(f"/accounts/{free.uid}/person", data={"person": str(outer.uid), "step": "confirm"})
    assert joined.status_code == 302
    assert "欧阳明" in operator.get(f"/accounts/{free.uid}/person").text
    third = make.user("supervisor")
    again = operator.post(f"/accounts/{third.uid}/person", data={"person": str(outer.uid), "step": "confirm"})
    assert again.status_code == 404
    own = make.user("coordinator", body)
    mine = sign_in(own).post(f"/accounts/{own.uid}/person", data={"person": str(here.uid), "step": "confirm"})
    assert (mine.status_code, "另一位管理员" in mine.text) == (403, True)
