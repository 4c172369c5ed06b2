"""Child processes that are started again when they die, later each time, and stopped in a given order."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from examops.demo.servers.processes import Process, finish, spawn, stop
from examops.demo.supervisor.forked import ForkServer
from examops.demo.supervisor.logs import rotate

WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)  # seconds before the next start
STEADY = 30.0  # a process that lived this long begins again with the first wait


@dataclass
class Child:
    """One process: what it is called on the screen and in ``NAME.log``, and its command."""

    name: str
    command: list[str]
    patience: float = 8.0  # seconds between asking it to stop and killing it
    environ_of: Callable[[Mapping[str, str]], Mapping[str, str]] = dict  # its environment, from that of the demo
    when_done: str = ""  # printed when it exits with 0; a child with such a text is not restarted after that
    is_product: bool = False  # a ``python -m`` of the product: forked from the server that has imported it
    process: Process | None = field(default=None, repr=False)
    failures: int = 0
    began: float = 0.0
    due: float = 0.0
    is_done: bool = False


class Children:
    """Starts, watches and stops child processes. ``clock`` returns seconds, ``say`` gets a line for each exit."""

    def __init__(
        self,
        logs: Path,
        environ: Mapping[str, str],
        *,
        cwd: Path,
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.logs, self.environ, self.cwd, self.say, self.clock = logs, dict(environ), cwd, say, clock
        self.all: list[Child] = []
        self.fork_server: ForkServer | None = None  # while the demo starts

    def start(self, child: Child) -> Child:
        self.all.append(child)
        self._begin(child)
        return child

    def watch(self) -> None:
        """One round: record exits, restart children whose waiting time is over, rotate logs."""
        for child in self.all:
            if child.process and child.process.poll() is not None:
                self._record_exit(child)
            if child.process is None and not child.is_done and self.clock() >= child.due:
                self._begin(child)
            rotate(self.log_of(child))

    def restart_all(self, environ: Mapping[str, str]) -> None:
        """Restart every child with another environment, because an address has changed."""
        self.environ = dict(environ)
        for child in self.all:
            self._end(child)
            if not child.is_done:
                self._begin(child)

    def retire(self, names: Iterable[str]) -> None:
        """Stop these one by one, in this order; they are not started again."""
        for name in names:
            for child in (child for child in self.all if child.name == name):
                self._end(child)
                child.is_done = True

    def stop_all(self, first: Iterable[str] = ()) -> None:
        """Stop those named in ``first`` one by one, then the rest together; kill each after its ``patience``."""
        order = {name: index for index, name in enumerate(first)}
        for child in sorted((c for c in self.all if c.name in order), key=lambda c: order[c.name]):
            self._end(child)
        rest = [(child.process, child.patience) for child in self.all if child.process]
        for process, _ in rest:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process, patience in rest:  # asked once: a second signal would hit a process that is putting things away
            finish(process, patience)
        self.all.clear()

    def log_of(self, child: Child) -> Path:
        return self.logs / f"{child.name}.log"

    def _begin(self, child: Child) -> None:
        log, environ = self.log_of(child), child.environ_of(self.environ)
        if child.is_product and self.fork_server:
            child.process = self.fork_server.spawn(child.name, child.command, log=log, environ=environ)
        else:
            child.process = spawn(child.command, log=log, environ=environ, cwd=self.cwd)
        child.began = self.clock()

    def _end(self, child: Child) -> None:
        if child.process:
            stop(child.process, signal.SIGTERM, child.patience)
            child.process = None

    def _record_exit(self, child: Child) -> None:
        assert child.process
        code = child.process.returncode
        self._end(child)  # whatever it left in its process group
        if code == 0 and child.when_done:
            child.is_done = True
            return self.say(child.when_done)
        if self.clock() - child.began > STEADY:
            child.failures = 0
        wait = WAITS[min(child.failures, len(WAITS) - 1)]
        child.failures += 1
        child.due = self.clock() + wait
        self.say(f"{child.name} 意外退出（{code}），{wait:g} 秒后重新启动；日志：{self.log_of(child)}")
        return None
