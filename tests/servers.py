"""Real servers for the whole run: PostgreSQL and S3 in a temporary folder, or those named in the environment.

``EXAMOPS_TEST_DATABASE_URL`` names a superuser (tests damage rows past every policy);
``EXAMOPS_TEST_S3_ENDPOINT`` comes with ``EXAMOPS_TEST_S3_ACCESS_KEY``, ``_SECRET_KEY``, ``_CUSTODY_ACCESS_KEY``
and ``_CUSTODY_SECRET_KEY``, whose policies cover any prefix (docs/operations.md says how to make them).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest

from examops.demo.servers import EmbeddedPostgres, EmbeddedStore, Keys

S3 = "EXAMOPS_TEST_S3_"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A superuser address."""
    given = os.environ.get("EXAMOPS_TEST_DATABASE_URL")
    if given:
        yield given
        return
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"))
    address = server.start()
    _forget_safety(address)
    yield address
    server.stop()


def _forget_safety(address: str) -> None:
    """No waiting for the disk: this cluster is thrown away. Tests that kill a server start one of their own."""
    with psycopg.connect(address, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def store_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    given = os.environ.get(S3 + "ENDPOINT")
    if given:
        names = ("ACCESS_KEY", "SECRET_KEY", "CUSTODY_ACCESS_KEY", "CUSTODY_SECRET_KEY")
        yield Keys(given, *(os.environ[S3 + name] for name in names))
        return
    server = EmbeddedStore(tmp_path_factory.mktemp("store"))
    yield server.start()
    server.stop()
