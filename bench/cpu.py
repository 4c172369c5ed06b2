"""CPU seconds of everything a benchmark has started: web, database, object store. Other work on the machine does not
change it, so it says more than a rate does on a machine that is not idle."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of_servers() -> float:
    """User and system time of all processes below this one."""
    parents = dict(_stats())
    below = {os.getpid()}
    while True:
        found = {pid for pid, (parent, _) in parents.items() if parent in below} - below
        if not found:
            break
        below |= found
    return sum(parents[pid][1] for pid in below - {os.getpid()} if pid in parents)


def _stats() -> Iterator[tuple[int, tuple[int, float]]]:
    """``(pid, (parent, seconds))``; ended children are counted with the one that waited for them."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        yield int(file.parent.name), (int(fields[1]), sum(int(value) for value in fields[11:15]) / TICKS)
