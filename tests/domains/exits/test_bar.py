"""The bar of two years binds the legal entity: whatever name it bears, whichever body of it asks, for every kind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from examops.core.database import db
from examops.filings.acting import Act, act
from examops.filings.editing import begin
from examops.filings.gathering import dossier
from examops.filings.models import Filing
from examops.organisations import EntityBarred, bar_of, entity_of, rename
from tests.domains.exits.conftest import Exit

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
LAST_DAY = datetime(2028, 11, 23, 8, 0, tzinfo=UTC)  # two years after Monday 2026-11-23


def begun(exit_of: Exit, kind: str = "new", body: Any = None) -> Filing:
    body = body or exit_of.body
    try:
        return begin(body, kind, actor=exit_of.actor("coordinator"), clock=exit_of.clock)
    finally:
        db.session.rollback()


def test_no_filing_of_any_kind_until_the_last_day_and_one_after_it(exit_of: Exit) -> None:
    exit_of.decided("removed", "idle")
    for kind in ("new", "amendment", "renewal"):
        with pytest.raises(EntityBarred) as refused:
            begun(exit_of, kind)
        assert (refused.value.clause, "2028-11-23" in refused.value.words) == ("市工作方案 四(五)", True)
    exit_of.clock.instant = LAST_DAY
    with pytest.raises(EntityBarred):
        begun(exit_of)
    exit_of.clock.instant = LAST_DAY + timedelta(days=1)
    assert begun(exit_of).kind == "new"


def test_another_name_and_another_body_of_the_entity_are_barred_as_well(exit_of: Exit) -> None:
    exit_of.decided("removed", "condition_lost")
    entity = entity_of(exit_of.body.credit_code, "", "")
    options: dict[str, Any] = {"actor": exit_of.actor("city"), "clock": exit_of.clock}
    rename(entity, "佛山市换了名字有限公司", date(2026, 11, 20), "佛市监〔2026〕9号", **options)
    db.session.commit()
    code = exit_of.body.credit_code
    sister = exit_of.make.body("social", credit_code=code, name=entity.name, state="draft")
    for body in (exit_of.body, sister):
        with pytest.raises(EntityBarred, match=r"body\.barred"):
            begun(exit_of, body=body)
    assert bar_of(entity.id, exit_of.today) is not None


def test_a_filing_that_was_begun_before_goes_no_further_and_can_be_taken_back(exit_of: Exit) -> None:
    filing = exit_of.make.filing(exit_of.body)
    exit_of.decided("removed", "idle")
    by: dict[str, Any] = {"actor": exit_of.actor("coordinator"), "clock": exit_of.clock}
    with pytest.raises(EntityBarred):
        act(filing, Act("submitted", dossier(filing).seen), **by)
    db.session.rollback()
    act(filing, Act("withdrawn", dossier(filing).seen), **by)
    db.session.commit()
    assert filing.state == "withdrawn"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO filing (uid, body_id, district, number, kind, body_kind, state, clock_owner, created_at)"
        " SELECT gen_random_uuid(), id, district, 'X', 'historic', kind, 'draft', '', '2027-01-04' FROM body",
        "UPDATE filing SET state = 'submitted', submitted_at = '2028-11-23 23:59+08', due_on = '2028-12-01',"
        " clock_owner = 'district_bureau'",
    ],
)
def test_past_the_code_the_database_refuses(exit_of: Exit, statement: str) -> None:
    exit_of.make.filing(exit_of.body)
    exit_of.make.run_as_owner("UPDATE filing SET created_at = '2026-01-05'")
    exit_of.decided("removed", "idle")
    with pytest.raises(IntegrityError, match="barred from filing"):
        exit_of.make.run_as_owner(f"SET LOCAL examops.everything = 'on'; {statement}")


def test_control_the_day_after_the_last_the_database_lets_it_pass(exit_of: Exit) -> None:
    exit_of.make.filing(exit_of.body)
    exit_of.make.run_as_owner("UPDATE filing SET created_at = '2026-01-05'")
    exit_of.decided("removed", "idle")
    exit_of.make.run_as_owner(
        "SET LOCAL examops.everything = 'on'; UPDATE filing SET state = 'submitted', due_on = '2028-12-01',"
        " submitted_at = '2028-11-24 00:01+08', clock_owner = 'district_bureau'"
    )
    assert db.session.query(Filing).one().state == "submitted"
