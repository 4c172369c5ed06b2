"""`db upgrade` as in production: by somebody who owns the database and may create roles, and is no superuser."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from config.settings import Settings
from examops.core.connections import role_names
from examops.ops.migrate import upgrade_database


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
