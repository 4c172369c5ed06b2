"""Real servers for the whole run: PostgreSQL and S3 in a temporary folder, or those named in the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from examops.ops.embedded import EmbeddedPostgres, EmbeddedStore, Keys


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A superuser address."""
    given = os.environ.get("EXAMOPS_TEST_DATABASE_URL")
    if given:
        yield given
        return
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"))
    yield server.start()
    server.stop()


@pytest.fixture(scope="session")
def store_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    server = EmbeddedStore(tmp_path_factory.mktemp("store"))
    yield server.start()
    server.stop()
