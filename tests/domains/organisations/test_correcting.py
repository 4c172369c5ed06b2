"""A credit code or a name that was typed wrongly is put right with a reason, until something rests on it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.organisations.entities import former_names
from examops.organisations.models import Body, LegalEntity
from tests.factories import Factory

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
RIGHT = "91440606MA4UKE3L1A"


@pytest.fixture
def body(make: Factory) -> Body:
    return make.body(name="佛山市错字有限公司", state="draft", credit_code="91440606WRONG00001")


def told(body: Body, **changes: str) -> dict[str, str]:
    seen = f"{body.credit_code}|{body.name}"
    return {"code": RIGHT, "correct_name": "佛山市正字有限公司", "correction": "对照营业执照", "seen": seen, **changes}


def address(body: Body) -> str:
    return f"/entities/{db.session.get_one(LegalEntity, body.legal_entity_id).uid}/correction"


def test_code_and_name_are_put_right_and_no_former_name_is_left(make: Factory, sign_in, body: Body) -> None:
    office = sign_in(make.user("district_centre", district=body.district))
    at, form = address(body), told(body)
    assert office.post(at, data=form).status_code == 302
    db.session.expire_all()
    entity = db.session.get_one(LegalEntity, body.legal_entity_id)
    assert (entity.credit_code, entity.name, body.name) == (RIGHT, "佛山市正字有限公司", "佛山市正字有限公司")
    assert former_names(entity.id) == []
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "entity:corrected")).scalar_one()
    assert (entry.body_id, entry.payload["reason"]) == (body.id, "对照营业执照")
    late = office.post(at, data=form)
    assert (late.status_code, "别人刚改过这个单位" in late.text) == (409, True)


def test_what_is_anothers_or_without_a_reason_is_refused(make: Factory, sign_in, body: Body) -> None:
    make.body(name="佛山市别人有限公司", credit_code=RIGHT, district="440604")
    office, at = sign_in(make.user("district_bureau", district=body.district)), address(body)
    taken = office.post(at, data=told(body))
    assert (taken.status_code, "是“佛山市别人有限公司”的" in taken.text) == (409, True)
    silent = office.post(at, data=told(body, correction=""))
    assert (silent.status_code, "写明错在哪里" in silent.text) == (422, True)
    assert db.session.get_one(LegalEntity, body.legal_entity_id).credit_code == "91440606WRONG00001"


@pytest.mark.parametrize("rests", ["submitted", "filed", "exited"])
def test_what_was_handed_in_or_filed_keeps_its_code(make: Factory, sign_in, body: Body, rests: str) -> None:
    if rests == "submitted":
        make.filing(body)
        make.run_as_owner(
            "SET LOCAL examops.everything = 'on'; SET LOCAL examops.system = 'on'; UPDATE filing SET"
            " state = 'submitted', due_on = '2026-12-07', clock_owner = 'district_bureau',"
            " submitted_at = '2026-11-23 09:00+08'"
        )
    else:
        body.state = rests
        make.save(body)
    office, at = sign_in(make.user("city_centre")), address(body)
    refused = office.post(at, data=told(body))
    assert (refused.status_code, "已经申报或备案过" in refused.text) == (409, True)
    assert "改正登记" not in office.get(at.removesuffix("/correction")).text


def test_a_district_corrects_nothing_that_another_one_has_a_body_of(make: Factory, sign_in, body: Body) -> None:
    make.body("social", credit_code=body.credit_code, name=body.name, district="440604", state="draft")
    office = sign_in(make.user("district_bureau", district=body.district))
    assert office.post(address(body), data=told(body)).status_code == 403
    assert sign_in(make.user("city_bureau")).post(address(body), data=told(body)).status_code == 302
