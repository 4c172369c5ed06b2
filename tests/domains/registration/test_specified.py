"""An enterprise's batch takes the specification in force when it is announced; a later version changes no verdict."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.scope import SYSTEM, scoped
from examops.core.transaction import transaction
from examops.eligibility.invariants import verdicts_that_changed
from examops.eligibility.models import StoredVerdict
from examops.registration.models import Application, Batch, BatchOccupation
from examops.specifications.invariants import INVARIANTS
from tests.domains.registration.roster_files import HEAD, PEOPLE, examined, saved, workbook
from tests.domains.registration.test_batches import form
from tests.factories import DAY, ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
MONTH_AGO = DAY - timedelta(days=30)
QUALITY = "6-31-03-05"  # no national standard in the catalogue


def announced(make: Any, sign_in: Any, body: Any, **changes: Any) -> tuple[Any, Batch, Any]:
    """A desk as roster_files takes it: body, its newest batch, a coordinator's browser."""
    browser = sign_in(make.user("coordinator", body))
    asked = form(**{"offer": [f"{ELECTRICIAN}/4"], "part": ["skill"], "cut_off_on": "2026-11-25"} | changes)
    answer = browser.post("/sessions/batches/new", data=asked)
    assert answer.status_code == 302, answer.text
    return body, db.session.execute(select(Batch).order_by(Batch.id.desc()).limit(1)).scalar_one(), browser


@pytest.fixture
def body(make: Any) -> Any:
    made = make.body(name="佛山市顺德区华岭电器有限公司")
    make.body_occupation(made, ELECTRICIAN, ("5", "4", "3"))
    return made


def offer() -> BatchOccupation:
    return db.session.execute(select(BatchOccupation).order_by(BatchOccupation.id.desc()).limit(1)).scalar_one()


def test_candidates_are_judged_by_its_lines_and_the_page_cites_them(make, sign_in, body, job_app, clock) -> None:
    """Twelve years of work, which nobody of the list has; the national standard would let the first one in."""
    specification = make.specification(body, years=12, since=MONTH_AGO)
    desk = announced(make, sign_in, body)
    assert offer().specification_id == specification.id
    roster = examined(desk, job_app, clock, workbook([HEAD, PEOPLE[0]]))
    assert roster.counts == {"ok": 0, "no": 1, "unclear": 0}
    page = desk[2].get(f"/rosters/{roster.uid}?tab=no&open=2").text
    assert "测试电器电工评价规范（第1版） 四级" in page
    assert "累计从事本职业满12年" in page
    assert "评价规范第 1 版" in desk[2].get("/sessions/batches").text


def test_of_the_ticked_parts_those_of_the_specification_are_announced(make, sign_in, body) -> None:
    """Its level has no theory; the form says what it has, and a batch without any of it is refused."""
    make.specification(body, years=2, since=MONTH_AGO, parts=("skill",))
    browser = announced(make, sign_in, body, part=["theory", "skill"])[2]
    assert offer().parts == ["skill"]
    assert "四级按评价规范第 1 版：实操" in browser.get("/sessions/batches/new").text

    asked = form(**{"offer": [f"{ELECTRICIAN}/4"], "part": ["theory"], "cut_off_on": "2026-11-25"})
    refused = browser.post("/sessions/batches/new", data=asked)
    assert refused.status_code == 422
    assert "电工四级不考勾选的科目，它考的是：实操" in refused.text


def test_a_review_is_announced_for_the_levels_that_have_one_alone(make, sign_in, body) -> None:
    browser = sign_in(make.user("coordinator", body))
    asked = form(**{"offer": [f"{ELECTRICIAN}/4"], "part": ["review"], "cut_off_on": "2026-11-25"})
    refused = browser.post("/sessions/batches/new", data=asked)
    assert refused.status_code == 422
    assert "电工四级不考勾选的科目，它考的是：理论、实操" in refused.text


