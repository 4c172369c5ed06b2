"""``python -m bench.recording FOLDER ADDRESS…``: the site recorder's own loop without a server and without uploads.

Cameras, tracks, segments of a minute with digest and signed sidecar, a sync every ten seconds: as on a box.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from video.identity import Identity
from video.protocol import PlannedArming
from video.recorder.clocks import Clocks, format_time
from video.recorder.run import Limits
from video.recorder.signing import Signer
from video.recorder.spool import Spool
from video.server import Server
from video.service import RecorderService


async def _record(folder: Path, addresses: list[str]) -> None:
    clocks = Clocks()
    service = RecorderService(
        Spool(folder), Identity("bench", "", Signer.new()), Server(""), limits=Limits(), clocks=clocks
    )
    now = clocks.wall()
    armings: list[PlannedArming] = [
        {
            "camera_uid": f"camera-{n}",
            "arming_uid": f"arming-{n}",
            "state": "armed",
            "source": address,
            "start": format_time(now),
            "end": format_time(now + 3600),
        }
        for n, address in enumerate(addresses)
    ]
    service.recorder.plan = {"armings": armings, "cameras": [{"camera_uid": one["camera_uid"]} for one in armings]}
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, service.stopping.set)
    service.start_cameras()
    syncing = asyncio.create_task(service.sync_segments())
    await service.stopping.wait()
    for task in (syncing, *service.tasks.values()):
        task.cancel()
    await asyncio.gather(syncing, *service.tasks.values(), return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(_record(Path(sys.argv[1]), sys.argv[2:]))
