"""CPU seconds of everything a benchmark has started: web, database, object store. Other work on the machine does not
change it, so it says more than a rate does on a machine that is not idle."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of_servers(without: tuple[str, ...] = ()) -> float:
    """User and system seconds of all processes below this one, but not of the programs ``without`` and their own."""
    stats = list(_stats())
    parents = {pid: found for pid, name, found in stats if name not in without}
    below = {os.getpid()}
    while True:
        found = {pid for pid, (parent, _) in parents.items() if parent in below} - below
        if not found:
            break
        below |= found
    return sum(parents[pid][1] for pid in below - {os.getpid()} if pid in parents)


def _stats() -> Iterator[tuple[int, str, tuple[int, float]]]:
    """``(pid, program, (parent, seconds))``; ended children are counted with the one that waited for them."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = file.read_text().partition("(")[2].rpartition(")")
            fields = rest.split()
        except OSError:  # it ended meanwhile
            continue
        yield int(file.parent.name), name, (int(fields[1]), sum(int(value) for value in fields[11:15]) / TICKS)
