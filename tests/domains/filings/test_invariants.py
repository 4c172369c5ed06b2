"""What ``examops check`` asks of filings: nothing is found in a sound one, and each damage by its own question."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from examops.core.database import db
from examops.core.scope import SYSTEM, scoped
from examops.filings.invariants import INVARIANTS
from tests.domains.filings.conftest import Case

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
# Question → what a hand in the database did, the checks and triggers out of its way.
DAMAGE = {
    "filings-judged-again": "UPDATE filing_verdict SET inputs = jsonb_set(inputs, '{facts,insured_local,value}', '299')"
    " WHERE rule = 'capacity.insured_local_min'",
    "counted-figures-add-up": "UPDATE filing_verdict SET inputs = jsonb_set(inputs, '{counted,managers,value}', '2')"
    " WHERE rule = 'filing.enterprise_managers_min'",
    "filed-with-every-condition-met": "UPDATE filing_verdict SET outcome = 'open',"
    " inputs = jsonb_set(inputs, '{ruling}', 'null') WHERE rule = 'filing.enterprise_selection'",
    "filings-decided-by-somebody-else": "UPDATE filing_decision SET officer = (SELECT officer FROM filing_decision"
    " WHERE act = 'reviewed') WHERE act = 'filed'",
    "filing-clocks-have-an-owner": "ALTER TABLE filing DROP CONSTRAINT ck_filing_clock_has_an_owner,"
    " DROP CONSTRAINT ck_filing_decided; UPDATE filing SET state = 'submitted', clock_owner = 'coordinator'",
    "historic-filings-name-their-paper": "UPDATE filing SET kind = 'historic'",
    "lists-count-their-people": "ALTER TABLE filing_list DISABLE TRIGGER filing_is_open_to_its_body;"
    " INSERT INTO filing_list (filing_id, kind, subject, as_of, name, content_digest,"
    " document_key, state, row_count, done_count, findings, counted, fault, uploaded_by, uploaded_by_name,"
    " read_by_name, note, body_id, district, uid) SELECT id, 'insured', '', '2026-11-01', 'x', ''::bytea, '',"
    " 'in_force', 0, 0, '{}', 7, '', gen_random_uuid(), '', '', '', body_id, district, gen_random_uuid() FROM filing",
    "filing-clocks-have-somebody": "UPDATE filing SET state = 'district_reviewed', clock_owner = 'city_bureau',"
    " due_on = '2026-12-07', clock_officer = gen_random_uuid(), decided_by = NULL",
    "filing-terms-follow-the-calendar": "UPDATE filing SET state = 'district_reviewed', clock_owner = 'city_bureau',"
    " due_on = '2026-12-08', decided_by = NULL",
    "documents-read-by-somebody-else": "ALTER TABLE filing_document"
    " DROP CONSTRAINT ck_filing_document_read_by_somebody_else;"
    " UPDATE filing_document SET read_by = uploaded_by WHERE kind = 'promise'",
}


@pytest.fixture
def as_owner(owner_app, clock, app) -> Callable[[str], dict[str, list[str]]]:
    """Damage rows as the owner, ask in the same transaction, undo everything."""

    def broken_by(damage: str) -> dict[str, list[str]]:
        db.session.remove()
        with owner_app.app_context(), scoped(SYSTEM):
            try:
                for statement in filter(None, damage.split(";")):
                    db.session.execute(text(statement))
                return {one.name: found for one in INVARIANTS if (found := one.find(clock))}
            finally:
                db.session.rollback()

    return broken_by


def test_nothing_is_found_in_a_filing_that_went_its_way(case: Case, as_owner) -> None:
    case.to_city()
    case.act("filed", "city_bureau")
    assert as_owner("") == {}


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_damage_is_found_by_its_own_question_and_no_other(case: Case, as_owner, name: str) -> None:
    case.to_city()
    case.act("filed", "city_bureau")
    assert list(as_owner(DAMAGE[name])) == [name]


def test_every_question_is_broken_by_a_damage() -> None:
    assert set(DAMAGE) == {one.name for one in INVARIANTS}
