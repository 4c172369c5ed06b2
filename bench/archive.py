"""Draining a spool into the archive: the uploader through the real server and store, against bare PUTs of the same
bytes.

Sixteen cameras at about 4 Mbit/s have recorded two minutes while the server was away. The spool is made by the
recorder's own tracks from an encoded clip, with clocks that are set; web, database and store are those of an
installation, all on this machine.
"""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import urllib3

from bench.installation import installation
from bench.recorded_site import drain, record, site_with_cameras
from examops.core.store import Store
from video.identity import pair
from video.recorder.spool import ClosedSegment, Spool
from video.server import Server

CAMERAS, MINUTES = 16, 2
PEER = "a bare urllib3 loop of the same PUTs"


def run() -> list[dict[str, Any]]:
    """About a minute, and a gigabyte of disk twice."""
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as (settings, address):
        spool, server = Spool(Path(folder) / "spool"), Server(address)
        code, armings = site_with_cameras(settings, CAMERAS)
        identity = pair(spool.root, server, code, "bench")
        server.token = identity.token
        record(spool, identity.signer, armings, MINUTES)
        items = list(spool.closed_segments())
        size = sum(item.path.stat().st_size for item in items)
        ours = _seconds(lambda: drain(spool, server))
        peer = _peer(Store.everyday(settings), items)
    assert len(items) == CAMERAS * MINUTES
    footage = 60 * MINUTES  # seconds that all cameras recorded at once
    return [
        _row("archive.megabytes", size / 1e6 / ours, size / 1e6 / peer, "MB/s", ">= 0.5"),
        _row("archive.segments", len(items) / ours, len(items) / peer, "segments/s", ">= 0.5"),
        _row(f"archive.real_time_{CAMERAS}_cameras", footage / ours, footage / peer, "times real time", "ours >= 3"),
    ]


def _row(name: str, ours: float, peer: float, unit: str, goal: str) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours, 2),
        "peer": round(peer, 2),
        "peer_name": PEER,
        "ratio": round(ours / peer, 3),
        "unit": unit,
        "goal": goal,
    }


def _peer(store: Store, items: list[ClosedSegment]) -> float:
    """Seconds for the same bytes, one PUT after the other, nothing announced and nothing confirmed."""
    lives = timedelta(hours=1)
    uploads = [store.upload_url("footage", f"bench/{n}", item.sidecar["sha256"], lives) for n, item in enumerate(items)]
    pool = urllib3.PoolManager(retries=False)

    def put() -> None:
        for upload, item in zip(uploads, items, strict=True):
            with item.path.open("rb") as file:
                length = {"Content-Length": str(item.path.stat().st_size)}
                answer = pool.request("PUT", upload.url, body=file, headers=upload.headers | length)
            assert answer.status == 200, answer.data

    return _seconds(put)


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    for result in run():
        print(result)
