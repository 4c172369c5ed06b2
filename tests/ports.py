"""Ports for servers that tests start in processes of their own: picked here, and used a moment later.

They lie below those that the kernel gives to whoever connects (else a connection of somebody else takes one in
between) and below those of the embedded servers; each process of a run has its own.
"""

from __future__ import annotations

import itertools
import os

from examops.demo.servers.ports import is_free

FIRST, EACH, PROCESSES = 10_000, 480, 10  # up to 14,800
_next = itertools.count(os.getpid())  # another run of the same process's number begins elsewhere


def free_port() -> int:
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % PROCESSES
    for _ in range(EACH):
        port = FIRST + number * EACH + next(_next) % EACH
        if is_free(port):
            return port
    raise RuntimeError("no port is free")
