"""What the tests of the revisions share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.settings import Settings
from examops.ops.migrate import upgrade_database
from tests.migrations.databases import empty_database


@pytest.fixture
def before(postgres_url: str, settings: Settings) -> Iterator[Settings]:
    """A database of its own as release 0.1.0 made it, without a row."""
    with empty_database(postgres_url, settings) as empty:
        upgrade_database(empty, "0001")
        yield empty
