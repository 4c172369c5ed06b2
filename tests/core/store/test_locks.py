"""Contract: what is locked stays, and the everyday key changes no lock, on every server at hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.error import MinioException
from minio.helpers import md5sum_hash
from minio.retention import Retention

from examops.core.store import AlreadyStored, BadDigest, Locked, Store, StoreDenied, StoreError
from examops.core.store.errors import store_errors
from tests.core.store.servers import ORIGIN, Place

pytestmark = pytest.mark.s3
BYPASS = {"x-amz-bypass-governance-retention": "true"}
BODY = b"sixty seconds of a room"
BOTH_KEYS = pytest.mark.parametrize("custody", [False, True], ids=["everyday key", "custody key"])


def in_days(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def test_each_object_of_footage_is_retained_for_the_floor(place: Place, store: Store, key: str) -> None:
    version = store.put("footage", key, BODY)
    client = place.store(custody=True)._client

    retention = client.get_object_retention(store.bucket("footage"), key, version)

    assert retention is not None
    assert retention.mode == GOVERNANCE
    assert in_days(0.95) < retention.retain_until_date < in_days(1.05)


@BOTH_KEYS
def test_a_locked_version_is_not_deleted(place: Place, store: Store, key: str, custody: bool) -> None:
    version = store.put("footage", key, BODY)

    with pytest.raises((Locked, StoreDenied)), store_errors():
        place.store(custody=custody)._client.remove_object(store.bucket("footage"), key, version)

    assert store.get("footage", key, version_id=version) == BODY


def test_the_everyday_key_does_not_bypass_a_lock(place: Place, store: Store, key: str) -> None:
    version = store.put("footage", key, BODY)
    answer = place.call("DELETE", f"footage/{key}", query={"versionId": version}, headers=BYPASS)

    assert answer.status in (400, 403)
    assert store.get("footage", key, version_id=version) == BODY


def test_a_plain_delete_leaves_the_version(place: Place, store: Store, key: str) -> None:
    version = store.put("footage", key, BODY)
    assert place.call("DELETE", f"footage/{key}").status in (204, 403)  # a marker, or no right to it
    assert store.get("footage", key, version_id=version) == BODY


@pytest.mark.parametrize("days", [0.1, 30], ids=["shorter", "longer"])
def test_the_everyday_key_changes_no_retention(place: Place, store: Store, key: str, days: float) -> None:
    version = store.put("footage", key, BODY)
    with pytest.raises(MinioException):
        store._client.set_object_retention(store.bucket("footage"), key, Retention(GOVERNANCE, in_days(days)), version)


def test_the_everyday_key_sets_and_lifts_no_hold(place: Place, store: Store, key: str) -> None:
    version, bucket = store.put("footage", key, BODY), store.bucket("footage")
    with pytest.raises(MinioException):
        store._client.enable_object_legal_hold(bucket, key, version)
    place.store(custody=True)._client.enable_object_legal_hold(bucket, key, version)
    with pytest.raises(MinioException):
        store._client.disable_object_legal_hold(bucket, key, version)


def test_the_everyday_key_makes_no_bucket_and_changes_no_rule(place: Place, store: Store) -> None:
    with pytest.raises(StoreDenied):
        Place(place.keys, place.prefix + "x").store().make_buckets(1, [ORIGIN])
    with pytest.raises(StoreDenied):
        store.make_buckets(1, [ORIGIN])


def test_custody_extends_a_retention_and_shortens_none_silently(place: Place, store: Store, key: str) -> None:
    version, client = store.put("footage", key, BODY), place.store(custody=True)._client
    bucket = store.bucket("footage")

    client.set_object_retention(bucket, key, Retention(GOVERNANCE, in_days(9)), version)
    with pytest.raises(MinioException):
        client.set_object_retention(bucket, key, Retention(GOVERNANCE, in_days(0.1)), version)

    kept = client.get_object_retention(bucket, key, version)
    assert kept is not None
    assert kept.retain_until_date > in_days(8)


@pytest.mark.parametrize("lock", ["hold", "compliance"])
def test_a_hold_and_compliance_stop_everybody(place: Place, store: Store, key: str, lock: str) -> None:
    version, client = store.put("footage", key, BODY), place.store(custody=True)._client
    bucket, query = store.bucket("footage"), {"versionId": version}
    if lock == "hold":
        client.enable_object_legal_hold(bucket, key, version)
    else:  # to a stricter mode: only with the bypass header, which the SDK does not send
        body = _retention(COMPLIANCE, in_days(2))
        asked = {
            "query": query | {"retention": ""},
            "headers": BYPASS | {"content-md5": md5sum_hash(body) or ""},
            "body": body,
        }
        answer = place.call("PUT", f"footage/{key}", custody=True, **asked)
        # The policy for MinIO gives nobody the right to bypass; there the lock stays GOVERNANCE.
        assert answer.status in (200, 403), answer.data

    answer = place.call("DELETE", f"footage/{key}", custody=True, query=query, headers=BYPASS)

    assert answer.status in (400, 403)
    assert store.get("footage", key, version_id=version) == BODY


def _retention(mode: str, until: datetime) -> bytes:
    root = ElementTree.Element("Retention", xmlns="http://s3.amazonaws.com/doc/2006-03-01/")
    ElementTree.SubElement(root, "Mode").text = mode
    ElementTree.SubElement(root, "RetainUntilDate").text = f"{until:%Y-%m-%dT%H:%M:%SZ}"
    return ElementTree.tostring(root)


def test_versions_of_footage_cannot_be_switched_off(place: Place) -> None:
    body = b'<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Suspended</Status></VersioningConfiguration>'
    answer = place.call("PUT", "footage", custody=True, query={"versioning": ""}, body=body)
    assert answer.status in (400, 403, 409)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({"If-None-Match": "*"}, AlreadyStored), ({"x-amz-checksum-sha256": "A" * 43 + "="}, BadDigest)],
)
def test_what_a_refused_put_means(store: Store, key: str, headers: dict[str, str], expected: type[StoreError]) -> None:
    store.put("derived", key, BODY)
    with pytest.raises(expected), store_errors():
        store._client._execute("PUT", store.bucket("derived"), key, body=BODY, headers=dict(headers))
