"""The secret key is changed beside the running application: read under both, written under the new one, resumable."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from config.settings import Settings, SettingsError
from examops.app.domains import registry as all_domains
from examops.app.factory import create_app
from examops.app.tables import METADATA
from examops.core.actor import Actor
from examops.core.clock import SystemClock
from examops.core.connections import owner_url, role_url
from examops.core.database import db
from examops.core.extensions import clock, keyring, registry
from examops.core.installation_key import InstallationKey, assert_key_fits, enter_key, keyring_of
from examops.core.keys import Keyring
from examops.core.scope import SYSTEM
from examops.core.transaction import sqlstate, transaction
from examops.eligibility import persons_on_record, register_persons
from examops.ops import rekey
from examops.ops.check import run_checks
from examops.ops.invariants import INVARIANTS
from examops.ops.migrate import upgrade_database
from examops.sessions.booking.tickets import code_of, issue_ticket
from examops.sessions.models import Ticket
from tests.browsers import signed_in
from tests.patience import PATIENCE_S, wait_for

ROOT = Path(__file__).parents[3]
NEW = "another-" + "fedcba9876543210" * 3
THIRD = "a-third-" + "0f1e2d3c4b5a6978" * 3
NUMBERS = [f"44060419880101{n:04d}" for n in range(100, 140)]


def _own_login(settings: Settings, **changed: str) -> Settings:
    """Roles keep their passwords, which tests of this file do not change."""
    urls = {
        kind: role_url(settings, kind).set(drivername="postgresql").render_as_string(hide_password=False)
        for kind in ("web", "job")
    }
    return replace(settings, role_urls=urls, **changed)


@pytest.fixture
def changing(settings: Settings) -> Settings:
    """The settings in the middle of a change: both secrets."""
    return _own_login(settings, secret_key=NEW, old_secret_key=settings.secret_key)


@contextmanager
def application(settings: Settings, kind: str = "job") -> Iterator[Flask]:
    app = create_app(settings, kind=kind)
    app.config.update(TESTING=True)
    try:
        yield app
    finally:
        _leave(app)


def _leave(app: Flask) -> None:
    """As if the process had ended: no connection is left."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def as_owner(settings: Settings) -> Iterator[object]:
    engine = create_engine(owner_url(settings))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def enter(settings: Settings) -> None:
    with as_owner(settings) as connection:
        enter_key(connection, keyring_of(settings))  # type: ignore[arg-type]


@pytest.fixture
def people(app: Flask, job_app: Flask, make, settings: Settings) -> dict[str, int]:
    """Forty people and a ticket under the old secret, which the database knows; nobody is connected any more."""
    enter(settings)
    body = make.body()
    batch = make.batch(body)
    found = {}
    for number in NUMBERS:
        found[number] = make.candidate(body, number).person_id
    application = make.applications(batch, body, 1)[0]
    with transaction(SYSTEM):
        issue_ticket(application, clock=clock(), actor=Actor.system("test"))
    for one in (app, job_app):
        _leave(one)
    _until_gone(settings)
    return found


def under_new(settings: Settings) -> int:
    with as_owner(settings) as connection:
        wanted = Keyring(NEW).key_id
        return connection.execute(text("SELECT count(*) FROM person WHERE key_version = :id"), {"id": wanted}).scalar()


