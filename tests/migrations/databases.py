"""Databases that live for one test, on the run's server, whose owner is a superuser."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from config.settings import Settings
from examops.core.connections import role_names


@contextmanager
def empty_database(postgres_url: str, settings: Settings) -> Iterator[Settings]:
    """Settings of an installation like ``settings`` on an empty database; it and its roles are dropped afterwards."""
    name = "examops_mig_" + secrets.token_hex(4)
    server = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = make_url(postgres_url).set(drivername="postgresql", database=name)
    chosen = replace(settings, database_url=url.render_as_string(hide_password=False))
    try:
        yield chosen
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
            for role in role_names(chosen).values():
                connection.exec_driver_sql(f"DROP ROLE IF EXISTS {role}")
        server.dispose()
