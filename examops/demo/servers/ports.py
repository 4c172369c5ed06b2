"""Free ports below 22000 (so that +10000 stays valid), chosen once and kept in a file."""

from __future__ import annotations

import json
import random
import socket
import time
from collections.abc import Iterable
from pathlib import Path

LOW, HIGH = 15000, 21900
GRPC = 10_000  # the S3 server opens port + 10000 beside each of its ports
PATIENCE = 3.0  # seconds: a server that was just killed may hold its port a moment longer


def is_free(port: int) -> bool:
    """Nobody listens on it, on this loopback address or on all of them."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(rng: random.Random, also: Iterable[int] = ()) -> int:
    """A port that is free together with each ``port + offset`` of ``also``."""
    offsets = (0, *also)
    for _ in range(500):
        port = rng.randrange(LOW, HIGH)
        if all(is_free(port + offset) for offset in offsets):
            return port
    raise RuntimeError(f"no free port between {LOW} and {HIGH}")


def stored_ports(file: Path, names: Iterable[str], also: Iterable[int] = ()) -> dict[str, int]:
    """Name → port, from ``file``. Missing ports, and those that another process uses now, are chosen again."""
    known, rng, offsets = _read(file), random.Random(), tuple(also)
    ports: dict[str, int] = {}
    for name in names:
        port = known.get(name, 0)
        usable = port > 0 and port not in ports.values() and _becomes_free(port, (0, *offsets))
        while not usable:
            port = free_port(rng, offsets)
            usable = port not in ports.values()
        ports[name] = port
    file.write_text(json.dumps(ports))
    return ports


def _read(file: Path) -> dict[str, int]:
    try:
        return {str(name): int(port) for name, port in json.loads(file.read_text()).items()}
    except (OSError, ValueError, AttributeError):
        return {}  # never written, or cut short: any free port will do


def _becomes_free(port: int, offsets: Iterable[int]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not all(is_free(port + offset) for offset in offsets):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
