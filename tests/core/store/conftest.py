"""Every contract test runs on each server at hand, in buckets of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from examops.core.store import Store
from examops.demo.servers import Keys
from tests.core.store.servers import ORIGIN, SERVERS, Place, minio


@pytest.fixture(scope="session")
def minio_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    with minio(tmp_path_factory.mktemp("minio")) as keys:
        yield keys


@pytest.fixture(scope="module", params=SERVERS)
def place(request: pytest.FixtureRequest) -> Place:
    keys = request.getfixturevalue("store_keys" if request.param == "embedded" else "minio_keys")
    fresh = Place(keys, "c" + secrets.token_hex(4))
    fresh.store(custody=True).make_buckets(1, [ORIGIN])
    return fresh


@pytest.fixture
def store(place: Place) -> Store:
    """With the everyday key."""
    return place.store()


@pytest.fixture
def key() -> str:
    """A name of its own for each test, of characters that must be escaped."""
    return f"录像 {secrets.token_hex(4)}/a+b~(1)&=?#%.mp4"
