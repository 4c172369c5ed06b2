"""``python -m bench.recording FOLDER ADDRESS…``: the site recorder's own loop without a server and without uploads.

Cameras, tracks, segments of a minute with digest and signed sidecar, a sync every ten seconds: as on a box.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

from video.identity import Identity
from video.recorder.clocks import Clocks, stamp
from video.recorder.signing import Signer
from video.recorder.spool import Spool
from video.recorder.track import Limits
from video.service import Site
from video.uploader import Server


async def _record(folder: Path, addresses: list[str]) -> None:
    clocks = Clocks()
    site = Site(Spool(folder), Identity("bench", "", Signer.new()), Server(""), limits=Limits(), clocks=clocks)
    now = clocks.wall()
    armings: list[dict[str, Any]] = [
        {"camera_uid": f"camera-{n}", "arming_uid": f"arming-{n}", "state": "armed", "source": address,
         "start": stamp(now), "end": stamp(now + 3600)}
        for n, address in enumerate(addresses)
    ]  # fmt: skip
    site.plan = {"armings": armings, "cameras": [{"camera_uid": one["camera_uid"]} for one in armings]}
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, site.stopping.set)
    site._start_cameras()
    syncing = asyncio.create_task(site._keep_synced())
    await site.stopping.wait()
    for task in (syncing, *site.tasks.values()):
        task.cancel()
    await asyncio.gather(syncing, *site.tasks.values(), return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(_record(Path(sys.argv[1]), sys.argv[2:]))
