"""`db upgrade` as in production: by somebody who owns the database and may create roles, and is no superuser."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from config.settings import Settings
from examops.core.connections import owner_url, role_names
from examops.ops import migrate, revisions
from examops.ops.migrate import upgrade_database
from tests.patience import PATIENCE_S


@pytest.fixture
def installation(postgres_url: str, settings: Settings) -> Iterator[Settings]:
    """A database that belongs to an installer of its own."""
    name, password = "examops_up_" + secrets.token_hex(4), secrets.token_hex(8)
    server = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD '{password}'")
        connection.exec_driver_sql(f"GRANT {name} TO CURRENT_USER")  # needed where we are no superuser ourselves
        connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {name}")
    url = make_url(postgres_url).set(drivername="postgresql", username=name, password=password, database=name)
    chosen = replace(settings, database_url=url.render_as_string(hide_password=False))
    yield chosen
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        for role in (*role_names(chosen).values(), name):
            connection.exec_driver_sql(f"DROP ROLE IF EXISTS {role}")
    server.dispose()


def test_it_can_be_repeated_by_an_installer_who_is_no_superuser(installation: Settings) -> None:
    upgrade_database(installation)
    upgrade_database(installation)


def test_a_role_that_could_pass_every_policy_is_refused(installation: Settings, postgres_url: str) -> None:
    server = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role_names(installation)['web']} CREATEROLE")
    server.dispose()

    with pytest.raises(RuntimeError, match="stronger than it may be"):
        upgrade_database(installation)


RELEASED = revisions.MIGRATIONS
HEADER = '''"""Tomorrow."""

from examops.ops.migrations.helpers import run, run_outside_transaction

revision, down_revision, branch_labels, depends_on = "{number}", "{before}", None, None
SQL = """
{sql}
"""


def upgrade() -> None:
    {helper}(SQL)
'''
COLUMN = "SET LOCAL lock_timeout = '2s';\nALTER TABLE candidate ADD COLUMN nickname text DEFAULT '50%' NOT NULL;"
INDEX = (
    "SET lock_timeout = '10s';\nDROP INDEX CONCURRENTLY IF EXISTS ix_nick;\n"
    "CREATE INDEX CONCURRENTLY ix_nick ON candidate (nickname);\nGRANT SELECT ON candidate TO {web};"
)


@pytest.fixture
def tomorrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The product with two further revisions, one of them outside a transaction."""
    shutil.copytree(revisions.MIGRATIONS, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    versions = tmp_path / "migrations/versions"
    (versions / "9001_a.py").write_text(
        HEADER.format(number="9001", before=_newest(versions), sql=COLUMN, helper="run")
    )
    outside = HEADER.format(number="9002", before="9001", sql=INDEX, helper="run_outside_transaction")
    (versions / "9002_b.py").write_text(outside)
    monkeypatch.setattr(revisions, "MIGRATIONS", tmp_path / "migrations")


def _newest(versions: Path) -> str:
    return max(path.name[:4] for path in versions.glob("[0-9]*.py"))


def _asked(installation: Settings, query: str) -> list[object]:
    engine = create_engine(owner_url(installation))
    with engine.connect() as connection:
        found = list(connection.exec_driver_sql(query).scalars())
    engine.dispose()
    return found


def test_revisions_run_inside_and_outside_a_transaction(installation: Settings, tomorrow: None) -> None:
    upgrade_database(installation)

    assert _asked(installation, "SELECT version_num FROM alembic_version") == ["9002"]
    assert _asked(installation, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_nick'::regclass") == [True]
    default = "SELECT column_default FROM information_schema.columns WHERE column_name = 'nickname'"
    assert _asked(installation, default) == ["'50%'::text"]


def test_two_upgrades_at_once_wait_for_each_other(installation: Settings, tomorrow: None) -> None:
    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(upgrade_database, installation) for _ in range(2)]:
            one.result(PATIENCE_S)

    assert _asked(installation, "SELECT version_num FROM alembic_version") == ["9002"]


def test_a_table_in_use_stops_it_before_the_step_and_it_can_be_repeated(
    installation: Settings, tomorrow: None, environment: dict[str, str], monkeypatch, capsys
) -> None:
    for name, value in {**environment, "EXAMOPS_DATABASE_URL": installation.database_url}.items():
        monkeypatch.setenv(name, value)
    upgrade_database(installation, released := _newest(RELEASED / "versions"))
    engine = create_engine(owner_url(installation))
    with engine.begin() as busy:
        busy.exec_driver_sql(f'SET LOCAL ROLE "{role_names(installation)["owner"]}"')
        busy.exec_driver_sql("LOCK TABLE candidate IN ACCESS SHARE MODE")
        stopped = migrate.main(["upgrade"])
    left = _asked(installation, "SELECT version_num FROM alembic_version")
    repeated = migrate.main(["upgrade"])
    engine.dispose()

    assert (stopped, repeated) == (1, 0)
    assert left == [released]
    assert "再运行一次 db upgrade" in capsys.readouterr().err


OUTSIDE_THE_CITY = """
WITH made AS (
  INSERT INTO body (kind, name, short_name, credit_code, district, address, telephone, state, uid)
  VALUES ('enterprise', '甲公司', '甲', 'C1', '440606', '', '', 'filed', gen_random_uuid()) RETURNING id),
person AS (
  INSERT INTO user_account (login, name, password_hash, is_active, session_epoch, must_change_password, uid)
  VALUES ('a', '甲', '', true, 0, false, gen_random_uuid()) RETURNING id),
one AS (
  INSERT INTO role_grant (user_id, role, reach, district, uid)
  SELECT id, 'district_bureau', 'district', '440600', gen_random_uuid() FROM person),
site AS (
  INSERT INTO site (name, address, contact, body_id, district, uid)
  SELECT name, '', '', made.id, place, gen_random_uuid()
  FROM made, (VALUES ('外', '440600'), ('内', '440606')) v(name, place)
  RETURNING id, name, body_id, district)
INSERT INTO room (site_id, name, kind, seats, body_id, district, uid)
SELECT id, name, 'paper', 1, body_id, district, gen_random_uuid() FROM site
"""


def test_what_lies_outside_the_city_no_longer_carries_the_citys_own_code(installation, postgres_url: str) -> None:
    """By the owner of a database whose row security binds its owner too."""
    upgrade_database(installation, "0009")
    name = make_url(owner_url(installation)).database
    engine = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg", database=name))
    with engine.begin() as connection:
        connection.exec_driver_sql(OUTSIDE_THE_CITY)

    upgrade_database(installation)

    with engine.connect() as connection:
        found = [
            dict(connection.exec_driver_sql(f"SELECT name, district FROM {table}").all()) for table in ("site", "room")
        ]
        grants = list(connection.exec_driver_sql("SELECT district FROM role_grant").scalars())
    engine.dispose()
    assert found == [{"外": "outside", "内": "440606"}] * 2
    assert grants == ["outside"]
