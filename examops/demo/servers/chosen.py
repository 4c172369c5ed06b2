"""The servers behind the demo: those named in the environment, else embedded ones."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

from examops.demo import DECISIONS
from examops.demo.private_file import write_private
from examops.demo.servers import EmbeddedPostgres, EmbeddedStore
from examops.demo.servers.ports import stored_ports

# What a city sets, so that the public pages and notices of the demo show it. Nothing leaves the machine.
OF_THE_CITY = {
    "EXAMOPS_CERTIFICATE_LOOKUP_URL": "https://certificates.example/",
    "EXAMOPS_COMPLAINT_CONTACTS": "0757-00001233（演示），工作日 09:00–12:00、14:00–17:30",
    "EXAMOPS_MAIL_SERVER": "console",
    "EXAMOPS_SMS_URL": "console",
}


class Servers:
    """Starts the servers that ``given`` does not name. ``environ`` is the environment for every process of the product.

    ``say`` gets a line for people when a server has news."""

    def __init__(self, given: Mapping[str, str], var: Path, port: int, say: Callable[[str], None]) -> None:
        self.var = var
        self.environ = OF_THE_CITY | dict(given) | {"EXAMOPS_VAR": str(var), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
        self.environ |= _without_proxy(given)
        self.environ.setdefault("EXAMOPS_SECRET_KEY", _stored_secret(var / "secret"))
        self.environ.setdefault("EXAMOPS_DECISIONS", str(DECISIONS))
        self.testcam_port = stored_ports(var / "testcam-port.json", ["testcam"])["testcam"]
        self.environ.setdefault("EXAMOPS_TESTCAM_PORT", str(self.testcam_port))
        self.database = None if given.get("EXAMOPS_DATABASE_URL") else EmbeddedPostgres(var / "pg", say)
        self.store = None if given.get("EXAMOPS_S3_ENDPOINT") else EmbeddedStore(var / "s3", say)

    def begin(self) -> None:
        """Start what takes longest without waiting for it."""
        if self.store:
            self.store.begin()

    def start_database(self) -> None:
        if self.database:
            url = self.environ["EXAMOPS_DATABASE_URL"] = self.database.start()
            self.environ |= {f"EXAMOPS_{kind.upper()}_DATABASE_URL": self._login(url, kind) for kind in ("web", "job")}

    def _login(self, url: str, kind: str) -> str:
        """The address of a role with a password of its own: those that the secret gives, every process can work out."""
        password, place = _stored_secret(self.var / f"database-{kind}"), url.rpartition("@")[2]
        return f"postgresql://{place.rpartition('/')[2]}_{kind}:{quote(password, safe='')}@{place}"

    def start_store(self) -> None:
        if not self.store:
            return
        keys = self.store.start()
        self.environ |= {
            "EXAMOPS_S3_ENDPOINT": keys.endpoint,
            "EXAMOPS_S3_ACCESS_KEY": keys.access_key,
            "EXAMOPS_S3_SECRET_KEY": keys.secret_key,
            "EXAMOPS_S3_CUSTODY_ACCESS_KEY": keys.custody_access_key,
            "EXAMOPS_S3_CUSTODY_SECRET_KEY": keys.custody_secret_key,
        }

    def restart_dead(self) -> list[str]:
        """Start dead servers again; returns their Chinese names."""
        restarted = []
        for name, server, start in (
            ("数据库", self.database, self.start_database),
            ("对象存储", self.store, self.start_store),
        ):
            if server and (server.process is None or server.process.poll() is not None):
                server.stop()
                start()
                restarted.append(name)
        return restarted

    def stop(self) -> None:
        for server in (self.store, self.database):
            if server:
                server.stop()


def _without_proxy(given: Mapping[str, str]) -> dict[str, str]:
    """NO_PROXY with the loopback addresses added."""
    names = [name for name in (given.get("NO_PROXY") or given.get("no_proxy") or "").split(",") if name]
    ours = ",".join([*names, "127.0.0.1", "localhost"])
    return {"NO_PROXY": ours, "no_proxy": ours}


def _stored_secret(file: Path) -> str:
    if not file.exists():
        write_private(file, secrets.token_urlsafe(48))
    return file.read_text().strip()
