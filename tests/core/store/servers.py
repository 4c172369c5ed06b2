"""The S3 servers of the contract tests: the embedded one, and MinIO where ``EXAMOPS_TEST_MINIO`` names its program."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import urllib3

from examops.core.store import Store
from examops.core.store.signing import Signer
from examops.demo.servers import Keys
from tests.patience import PATIENCE_S, wait_for
from tests.ports import free_port
from tools.minio_keys import administrator, make_user

MINIO = os.environ.get("EXAMOPS_TEST_MINIO", "")
SERVERS = ["embedded", "minio"] if MINIO else ["embedded"]
ORIGIN = "http://127.0.0.1:8000"
ROOT = ("root-of-tests", secrets.token_hex(16))
HTTP = urllib3.PoolManager(timeout=urllib3.Timeout(PATIENCE_S), retries=False)


@contextmanager
def minio(folder: Path, region: str = "") -> Iterator[Keys]:
    """A MinIO of its own, with the users and policies that operators are told to make. It checks a region if set."""
    endpoint = f"http://127.0.0.1:{free_port()}"
    settings = {
        "MINIO_ROOT_USER": ROOT[0],
        "MINIO_ROOT_PASSWORD": ROOT[1],
        "MINIO_BROWSER": "off",
        "MINIO_UPDATE": "off",
    }
    settings |= {"MINIO_SITE_REGION": region} if region else {}
    environ = os.environ | settings | {"MINIO_API_CORS_ALLOW_ORIGIN": ORIGIN}
    command = [MINIO, "server", "--quiet", "--address", urlsplit(endpoint).netloc, str(folder)]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(endpoint, process)
        admin, pairs = administrator(endpoint, *ROOT), [secrets.token_hex(16) for _ in range(2)]
        users = [
            make_user(admin, kind, secret, "*") for kind, secret in zip(("everyday", "custody"), pairs, strict=True)
        ]
        yield Keys(endpoint, users[0], pairs[0], users[1], pairs[1])
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _wait(endpoint: str, process: subprocess.Popen[bytes]) -> None:
    def is_ready() -> bool:
        assert process.poll() is None, "MinIO does not start"
        try:
            return bool(HTTP.request("GET", f"{endpoint}/minio/health/ready").status == 200)
        except urllib3.exceptions.HTTPError:
            return False

    wait_for(is_ready, "MinIO answers", pause_s=0.05)


@dataclass(frozen=True)
class Place:
    """Fresh buckets on one server, seen through both keys, and raw signed requests past our own client."""

    keys: Keys
    prefix: str
    region: str = "us-east-1"

    def store(self, *, custody: bool = False) -> Store:
        place = {"public_endpoint": self.keys.endpoint, "prefix": self.prefix, "region": self.region}
        return Store(self.keys.endpoint, *self.pair(custody), **place)

    def pair(self, custody: bool) -> tuple[str, str]:
        keys = self.keys
        return (keys.custody_access_key, keys.custody_secret_key) if custody else (keys.access_key, keys.secret_key)

    def call(
        self,
        method: str,
        path: str,
        *,
        custody: bool = False,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        at: datetime | None = None,
    ) -> urllib3.BaseHTTPResponse:
        """One request, its headers all signed; ``path`` is ``bucket/key`` with our short bucket names."""
        bucket, _, key = path.partition("/")
        signer = Signer(self.keys.endpoint, *self.pair(custody))
        where = f"/{self.prefix}-{bucket}" + (f"/{key}" if key else "")
        url = signer.url(method, where, timedelta(minutes=1), query=query, headers=headers, now=at or datetime.now(UTC))
        return HTTP.request(method, url, headers=headers, body=body)