def half(app: Flask) -> None:
    """The first half of the register written anew."""
    (store,) = [one for one in registry().keyed_stores() if "person.id_hash" in one.columns]
    with transaction(SYSTEM):
        change = rekey.Change(keyring(), rekey._begun(rekey.uncleared_key()))
        store.write_batch(change, 0, len(NUMBERS) // 2)


def faults(app: Flask) -> list[str]:
    with app.app_context():
        return [fault for outcome in run_checks(SystemClock(), INVARIANTS) for fault in outcome.faults]


def test_every_sealed_column_is_written_anew_by_some_store() -> None:
    named = {name for store in all_domains().keyed_stores() for name in store.columns}
    columns = [(table.name, column.name) for table in METADATA.sorted_tables for column in table.columns]
    sealed = {f"{table}.{name}" for table, name in columns if name.endswith("_sealed") or name == "id_hash"}
    assert sealed <= named


def test_all_is_under_the_new_secret_and_the_check_says_so(people, changing, settings, capsys) -> None:
    enter(changing)
    with application(changing) as app:
        assert any("rekey" in fault for fault in faults(app))
        assert rekey.main([], app) == 0
        public = b64encode(Keyring(settings.secret_key).public_keys("audit")[0]).decode()
        assert public in capsys.readouterr().out, "what the log of before needs is said"
        assert faults(app) == [f"以前的操作记录由旧钥匙签名：把 {public} 加进 EXAMOPS_RETIRED_AUDIT_KEYS"]

    alone = replace(
        changing, old_secret_key="", retired_audit_keys=(Keyring(settings.secret_key).public_keys("audit")[0],)
    )
    with application(alone) as app, app.app_context(), transaction(SYSTEM):
        assert_key_fits(keyring())
    with application(alone) as app:
        assert faults(app) == []
        with app.app_context(), transaction(SYSTEM):
            assert persons_on_record(NUMBERS, keyring()) == people
            assert len(code_of(db.session.execute(select(Ticket)).scalar_one())) == 26


def test_a_person_is_found_under_either_hash_while_half_is_written_anew(people, changing, settings) -> None:
    enter(changing)
    with application(changing) as app, app.app_context():
        half(app)
        with transaction(SYSTEM):
            assert persons_on_record(NUMBERS, keyring()) == people
            assert len(persons_on_record(NUMBERS, Keyring(NEW))) == len(NUMBERS) // 2, "half has moved, half has not"


def test_nobody_is_stored_twice_while_half_is_written_anew(people, changing, settings) -> None:
    enter(changing)
    with application(changing) as app, app.app_context():
        half(app)
        with transaction(SYSTEM):
            assert register_persons([*NUMBERS, "440604199001019999"], keyring()).items() >= people.items()
    with as_owner(settings) as connection:
        assert connection.execute(text("SELECT count(*) FROM person")).scalar() == len(people) + 2


def test_a_process_with_the_old_secret_alone_registers_nobody_any_more(people, changing, settings) -> None:
    enter(changing)
    with application(_own_login(settings)) as old, old.app_context():
        with pytest.raises(DBAPIError) as refused, transaction(SYSTEM):
            register_persons(["440604199001019999"], keyring())
        assert sqlstate(refused.value) == "55000"
        old_function = text("SELECT * FROM persons_for(ARRAY['x'::bytea], ARRAY['y'::bytea], ARRAY[NULL::uuid], 1)")
        with pytest.raises(DBAPIError, match="restart this process"), transaction(SYSTEM):
            db.session.execute(old_function)


def test_a_change_waits_for_whoever_registers_under_the_old_secret(people, changing, settings) -> None:
    """Else both would write the same person, each under a hash that the other does not see."""
    number = "440604199001019999"
    with application(_own_login(settings)) as old, old.app_context():
        with transaction(SYSTEM):
            before = register_persons([number], keyring())
            entering = threading.Thread(target=enter, args=(changing,))
            entering.start()
            _wait_until(settings, "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted")
        entering.join(PATIENCE_S)
        assert not entering.is_alive()
    with application(changing) as app, app.app_context(), transaction(SYSTEM):
        assert register_persons([number], keyring()) == before


def _wait_until(settings: Settings, question: str) -> None:
    def holds() -> bool:
        with as_owner(settings) as connection:
            return bool(connection.execute(text(question)).scalar())

    wait_for(holds, question, pause_s=0.05)


def _until_gone(settings: Settings) -> None:
    """The server ends a connection a moment after the process that had it, and counts it until then."""
    names = f"examops-%-{Keyring(settings.secret_key).key_id}"
    _wait_until(settings, f"SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE '{names}'")


def _environment(environment: dict[str, str], changing: Settings) -> dict[str, str]:
    logins = {f"EXAMOPS_{kind.upper()}_DATABASE_URL": url for kind, url in changing.role_urls.items()}
    secrets = {"EXAMOPS_SECRET_KEY": changing.secret_key, "EXAMOPS_OLD_SECRET_KEY": changing.old_secret_key}
    return os.environ | environment | logins | secrets


def test_a_run_that_was_killed_goes_on_where_it_stopped(people, changing, settings, environment) -> None:
    many = [f"44060419910101{n:04d}" for n in range(3000)]  # a kill comes in between
    with application(_own_login(settings)) as old, old.app_context(), transaction(SYSTEM):
        people |= register_persons(many, keyring())
    _until_gone(settings)
    enter(changing)
    command = [sys.executable, "-m", "examops", "rekey", "--batch", "1"]
    with subprocess.Popen(command, cwd=ROOT, env=_environment(environment, changing), stderr=subprocess.PIPE) as run:
        _wait_until(settings, f"SELECT count(*) > 3 FROM person WHERE key_version = {Keyring(NEW).key_id}")
        run.send_signal(signal.SIGKILL)
        run.wait(PATIENCE_S)
    assert 3 < under_new(settings) < len(many)
    with application(changing) as app:
        with app.app_context(), transaction(SYSTEM):
            assert persons_on_record(people, keyring()) == people, "found, wherever it stopped"
        assert rekey.main([], app) == 0
        with app.app_context(), transaction(SYSTEM):
            assert persons_on_record(people, Keyring(NEW)) == people


def test_what_neither_secret_opens_is_named_and_keeps_the_change_open(people, changing, settings, capsys) -> None:
    enter(changing)
    with as_owner(settings) as connection:
        odd = text("UPDATE person SET id_sealed = '\\x01' || decode(md5('x'), 'hex') WHERE id = :id")
        connection.execute(odd, {"id": people[NUMBERS[3]]})
    with application(changing) as app:
        assert rekey.main([], app) == 1
        assert f"id {people[NUMBERS[3]]}" in capsys.readouterr().err
        assert any("人员登记册还有 1 条" in fault for fault in faults(app))


def test_it_does_not_begin_while_a_process_runs_with_the_old_secret(people, changing, settings, capsys) -> None:
    enter(changing)
    with application(_own_login(settings), "web") as old:
        with old.app_context():
            db.session.execute(text("SELECT 1"))
            db.session.remove()
        with application(changing) as app:
            assert rekey.main([], app) == 1
            assert f"examops-web-{Keyring(settings.secret_key).key_id} 还有 1 个连接" in capsys.readouterr().err
        _leave(old)
        _until_gone(settings)
        with application(changing) as app:
            assert rekey.main([], app) == 0


@pytest.mark.parametrize("process", [["-c", "import wsgi"], ["-m", "scheduler", "list"], ["-m", "examops", "check"]])
def test_an_old_secret_taken_out_too_early_stops_the_start(people, changing, environment, process) -> None:
    enter(changing)
    environ = _environment(environment, replace(changing, old_secret_key=""))
    run = subprocess.run([sys.executable, *process], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "EXAMOPS_OLD_SECRET_KEY was taken out too early" in run.stderr.splitlines()[-1]


def test_a_database_of_another_secret_stops_start_and_upgrade_before_a_password_changes(people, settings) -> None:
    wrong = replace(settings, secret_key=THIRD)
    with pytest.raises(SettingsError, match="not the key of this database"):
        upgrade_database(wrong)
    with application(settings) as app, app.app_context():  # the roles' passwords are those of before
        assert db.session.execute(select(func.count(InstallationKey.id))).scalar() == 1
        with pytest.raises(SettingsError, match="not the key of this database"):
            assert_key_fits(Keyring(THIRD))


def test_a_change_goes_back_but_not_on_to_a_third(people, changing, settings) -> None:
    enter(changing)
    with pytest.raises(SettingsError, match="was changed before"):
        enter(replace(changing, secret_key=THIRD, old_secret_key=NEW))
    enter(replace(changing, secret_key=settings.secret_key, old_secret_key=NEW))
    with as_owner(settings) as connection:
        rows = connection.execute(select(InstallationKey.fingerprint, InstallationKey.replaced_at)).all()
    assert {bytes(row.fingerprint): row.replaced_at is None for row in rows} == {
        Keyring(NEW).fingerprint: False,
        Keyring(settings.secret_key).fingerprint: True,
    }


def test_a_cookie_and_a_page_of_before_are_still_taken(make, changing, app, settings) -> None:
    user = make.user("coordinator", make.body())
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(signed_in(app, user))
    kept = client.get_cookie("examops")
    for known, status in ((changing, 200), (replace(changing, old_secret_key=""), 302)):
        with application(known, "web") as fresh:
            browser = fresh.test_client()
            browser.set_cookie("examops", kept.value)
            assert browser.get("/sessions/week").status_code == status
