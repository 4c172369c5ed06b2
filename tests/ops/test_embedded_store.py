"""The object store that comes with pip: locks that hold, uploads that happen once, keys that cannot do everything."""

from __future__ import annotations

import hashlib
import secrets
import stat
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from examops.core.store import Store
from examops.demo.servers import AlreadyRunning, EmbeddedStore, Keys

pytestmark = pytest.mark.s3
BODY = b"sixty seconds of a room"
DIGEST = hashlib.sha256(BODY).hexdigest()
MINUTE = timedelta(minutes=1)


def client_of(keys: Keys, prefix: str, *, custody: bool = False) -> Store:
    pair = (keys.custody_access_key, keys.custody_secret_key) if custody else (keys.access_key, keys.secret_key)
    return Store(keys.endpoint, *pair, public_endpoint=keys.endpoint, prefix=prefix)


@pytest.fixture
def buckets(store_keys: Keys) -> str:
    """The prefix of fresh buckets."""
    prefix = "e" + secrets.token_hex(4)
    client_of(store_keys, prefix, custody=True).make_buckets(1, ["http://127.0.0.1:8000"])
    return prefix


@pytest.fixture
def everyday(store_keys: Keys, buckets: str) -> Store:
    return client_of(store_keys, buckets)


def send(store: Store, key: str, body: bytes) -> int:
    """PUT the way a recorder does; the status."""
    upload = store.upload_url("footage", key, DIGEST, MINUTE)
    try:
        with urlopen(Request(upload.url, data=body, headers=upload.headers, method="PUT")) as answer:
            return int(answer.status)
    except HTTPError as refused:
        with refused:
            return refused.code


def test_a_presigned_upload_succeeds_once(everyday: Store) -> None:
    assert [send(everyday, "a.mp4", BODY), send(everyday, "a.mp4", BODY)] == [200, 412]


def test_other_bytes_than_announced_are_refused_and_not_stored(everyday: Store) -> None:
    assert send(everyday, "b.mp4", BODY + b"!") == 400
    assert send(everyday, "b.mp4", BODY) == 200


@pytest.mark.parametrize("custody", [False, True], ids=["everyday key", "custody key"])
def test_a_locked_version_refuses_deletion(store_keys: Keys, buckets: str, custody: bool) -> None:
    store = client_of(store_keys, buckets, custody=custody)
    version = store.put("footage", "c.mp4", BODY)
    bucket = store.bucket("footage")

    with pytest.raises(ClientError, match=r"AccessDenied|InvalidRequest"):
        store._s3.delete_object(Bucket=bucket, Key="c.mp4", VersionId=version)

    assert store.get("footage", "c.mp4", version_id=version) == BODY


def test_the_everyday_key_cannot_bypass_the_lock_or_make_buckets(everyday: Store) -> None:
    version = everyday.put("footage", "d.mp4", BODY)
    bucket = everyday.bucket("footage")

    with pytest.raises(ClientError):
        everyday._s3.delete_object(Bucket=bucket, Key="d.mp4", VersionId=version, BypassGovernanceRetention=True)
    with pytest.raises(ClientError):
        everyday._s3.create_bucket(Bucket=bucket + "-more")


def test_nobody_gets_in_without_a_key(store_keys: Keys, everyday: Store) -> None:
    everyday.put("footage", "e.mp4", BODY)

    with pytest.raises(HTTPError) as refused:
        urlopen(f"{store_keys.endpoint}/{everyday.bucket('footage')}/e.mp4")
    refused.value.close()

    assert refused.value.code == 403


def test_objects_keys_and_address_are_kept_after_kill_9(tmp_path: Path) -> None:
    server = EmbeddedStore(tmp_path / "s3")
    try:
        keys = server.start()
        client_of(keys, "kept", custody=True).make_buckets(1, ["http://127.0.0.1:8000"])
        client_of(keys, "kept").put("derived", "a", BODY)
        assert server.process is not None
        server.process.kill()
        server.stop()

        assert server.start() == keys
        assert client_of(keys, "kept").get("derived", "a") == BODY
        assert stat.S_IMODE((tmp_path / "s3/s3.json").stat().st_mode) == 0o600
    finally:
        server.stop()


def test_one_folder_is_served_once(tmp_path: Path) -> None:
    server = EmbeddedStore(tmp_path / "s3")
    try:
        server.start()
        with pytest.raises(AlreadyRunning):
            EmbeddedStore(tmp_path / "s3").start()
    finally:
        server.stop()
