"""A fresh installation in a temporary folder, served by gunicorn: what benchmarks over HTTP talk to."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3

from config.settings import Settings, load
from examops.ops.embedded import EmbeddedPostgres, EmbeddedStore
from examops.ops.embedded.ports import kept_ports
from examops.ops.migrate import make_buckets, upgrade_database


@contextmanager
def installation(folder: Path) -> Iterator[tuple[Settings, str]]:
    """Settings and address; everything is stopped at the end."""
    database, files = EmbeddedPostgres(folder / "pg"), EmbeddedStore(folder / "s3")
    url, keys = database.start(), files.start()
    port = kept_ports(folder / "web.json", ["web"])["web"]
    environ = {
        **os.environ, "EXAMOPS_DATABASE_URL": url, "EXAMOPS_SECRET_KEY": secrets.token_hex(32), "EXAMOPS_VAR": str(folder),
        "EXAMOPS_S3_ENDPOINT": keys.endpoint, "EXAMOPS_S3_ACCESS_KEY": keys.access_key, "EXAMOPS_S3_SECRET_KEY": keys.secret_key,
        "EXAMOPS_S3_CUSTODY_ACCESS_KEY": keys.custody_access_key, "EXAMOPS_S3_CUSTODY_SECRET_KEY": keys.custody_secret_key,
        "EXAMOPS_THREADS": "16", "PORT": str(port),
    }  # fmt: skip
    settings = load(environ)
    upgrade_database(settings)
    make_buckets(settings)
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-k",
        "gthread",
        "--threads",
        "16",
        "--workers",
        "2",
        "-b",
        f"127.0.0.1:{port}",
        "wsgi:app",
    ]
    web = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield settings, f"http://127.0.0.1:{port}"
    finally:
        web.send_signal(signal.SIGTERM)
        web.wait(20)
        files.stop()
        database.stop()


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            urllib3.request("GET", address, timeout=2, retries=False)
            return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("the web does not answer")
