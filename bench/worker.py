"""What it costs to receive a request before a thread takes it: beside gunicorn's own worker, with nothing to serve.

A request has the head and the body of a scan; the answer is empty.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import urllib3

from bench.installation import gunicorn
from bench.rush import rush
from examops.demo.servers.ports import stored_ports
from examops.demo.supervisor.demo import WORKER

CLIENTS, EACH, TIMES = 8, 100, 2
BODY = {"code": "A" * 26, "nonce": "0" * 36, "scanned_at": "2026-11-23T01:00:00+00:00", "via": "camera"}
HEADERS = {"Cookie": "examops=" + "x" * 200, "X-CSRFToken": "y" * 90}


def nothing(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start("200 OK", [("Content-Length", "0")])
    return [b""]


def run() -> list[dict[str, Any]]:
    """In turns, the lesser of two: what else the machine does adds to some of them."""
    found: dict[str, list[float]] = {WORKER: [], "gthread": []}
    with tempfile.TemporaryDirectory() as folder:
        port = stored_ports(Path(folder) / "web.json", ["web"])["web"]
        for _ in range(TIMES):
            for worker, kept in found.items():
                with gunicorn("bench.worker:nothing", port, dict(os.environ), worker) as address:
                    kept.append(_cpu_ms(address))
    ours, peer = min(found[WORKER]), min(found["gthread"])
    return [
        {
            "name": "worker.cpu",
            "ours": round(ours, 3),
            "peer": round(peer, 3),
            "peer_name": "gunicorn's own gthread",
            "ratio": round(ours / peer, 2),
            "unit": "CPU ms of a request with nothing to serve",
            "goal": "–",
        }
    ]


def _cpu_ms(address: str) -> float:
    def send(pool: urllib3.PoolManager, _: int) -> int:
        return pool.request("POST", address, json=BODY, headers=HEADERS).status

    rush([list(range(20))] * CLIENTS, send)
    return rush([list(range(EACH))] * CLIENTS, send).cpu_ms


if __name__ == "__main__":
    print(run())
