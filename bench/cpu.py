"""CPU seconds of everything a benchmark has started: web, database, object store. Other work on the machine does not
change it, so it says more than a rate does on a machine that is not idle."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cpu:
    """User and system seconds: of the database's processes, and of all the others (web, object store)."""

    web: float
    database: float

    def __sub__(self, before: Cpu) -> Cpu:
        return Cpu(self.web - before.web, self.database - before.database)


def cpu_of_servers(without: tuple[str, ...] = ()) -> Cpu:
    """Of all processes below this one, but of the programs ``without`` and what those have started."""
    found = {pid: (parent, name, seconds) for pid, parent, name, seconds in _stats() if name not in without}
    below = {os.getpid()}
    while more := {pid for pid, (parent, _, _) in found.items() if parent in below} - below:
        below |= more
    spent = [found[pid][1:] for pid in below - {os.getpid()} if pid in found]
    database = sum(seconds for name, seconds in spent if name == "postgres")
    return Cpu(sum(seconds for _, seconds in spent) - database, database)


def _stats() -> Iterator[tuple[int, int, str, float]]:
    """``(pid, parent, name, seconds)``; ended children are counted with the one that waited for them."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            head, _, rest = file.read_text().rpartition(")")
        except OSError:  # it ended meanwhile
            continue
        fields = rest.split()
        seconds = sum(int(value) for value in fields[11:15]) / TICKS
        yield int(file.parent.name), int(fields[1]), head.partition("(")[2], seconds


def cpu_of_installation(port: int, database: str) -> Cpu:
    """Seconds of one web and of the database's processes that serve it, by ``/proc/PID/task/*/schedstat``: to the
    nanosecond, and without what the database does for anybody else (vacuum, another installation)."""
    web, served = f"127.0.0.1:{port}".encode(), f" {database} ".encode()
    spent = {"web": 0, "database": 0}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
        except OSError:  # it ended meanwhile
            continue
        if web in line:
            spent["web"] += _nanoseconds(folder)
        elif line.startswith(b"postgres: ") and served in line:
            spent["database"] += _nanoseconds(folder)
    return Cpu(spent["web"] / 1e9, spent["database"] / 1e9)


def _nanoseconds(folder: Path) -> int:
    found = 0
    for file in folder.glob("task/*/schedstat"):
        try:
            found += int(file.read_text().split()[0])
        except OSError:
            continue
    return found
