"""What ``examops check`` asks of exits: nothing is found in sound ones, each damage by its own question alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from examops.core.database import db
from examops.core.scope import SYSTEM, scoped
from examops.core.transaction import transaction
from examops.exits.acting import Decision, decide, state_case, tell_body
from examops.exits.history import case_by_uid
from examops.exits.invariants import INVARIANTS
from examops.exits.models import ExitCase
from examops.exits.recheck import recheck
from examops.exits.recheck.switches import switch
from tests.domains.exits.conftest import Exit
from tests.domains.exits.test_recheck import INSURED, PAPER, change

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
NO_TRIGGERS = "ALTER TABLE filing DISABLE TRIGGER USER; "
# Question → what hands in the database did, the checks and triggers out of their way; one of them is enough.
DAMAGE: dict[str, tuple[str, ...]] = {
    "bars-hold": (
        NO_TRIGGERS + "INSERT INTO filing (uid, body_id, district, number, kind, body_kind, state, clock_owner,"
        " created_at) SELECT gen_random_uuid(), id, district, 'X', 'historic', kind, 'draft', '', '2027-01-04'"
        " FROM body",
        "UPDATE entity_bar SET until_on = '2026-12-31'",
        "DELETE FROM entity_bar",
        "INSERT INTO body (uid, legal_entity_id, name, short_name, kind, district, state, filed_on, address, telephone,"
        " created_at) SELECT gen_random_uuid(), legal_entity_id, name, 'X', 'social', district, 'filed', '2025-03-01',"
        " address, telephone, '2027-01-04' FROM body",
    ),
    "exit-clocks-have-an-owner": (
        "ALTER TABLE exit_case DROP CONSTRAINT ck_exit_case_clock_has_an_owner,"
        " DROP CONSTRAINT ck_exit_case_decided; UPDATE exit_case SET state = 'heard', clock_owner = 'coordinator'",
    ),
    "exit-terms-follow-the-calendar": (
        "ALTER TABLE exit_case DROP CONSTRAINT ck_exit_case_decided; UPDATE exit_case SET state = 'heard',"
        " clock_owner = 'city_bureau', due_on = '2027-05-08'",
    ),
    "exits-decided-by-somebody-else": (
        "UPDATE exit_act SET officer = (SELECT decided_by FROM exit_case) WHERE act = 'told'",
    ),
    "exit-facts-judged-again": (
        "UPDATE exit_fact SET inputs = jsonb_set(inputs, '{facts,insured_local,value}', '300')",
        "UPDATE exit_fact SET rule = 'no.such_rule'",
    ),
    "bodies-follow-exits": ("UPDATE body SET state = 'filed'",),
}


@pytest.fixture
def as_owner(owner_app, clock, app) -> Callable[[str], dict[str, list[str]]]:
    """Damage rows as the owner, ask in the same transaction, undo everything."""

    def broken_by(damage: str) -> dict[str, list[str]]:
        db.session.remove()
        with owner_app.app_context(), scoped(SYSTEM):
            try:
                for statement in filter(str.strip, damage.split(";")):
                    db.session.execute(text(statement))
                return {one.name: found for one in INVARIANTS if (found := one.find(clock))}
            finally:
                db.session.rollback()

    return broken_by


def test_each_damage_is_found_by_its_own_question_and_no_other(judged: Exit, as_owner) -> None:
    change(judged, "insured_local", 299)
    with transaction():
        switch(INSURED, True, 0, PAPER, actor=judged.actor("city"), clock=judged.clock)
    recheck(judged.clock)
    case = case_by_uid(db.session.query(ExitCase.uid).scalar(), "city_bureau")
    judged.do(tell_body, case, "district")
    judged.do(state_case, case, "coordinator", "参保月底补齐")
    judged.do(decide, case, "city", Decision("removed", "查实不足"))
    assert as_owner("") == {}
    for name, damages in DAMAGE.items():
        for damage in damages:
            assert list(as_owner(damage)) == [name], damage


def test_every_question_is_broken_by_a_damage() -> None:
    """That of a removal which was set aside by test_set_aside.py, where there is one."""
    assert set(DAMAGE) | {"removals-set-aside-by-strangers"} == {one.name for one in INVARIANTS}
