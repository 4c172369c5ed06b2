"""The supervisor's side of the fork server: children that need not import the product again.

Only the start uses it, when everything begins at once. A process that is started again later is started by its
command, and so reads its code anew.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from examops.demo.servers.processes import adopt_orphans, spawn, stop, tail

ROOT = Path(__file__).resolve().parents[3]


class ForkServerEnded(RuntimeError):
    """It has ended, so nothing can be forked; the text names its log and quotes the end of it."""


class Forked:
    """A child that the fork server made and left to this process; the part of ``subprocess.Popen`` that is needed."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises ``subprocess.TimeoutExpired``."""
        if self.poll() is None:
            seen = os.pidfd_open(self.pid)
            try:
                select.select([seen], [], [], timeout)
            finally:
                os.close(seen)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return code

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)


class ForkServer:
    """Begins at once; its imports take as long as the servers need to start. Ends with :meth:`stop`."""

    def __init__(self, log: Path, environ: Mapping[str, str]) -> None:
        self.log = log
        adopt_orphans(True)
        self._channel, theirs = socket.socketpair()
        bare = {name: value for name, value in environ.items() if not name.startswith("EXAMOPS_")}
        bare["OPENBLAS_NUM_THREADS"] = "1"  # its threads begin when numpy is imported, and who forks has none
        line = [sys.executable, "-m", "examops", "fork-server"]
        with theirs:
            self._process = spawn(line, log=log, environ=bare, cwd=ROOT, stdin=theirs.fileno())

    def spawn(self, name: str, command: Sequence[str], *, log: Path, environ: Mapping[str, str]) -> Forked:
        """``command`` is ``[python, "-m", module, …]``. Waits until the server has imported everything.

        Raises :class:`ForkServerEnded`.
        """
        call = json.dumps({"name": name, "arguments": command[2:], "environ": dict(environ)}).encode()
        try:
            answer = self._ask(call, log)
        except OSError:  # nobody reads any more
            answer = b""
        if not answer:
            raise ForkServerEnded(f"演示的进程没有起来：\n{tail(self.log)}\n完整日志：{self.log}")
        return Forked(int(answer))

    def _ask(self, call: bytes, log: Path) -> bytes:
        """The child's number as text; nothing where the server has ended."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs, log.open("ab") as output:
                socket.send_fds(self._channel, [b"+"], [output.fileno(), theirs.fileno()])
            ours.sendall(call)
            ours.shutdown(socket.SHUT_WR)
            return ours.recv(32)

    def stop(self) -> None:
        """End it; its children go on."""
        self._channel.close()
        stop(self._process, signal.SIGTERM, 5)
        adopt_orphans(False)
