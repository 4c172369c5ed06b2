"""The object store that comes with pip: one folder, one server, kept over a kill. What it answers: tests/core/store."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from examops.core.store import Store
from examops.demo.servers import AlreadyRunning, EmbeddedStore, Keys

pytestmark = pytest.mark.s3
BODY = b"sixty seconds of a room"


def client_of(keys: Keys, prefix: str, *, custody: bool = False) -> Store:
    pair = (keys.custody_access_key, keys.custody_secret_key) if custody else (keys.access_key, keys.secret_key)
    return Store(keys.endpoint, *pair, public_endpoint=keys.endpoint, prefix=prefix)


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
