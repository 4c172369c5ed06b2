"""Contract: a store of another region than us-east-1, which refuses every signature that names another one."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from config.settings import load
from examops.core.store import Store, StoreError, WrongRegion
from examops.demo.servers import Keys
from tests.core.store.servers import HTTP, ORIGIN, SERVERS, Place, minio

pytestmark = pytest.mark.s3
REGION = "cn-south-1"
WRONG = (
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization '
    "header is malformed; the region '{}' is wrong; expecting '{}'</Message><Region>{}</Region></Error>"
)


@contextmanager
def regional(keys: Keys, region: str) -> Iterator[Keys]:
    """The embedded store behind a door that checks the region in the signature, as Amazon and MinIO do.

    The store itself checks the signature: the region is part of it.
    """

    class Door(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            scope = re.search(r"Credential=[^/%]+(?:/|%2F)\d{8}(?:/|%2F)([^/%]+)", f"{self.headers} {self.path}")
            if scope and scope.group(1) != region:
                text = WRONG.format(scope.group(1), region, region).encode()
                self.reply(400, {"Content-Type": "application/xml"}, text)
                return
            found = HTTP.request(self.command, keys.endpoint + self.path, body=body, headers=dict(self.headers))
            self.reply(found.status, dict(found.headers), found.data)

        def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                    self.send_header(name, value)
            length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
            self.send_header("Content-Length", length)
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else body)

        do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            return

    door = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=door.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield dataclasses.replace(keys, endpoint=f"http://127.0.0.1:{door.server_port}")
    finally:
        door.shutdown()
        thread.join()
        door.server_close()


@pytest.fixture(scope="module", params=SERVERS)
def elsewhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server of ``REGION`` whose buckets are made."""
    if request.param == "minio":
        folder: Path = tmp_path_factory.mktemp("minio-region")
        opened = minio(folder, region=REGION)
    else:
        opened = regional(request.getfixturevalue("store_keys"), REGION)
    with opened as keys:
        place = Place(keys, "r" + secrets.token_hex(4), REGION)
        place.store(custody=True).make_buckets(1, [ORIGIN])
        yield place


def test_everything_works_where_the_region_is_set(elsewhere: Place) -> None:
    store, key, body = elsewhere.store(), f"{secrets.token_hex(4)}.mp4", b"footage" * 300
    upload = store.upload_url("footage", key, hashlib.sha256(body).hexdigest(), timedelta(minutes=1))
    sent = HTTP.request("PUT", upload.url, body=body, headers=upload.headers)
    assert sent.status == 200
    assert store.head("footage", key).version_id == sent.headers["x-amz-version-id"]
    assert HTTP.request("GET", store.read_url("footage", key, timedelta(minutes=1))).data == body
    assert store.get("footage", key, start=7, length=7) == b"footage"
    store.put("documents", key, b"roster")
    store.delete("documents", key)
    assert key in store.first_versions("footage", "")
    assert elsewhere.store(custody=True).list_buckets()
    store.ping()


def test_another_region_is_named_as_the_setting_that_is_wrong(elsewhere: Place) -> None:
    wrong = dataclasses.replace(elsewhere, region="us-east-1")
    for call in (
        lambda: wrong.store().get("footage", "x"),
        lambda: wrong.store().put("documents", "x", b"x"),
        lambda: wrong.store(custody=True).make_buckets(1, [ORIGIN]),
        lambda: wrong.store().ping(),  # a HEAD is refused without a word
        lambda: wrong.store().head("footage", "x"),
    ):
        with pytest.raises(WrongRegion) as refused:
            call()
        assert "EXAMOPS_S3_REGION" in str(refused.value.message)


def test_a_store_that_is_away_is_asked_once(elsewhere: Place) -> None:
    away = dataclasses.replace(elsewhere, keys=dataclasses.replace(elsewhere.keys, endpoint="http://127.0.0.1:9"))
    with pytest.raises(StoreError) as refused:
        away.store().ping()
    assert refused.value.code == "store.unavailable"


def test_the_region_is_a_setting(elsewhere: Place) -> None:
    environ = {
        "EXAMOPS_DATABASE_URL": "postgresql://x/y",
        "EXAMOPS_SECRET_KEY": "tests-only-" + "0123456789abcdef" * 3,
        "EXAMOPS_S3_ENDPOINT": elsewhere.keys.endpoint,
        "EXAMOPS_S3_ACCESS_KEY": elsewhere.keys.access_key,
        "EXAMOPS_S3_SECRET_KEY": elsewhere.keys.secret_key,
        "EXAMOPS_S3_CUSTODY_ACCESS_KEY": elsewhere.keys.custody_access_key,
        "EXAMOPS_S3_CUSTODY_SECRET_KEY": elsewhere.keys.custody_secret_key,
        "EXAMOPS_S3_PREFIX": elsewhere.prefix,
        "EXAMOPS_S3_REGION": f" {REGION} ",
    }
    settings = load(environ)
    for store in (Store.everyday(settings), Store.custody(settings)):
        store.ping()
        address = store.read_url("footage", "x", timedelta(minutes=1))
        assert HTTP.request("GET", address).status == 404
