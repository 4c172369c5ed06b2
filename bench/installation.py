"""A fresh installation in a temporary folder, served by gunicorn: what benchmarks over HTTP talk to."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from config.settings import Settings, load
from examops.demo import DECISIONS
from examops.demo.servers import EmbeddedPostgres, EmbeddedStore, Keys
from examops.demo.servers.ports import stored_ports
from examops.demo.supervisor.demo import WORKER
from examops.ops.migrate import make_buckets, upgrade_database

WEB = ("-m", "gunicorn", "--threads", "16", "--workers", "2")


@dataclass(frozen=True)
class Servers:
    """A database server and an object store; every installation on them has a database and a prefix of its own."""

    folder: Path
    url: str
    keys: Keys

    @contextmanager
    def served(self, name: str) -> Iterator[tuple[Settings, str]]:
        """The installation of this name, made when it is not there, and its address while gunicorn runs."""
        environ = self._environ(name)
        settings = load(environ)
        upgrade_database(settings)
        make_buckets(settings)
        with gunicorn("wsgi:app", settings.port, environ) as address:
            yield settings, address

    @contextmanager
    def served_beside(self, name: str, application: str) -> Iterator[str]:
        """Another WSGI application (``module:name``) on the installation of this name, and its address."""
        port = stored_ports(self.folder / f"beside-{name}.json", ["web"])["web"]
        with gunicorn(application, port, self._environ(name)) as address:
            yield address

    def _environ(self, name: str) -> dict[str, str]:
        keys, file = self.keys, self.folder / f"secret-{name}.json"
        if not file.exists():
            self._create(name)
            file.touch(mode=0o600)
            file.write_text(json.dumps(secrets.token_hex(32)))
        return {
            **os.environ,
            "EXAMOPS_DATABASE_URL": self._database(name),
            "EXAMOPS_SECRET_KEY": json.loads(file.read_text()),
            "EXAMOPS_DECISIONS": str(DECISIONS),
            "EXAMOPS_VAR": str(self.folder),
            "EXAMOPS_S3_PREFIX": f"bench-{name}",
            "EXAMOPS_S3_ENDPOINT": keys.endpoint,
            "EXAMOPS_S3_ACCESS_KEY": keys.access_key,
            "EXAMOPS_S3_SECRET_KEY": keys.secret_key,
            "EXAMOPS_S3_CUSTODY_ACCESS_KEY": keys.custody_access_key,
            "EXAMOPS_S3_CUSTODY_SECRET_KEY": keys.custody_secret_key,
            "EXAMOPS_THREADS": "16",
            "PORT": str(stored_ports(self.folder / f"web-{name}.json", ["web"])["web"]),
        }

    def _database(self, name: str) -> str:
        return make_url(self.url).set(database=f"bench_{name}").render_as_string(hide_password=False)

    def _create(self, name: str) -> None:
        engine = create_engine(make_url(self.url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE bench_{name}")
        engine.dispose()


@contextmanager
def gunicorn(application: str, port: int, environ: dict[str, str], worker: str = WORKER) -> Iterator[str]:
    """Serves a WSGI application (``module:name``); its address while it runs."""
    command = [sys.executable, *WEB, "-k", worker, "-b", f"127.0.0.1:{port}", application]
    web = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        web.send_signal(signal.SIGTERM)
        web.wait(20)


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Stopped at the end."""
    database, files = EmbeddedPostgres(folder / "pg"), EmbeddedStore(folder / "s3")
    url, keys = database.start(), files.start()
    try:
        yield Servers(folder, url, keys)
    finally:
        files.stop()
        database.stop()


@contextmanager
def installation(folder: Path) -> Iterator[tuple[Settings, str]]:
    """Settings and address of one installation; everything is stopped at the end."""
    with servers(folder) as both, both.served("one") as served:
        yield served


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            urllib3.request("GET", address, timeout=2, retries=False)
            return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("the web does not answer")
