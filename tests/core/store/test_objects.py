"""Contract: objects through our client, on every server at hand."""

from __future__ import annotations

import os

import pytest

from examops.core.store import Missing, Store, StoreDenied, StoreError
from tests.core.store.servers import ORIGIN, Place

pytestmark = pytest.mark.s3
BODY = bytes(range(256)) * 8
LARGE = os.urandom(6 * 1024 * 1024 + 1)  # above the size from which the SDK would send parts


@pytest.mark.parametrize("body", [b"", b"x", BODY, LARGE], ids=["0 B", "1 B", "2 kB", "6 MiB"])
def test_bytes_come_back_as_they_were_put(store: Store, key: str, body: bytes) -> None:
    version = store.put("footage", key, body)

    assert store.get("footage", key) == body
    assert store.get("footage", key, version_id=version) == body
    assert store.head("footage", key).size == len(body)


def test_a_large_object_is_put_in_one_request(place: Place, store: Store, key: str) -> None:
    store.put("documents", key, LARGE)

    etag = place.call("HEAD", f"documents/{key}").headers["etag"]
    assert "-" not in etag  # parts would leave "…-2"


def test_only_footage_has_versions(store: Store, key: str) -> None:
    assert store.put("footage", key, BODY)
    assert [store.put(bucket, key, BODY) for bucket in ("derived", "documents")] == ["", ""]


def test_a_second_put_makes_a_version_and_keeps_the_first(store: Store, key: str) -> None:
    first, second = store.put("footage", key, b"first"), store.put("footage", key, b"second")

    assert first != second
    assert store.get("footage", key, version_id=first) == b"first"
    assert store.get("footage", key) == b"second"
    assert store.head("footage", key).version_id == second
    assert store.head("footage", key, version_id=first).version_id == first


def test_a_name_and_the_same_name_as_a_folder(store: Store, key: str) -> None:
    store.put("derived", key, b"file")
    store.put("derived", f"{key}/inner", b"inner")

    assert [store.get("derived", key), store.get("derived", f"{key}/inner")] == [b"file", b"inner"]


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, 10, BODY[:10]),
        (100, 50, BODY[100:150]),
        (2000, None, BODY[2000:]),
        (2040, 100, BODY[2040:]),
        (7, 0, b""),
        (0, 0, b""),
    ],
)
def test_part_of_an_object(store: Store, key: str, start: int, length: int | None, expected: bytes) -> None:
    store.put("footage", key, BODY)
    assert store.get("footage", key, start=start, length=length) == expected


def test_bytes_past_the_end_are_refused(store: Store, key: str) -> None:
    store.put("footage", key, BODY)
    with pytest.raises(StoreError):
        store.get("footage", key, start=5000, length=10)


def test_the_content_type_is_kept(place: Place, store: Store, key: str) -> None:
    store.put("documents", key, b"{}", "application/json")
    assert place.call("GET", f"documents/{key}").headers["content-type"] == "application/json"


def test_what_is_not_there(store: Store, key: str) -> None:
    with pytest.raises(Missing):
        store.get("footage", key)
    with pytest.raises(Missing):
        store.head("footage", key)
    with pytest.raises(Missing):
        store.head("documents", key)


def test_deleting(store: Store, key: str) -> None:
    store.put("documents", key, BODY)
    store.delete("documents", key)

    with pytest.raises(Missing):
        store.get("documents", key)
    store.delete("documents", key)  # a second time is no fault


def test_buckets_are_made_once(place: Place) -> None:
    custody = place.store(custody=True)
    custody.make_buckets(1, [ORIGIN])

    ours = {name for name in custody.list_buckets() if name.startswith(place.prefix)}
    assert ours == {custody.bucket(name) for name in ("footage", "derived", "documents")}


def test_ping(place: Place, store: Store) -> None:
    store.ping()
    with pytest.raises((Missing, StoreDenied)):
        Place(place.keys, "nobody").store().ping()


@pytest.mark.parametrize("pair", ["wrong secret", "unknown key"])
def test_wrong_keys(place: Place, key: str, pair: str) -> None:
    name = place.keys.access_key if pair == "wrong secret" else "nobody-we-know"
    endpoint = place.keys.endpoint
    stranger = Store(endpoint, name, "not-the-secret-at-all", public_endpoint=endpoint, prefix=place.prefix)
    for call in (
        lambda: stranger.put("footage", key, BODY),
        lambda: stranger.get("footage", key),
        lambda: stranger.head("footage", key),
        stranger.ping,
    ):
        with pytest.raises(StoreDenied):
            call()