def test_a_later_version_changes_no_verdict_and_the_next_batch_takes_it(make, sign_in, body, job_app, clock) -> None:
    first = make.specification(body, years=2, since=MONTH_AGO)
    desk = announced(make, sign_in, body)
    roster = saved(desk, job_app, clock)
    assert roster.state == "saved"
    with transaction(SYSTEM):
        verdict = db.session.execute(select(StoredVerdict)).scalar_one()
        application = db.session.execute(select(Application)).scalar_one()
        kept = verdict.inputs["context"]["specification"]
        assert (kept["uid"], kept["hash"], kept["version"]) == (str(first.uid), first.hash, 1)
        assert (application.specification_id, application.standard_version) == (first.id, "2018")
        before = (verdict.outcome, verdict.lines)
    clock.instant += timedelta(days=1)
    second = make.specification(body, years=30, since=clock.instant)
    with job_app.app_context(), scoped(SYSTEM):
        assert verdicts_that_changed(keyring()) == []
        db.session.rollback()
    with transaction(SYSTEM):
        assert [one.find(clock) for one in INVARIANTS] == [[]] * len(INVARIANTS)
        db.session.refresh(verdict)
        assert (verdict.outcome, verdict.lines) == before
    announced(make, sign_in, body)
    assert offer().specification_id == second.id


def test_without_one_of_its_own_the_national_standard_stays(make, sign_in, body, job_app, clock) -> None:
    make.specification(body, years=30)  # a draft
    desk = announced(make, sign_in, body)
    assert saved(desk, job_app, clock).state == "saved"
    with transaction(SYSTEM):
        application = db.session.execute(select(Application)).scalar_one()
        assert (application.specification_id, application.standard_version) == (None, "2018")
        assert db.session.execute(select(StoredVerdict)).scalar_one().inputs["context"]["specification"] is None
        assert [one.find(clock) for one in INVARIANTS] == [[]] * len(INVARIANTS)


@pytest.mark.parametrize(("kind", "status"), [("enterprise", 302), ("social", 422)])
def test_only_an_enterprise_announces_what_has_no_national_standard(make, sign_in, kind: str, status: int) -> None:
    body = make.body(kind)
    make.body_occupation(body, QUALITY, ("4",))
    make.specification(body, QUALITY, since=MONTH_AGO)
    answer = sign_in(make.user("coordinator", body)).post(
        "/sessions/batches/new", data=form(offer=[f"{QUALITY}/4"], part=["skill"])
    )
    assert (answer.status_code, "没有国家职业标准" in answer.text) == (status, status == 422)


# What a hand in the database did, the triggers out of its way → the question that finds it.
DAMAGE = {
    "UPDATE specification SET state = 'submitted', valid = NULL": "verdicts-by-a-filed-version",
    "UPDATE specification SET valid = tstzrange('2020-01-01', '2020-02-01')": "verdicts-by-a-filed-version",
    "UPDATE specification SET levels = jsonb_set(levels, '{4,pass_mark}', '1')": "filed-versions-unchanged",
    "UPDATE specification SET levels = jsonb_set(levels, '{4,conditions}', '[]')": "verdicts-by-a-filed-version",
    "UPDATE application SET specification_id = NULL": "applications-judged-by-their-standard",
    "ALTER TABLE specification DROP CONSTRAINT one_specification_at_a_time;"
    " INSERT INTO specification (uid, body_id, district, occupation_code, kind, name, national_version, levels,"
    " version, state, filing_id, valid, hash, edits, written_by) SELECT gen_random_uuid(), body_id, district,"
    " occupation_code, kind, name, '', levels, 2, 'filed', filing_id, valid, hash, 0, ''"
    " FROM specification": "one-version-in-force",
}


def test_damage_by_hand_is_found(make, sign_in, body, job_app, clock, owner_app) -> None:
    make.specification(body, years=2, since=MONTH_AGO)
    saved(announced(make, sign_in, body), job_app, clock)
    found = {}
    for damage in DAMAGE:
        db.session.remove()
        with owner_app.app_context(), scoped(SYSTEM):
            db.session.execute(text("ALTER TABLE specification DISABLE TRIGGER version_stays"))
            for statement in damage.split(";"):
                db.session.execute(text(statement))
            found[damage] = {one.name for one in INVARIANTS if one.find(clock)}
            db.session.rollback()
    assert {damage: name for damage, name in DAMAGE.items() if name not in found[damage]} == {}
