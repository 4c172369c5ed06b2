"""Every invariant holds on good data and finds the damage done to it on purpose."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from examops.app.domains import registry
from examops.app.factory import create_app
from examops.audit import record
from examops.core.actor import Actor
from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.domain import Invariant
from examops.core.extensions import store
from examops.core.ledger import JobRun
from examops.core.scope import SYSTEM, scoped
from examops.core.transaction import transaction
from examops.demo.tags import Tag
from examops.eligibility.models import StoredVerdict
from examops.eligibility.rules import judge, stored_inputs
from examops.ops.check import run_checks
from tests.domains.eligibility.people import an_id, context, facts, own
from tests.factories import Factory, owner_engine


@pytest.fixture
def two_sessions(make: Factory) -> None:
    """Two sessions of one body in two rooms, each with three stations, an examiner and one booking."""
    body = make.body()
    site, batch = make.site(body), make.batch(body)
    for _ in range(2):
        session, turns = make.session_with_turns(batch, make.room(site, stations=3))
        make.duty(session, make.staff(body))
        make.booking(turns[0], make.application(batch, make.candidate(body)))


def test_an_invariant_reads_one_moment_of_a_running_system(two_sessions, settings, clock) -> None:
    """A link that is added between the walk over the chain and the count of its entries is no broken chain."""

    def count() -> int:
        return db.session.execute(text("SELECT count(*) FROM turn")).scalar_one()

    def find(_clock) -> list[str]:
        before = count()
        with owner_engine(owner_url(settings)).begin() as other:
            other.execute(text("DELETE FROM booking"))
            other.execute(text("DELETE FROM turn"))
        return [] if before == count() > 0 else ["the turns changed while they were read"]

    moving = Invariant("moving", "turns stand still", "5.11", find)
    assert [found.faults for found in run_checks(clock, [moving])] == [[]]
    with transaction(SYSTEM):
        assert count() == 0, "the other connection did change them"


@pytest.fixture
def as_owner(owner_app, clock, app) -> Callable:
    """Damage rows as the owner, constraints dropped, ask the checks in the same transaction, roll everything back."""

    def broken_by(*damage: str) -> list[str]:
        db.session.remove()
        with owner_app.app_context(), scoped(SYSTEM), undone():
            for statement in damage:
                db.session.execute(text(statement))
            return [invariant.name for invariant in registry().invariants() if invariant.find(clock)]

    return broken_by


@contextmanager
def undone() -> Iterator[None]:
    try:
        yield
    finally:
        db.session.rollback()


def without(constraint: str, table: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"


DAMAGES = {
    "one-session-per-room": [
        without("no_overlap_room", "exam_session"),
        "UPDATE exam_session SET room_id = (SELECT min(room_id) FROM exam_session)",
    ],
    "one-session-per-workstation": [
        without("no_overlap_workstation", "session_station"),
        "UPDATE session_station SET workstation_id = 1 WHERE id IN (1, 4)",
    ],
    "one-place-per-person-on-duty": [
        without("no_overlap_duty", "session_duty"),
        "UPDATE session_duty SET staff_id = 1",
    ],
    "one-place-per-city-person": [
        "ALTER TABLE city_duty DISABLE TRIGGER duty_person_elsewhere",
        "INSERT INTO city_person (person_id, name, kind, id_masked, telephone, employer, letter, valid_from,"
        " valid_until, end_reason, entered_by, uid) SELECT min(person_id), '欧阳', 'expert', '', '', '', '',"
        " '2026-01-01', '2028-12-31', '', '潘丽华', gen_random_uuid() FROM session_duty WHERE NOT is_released",
        "INSERT INTO city_duty (session_id, city_person_id, person_id, during, is_released, assigned_by, uid)"
        " SELECT d.session_id, c.id, c.person_id, d.during, false, '潘丽华', gen_random_uuid() FROM session_duty d"
        " JOIN city_person c ON c.person_id = d.person_id WHERE NOT d.is_released LIMIT 1",
    ],
    "cancelled-sessions-hold-nothing": ["UPDATE exam_session SET state = 'cancelled' WHERE id = 1"],
    "turns-count-their-bookings": ["UPDATE turn SET taken = 2 WHERE id = 1"],
    "turns-within-capacity": [
        without("ck_turn_not_overbooked", "turn"),
        "UPDATE turn SET capacity = 0 WHERE id = 1",
    ],
    "bookings-follow-their-turn": [
        "UPDATE booking SET during = tstzrange(upper(during), upper(during) + interval '1 hour') WHERE id = 1"
    ],
    "one-place-per-candidate": [
        without("no_overlap_person", "booking"),
        "UPDATE booking SET person_id = (SELECT min(person_id) FROM booking)",
    ],
    "one-live-application": [
        "DROP INDEX uq_application_live",
        "UPDATE application SET person_id = (SELECT min(person_id) FROM application)",
    ],
    "one-live-booking-per-part": [
        "DROP INDEX uq_booking_live",
        without("no_overlap_person", "booking"),
        "UPDATE booking SET application_id = (SELECT min(id) FROM application)",
    ],
}


def test_good_data_passes_every_check(two_sessions, judged, clock, job_app) -> None:
    db.session.remove()
    with job_app.app_context():
        assert [outcome.name for outcome in run_checks(clock) if outcome.faults] == []


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_by_its_own_check_and_no_other(two_sessions, as_owner, name: str) -> None:
    assert as_owner(*DAMAGES[name]) == [name]


@pytest.fixture
def judged(make: Factory) -> StoredVerdict:
    """A verdict as it is stored: its inputs without the ID number, which only the register holds."""
    candidate = make.candidate(make.body(), id_number=an_id())
    person, where = facts(own(), kind="employee"), context()
    inputs = stored_inputs(replace(person, id_number=""), where)
    verdict = judge(person, where)
    return make.save(
        StoredVerdict(
            body_id=candidate.body_id,
            district=candidate.district,
            candidate_id=candidate.id,
            occupation_code=where.occupation_code,
            level=where.level,
            cut_off_on=where.cut_off,
            inputs=inputs,
            **verdict.to_json(),
        )
    )


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE verdict SET outcome = CASE outcome WHEN 'ok' THEN 'no' ELSE 'ok' END",
        "UPDATE verdict SET lines = lines - 0",
        "UPDATE verdict SET lines = jsonb_set(lines, '{0,rule_hash}', '\"00\"')",
        "UPDATE verdict SET inputs = jsonb_set(inputs, '{context,level}', '1')",
        "UPDATE verdict SET inputs = '{}'",
        "UPDATE person SET id_sealed = '\\x0100'",
    ],
)
def test_a_verdict_that_does_not_follow_from_its_inputs_is_found(judged, as_owner, damage: str) -> None:
    assert as_owner() == []
    assert as_owner(damage) == ["verdicts-judged-again"]


def test_an_entry_that_nobody_sealed_for_a_minute_is_found(make: Factory, clock, as_owner) -> None:
    with transaction():
        record(Tag.SEEDED, Actor.system("test"))
    clock.instant = datetime.now(UTC) + timedelta(seconds=61)
    assert as_owner() == ["audit-sealed-in-time"]


def test_a_broken_chain_is_found(make: Factory, clock, as_owner) -> None:
    link = "INSERT INTO audit_seal (number, sealed_at, entries, previous, digest) VALUES (7, now(), '{}', '', '')"
    assert as_owner(link) == ["audit-chain"]


def test_a_run_whose_job_was_lost_is_found(make: Factory, clock, as_owner) -> None:
    make.save(JobRun(job="example", due_at=clock.now()))
    assert as_owner() == ["no-lost-runs"]


def test_a_check_that_cannot_reach_the_store_counts_as_broken_and_the_others_go_on(app, settings, clock) -> None:
    away = replace(settings, s3_endpoint="http://127.0.0.1:1", s3_public_endpoint="http://127.0.0.1:1")
    with create_app(away, kind="job", clock=clock).app_context():
        asked = [
            Invariant("store", "", "", lambda clock: [store().ping() or ""]),
            Invariant("clock", "", "", lambda clock: [str(clock.now().year)]),
        ]
        outcomes = run_checks(clock, asked)
        db.engine.dispose()
    assert [outcome.faults for outcome in outcomes] == [["无法核对：StoreError"], ["2026"]]


def test_a_check_cannot_write(make: Factory, job_app, clock) -> None:
    def write(clock) -> list[str]:
        db.session.execute(text("INSERT INTO number_counter (name, value) VALUES ('x', 1)"))
        return []

    db.session.remove()
    with job_app.app_context():
        assert run_checks(clock, [Invariant("write", "", "", write)])[0].faults == ["无法核对：InternalError"]


def command(environment, *arguments: str) -> subprocess.CompletedProcess:
    line = [sys.executable, "-m", "examops", "check", *arguments]
    return subprocess.run(line, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def test_the_command_ends_with_0_when_all_is_well(two_sessions, environment) -> None:
    done = command(environment)
    assert (done.returncode, done.stdout.count("✓")) == (0, len(registry().invariants()))


def test_the_command_ends_with_1_and_names_what_is_broken(two_sessions, environment) -> None:
    db.session.execute(text("UPDATE turn SET taken = 2 WHERE id = 1"))
    db.session.commit()
    done = command(environment, "--json")
    report = json.loads(done.stdout)
    broken = [check for check in report["checks"] if check["faults"]]
    assert (done.returncode, report["ok"], len(broken)) == (1, False, 1)
    assert "记为占 2 个位子，实有 1 个" in broken[0]["faults"][0]
