"""The recorder's process: one event loop for all cameras, threads for everything slow."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import time
from pathlib import Path

from video.camera_session import CameraSession, Recorder
from video.identity import Identity, load_identity, logins_fault, pair
from video.pictures import Picture
from video.protocol import SNAPSHOT_SECONDS, HealthReport, Plan, SpoolReport, as_plan, no_plan, stale_seconds
from video.recorder.atomic_files import cause_of, read_json, write_json
from video.recorder.clocks import Clocks, format_time
from video.recorder.run import Limits
from video.recorder.spool import Spool, SpoolInUse
from video.server import Server, ServerUnavailable
from video.side_tasks import SideTasks
from video.snapshots import MAX_WIDTH, SMALL_WIDTH, small_jpeg
from video.trials import Trials
from video.uploader import Uploader

log = logging.getLogger("video.service")
SYNC_SECONDS, PLAN_SECONDS, HEALTH_SECONDS = 10.0, 3.0, 10.0
AGAIN_SECONDS = 0.1  # after the first failure, then twice as long each time: a server that starts is there soon
WATCHED_SNAPSHOT_SECONDS = 2.0
MAX_FAULTS = 20  # lines in the health report


class RecorderService:
    """Records the cameras of the server's plan and uploads what was recorded. ``run`` until ``stopping`` is set."""

    def __init__(
        self, spool: Spool, identity: Identity, server: Server, *, limits: Limits, clocks: Clocks | None = None
    ) -> None:
        self.spool, self.identity, self.server = spool, identity, server
        self.clocks = clocks or Clocks()
        self.uploader = Uploader(spool, server, self.clocks)
        self.recorder = Recorder(
            spool,
            identity.signer,
            self.clocks,
            limits,
            _stored_plan(spool.root / "plan.json"),
            self.uploader.wake,
        )
        self.cameras: dict[str, CameraSession] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.side_tasks = SideTasks(self.clocks.monotonic)
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Until SIGTERM or SIGINT: streams and segments are closed properly then."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stopping.set)
        self.spool.salvage(self.identity.signer)
        self.uploader.start()
        for work in (self._refresh_plan, self.sync_segments, self._report_health, self._upload_snapshots):
            self.side_tasks.start(work.__name__.strip("_"), work)
        self.side_tasks.start("trials", Trials(self.recorder, self.server).run)
        await self.stopping.wait()
        await self.side_tasks.stop()
        for task in self.tasks.values():
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        await asyncio.to_thread(self.uploader.stop, 5.0)

    async def _refresh_plan(self) -> None:
        again = AGAIN_SECONDS
        while True:
            wait = PLAN_SECONDS
            try:
                plan = as_plan(await asyncio.to_thread(self.server.call, "GET", "/plan"))
                self.recorder.follow(plan)
                self.start_cameras()  # before the disk has it
                await asyncio.to_thread(write_json, self.spool.root / "plan.json", plan)
                await asyncio.to_thread(self.spool.release_quarantined, set(plan.get("released") or ()))
                again = AGAIN_SECONDS
            except (ServerUnavailable, OSError, ValueError) as error:
                log.warning("plan: %s; the last one stays in force", error)
                wait, again = again, min(2 * again, PLAN_SECONDS)
            self.start_cameras()
            await asyncio.sleep(wait)

    def start_cameras(self) -> None:
        """Start a task for every camera of the plan that has none."""
        for camera in self.recorder.plan["cameras"]:
            uid = camera["camera_uid"]
            if uid not in self.tasks or self.tasks[uid].done():
                if uid in self.tasks:
                    log.error("camera %s: its task ended; it begins again", uid)
                session = self.cameras.setdefault(uid, CameraSession(uid, self.recorder))
                self.tasks[uid] = asyncio.create_task(session.run())

    async def sync_segments(self) -> None:
        """Bring what was written to disk every ten seconds, in a thread: a power cut loses no more than that."""
        while True:
            await asyncio.sleep(SYNC_SECONDS)
            for camera in list(self.cameras.values()):
                segment, stream = camera.segment, camera.stream
                if segment is None:
                    continue
                try:
                    await asyncio.to_thread(_sync, segment.file_number)
                except OSError as error:  # what was written may be lost, and the system says so only once
                    if stream is not None:
                        stream.fail(error)

    async def _report_health(self) -> None:
        again = AGAIN_SECONDS
        while True:
            wait = HEALTH_SECONDS
            spool = await asyncio.to_thread(self.spool_report)
            report: HealthReport = {"cameras": [camera.report() for camera in self.cameras.values()], "spool": spool}
            try:
                await asyncio.to_thread(self.server.call, "POST", "/health", report)
                again = AGAIN_SECONDS
            except (ServerUnavailable, PermissionError) as error:
                log.warning("health: %s", error)
                wait, again = again, min(2 * again, HEALTH_SECONDS)
            await asyncio.sleep(wait)

    def spool_report(self) -> SpoolReport:
        """What the recorder says of itself. Where the disk says nothing, the cameras must be heard of all the same."""
        try:
            fill: float | None = self.spool.disk_fill_percent()
            aside = [f"set aside: {name}" for name in self.spool.names_set_aside()]
        except OSError as error:
            fill, aside = None, [f"spool: {cause_of(error)}"]
        return {"disk_fill_percent": fill, "faults": [*self._faults(), *aside][:MAX_FAULTS]}

    def _faults(self) -> list[str]:
        uploading = [] if self.uploader.is_alive else ["uploader: ended for good"]
        logins = logins_fault(self.spool.root)
        return [*self.side_tasks.faults(), *uploading, *([logins] if logins else [])]

    async def _upload_snapshots(self) -> None:
        while True:
            for camera in list(self.cameras.values()):
                picture = self._due_snapshot(camera)
                if picture is not None:
                    asked = self.clocks.monotonic()
                    if await asyncio.to_thread(self._send_snapshot, camera.uid, picture):
                        camera.snapshot_at = asked
                    else:
                        camera.snapshot_refused_at = asked
            await asyncio.sleep(0.5)

    def _due_snapshot(self, camera: CameraSession) -> Picture | None:
        """The newest keyframe, if a snapshot is due and it still shows the present."""
        plan, now = self.recorder.plan, self.clocks.monotonic()
        idle_seconds = float(plan.get("snapshot_seconds") or SNAPSHOT_SECONDS)
        every = WATCHED_SNAPSHOT_SECONDS if camera.uid in (plan.get("live") or ()) else idle_seconds
        picture = camera.track.newest_key if camera.track else None
        is_early = now - camera.snapshot_at < every or now - camera.snapshot_refused_at < WATCHED_SNAPSHOT_SECONDS
        if picture is None or is_early or now - picture.arrived >= stale_seconds(plan):
            return None
        return picture

    def _send_snapshot(self, camera_uid: str, picture: Picture) -> bool:
        """False where the server did not take it: then it is sent again soon."""
        jpeg = small_jpeg(picture, snapshot_width(self.recorder.plan, camera_uid))
        if jpeg is None:
            return True
        taken = self.clocks.wall() - (self.clocks.monotonic() - picture.arrived)
        headers = {"Content-Type": "image/jpeg", "X-Taken-At": format_time(taken)}
        try:
            self.server.call("POST", f"/snapshot/{camera_uid}", headers=headers, raw=jpeg)
        except (ServerUnavailable, PermissionError) as error:
            log.warning("snapshot: %s", error)
            return False
        return True


def snapshot_width(plan: Plan, camera_uid: str) -> int:
    """Pixels of the next picture for the wall; a server that says nonsense gets small ones."""
    if camera_uid not in (plan.get("large") or ()):
        return SMALL_WIDTH
    width = plan.get("large_width")
    return width if isinstance(width, int) and SMALL_WIDTH <= width <= MAX_WIDTH else SMALL_WIDTH


def _stored_plan(path: Path) -> Plan:
    """The last plan, for a start without the server. A file that cannot be read must not keep the recorder down."""
    try:
        return as_plan(read_json(path, no_plan()))
    except ValueError as error:
        log.error("%s cannot be read, waiting for the server's plan: %s", path.name, error)
        return no_plan()


def _sync(file_number: int) -> None:
    """Raises OSError when the disk refuses."""
    try:
        os.fdatasync(file_number)
    except OSError as error:
        if error.errno != errno.EBADF:  # closed meanwhile, and closing syncs
            raise


def record(url: str, code: str, spool_folder: Path, name: str, limits: Limits) -> int:
    """The command: pair if necessary, then record until stopped. Returns the exit code.

    2 where somebody has to pair or repair it, 3 where another recorder uses the folder.
    """
    try:
        spool, server = Spool(spool_folder, exclusive=True), Server(url.rstrip("/"))
        identity = load_identity(spool_folder)
    except SpoolInUse as error:
        log.error("%s; stop the other recorder first, or give this one a folder of its own", error)
        return 3
    except ValueError as error:
        log.error("%s; put the file right, or remove it and pair this box again", error)
        return 2
    again = AGAIN_SECONDS
    while identity is None:
        try:
            identity = pair(spool_folder, server, code, name)
        except ServerUnavailable as error:
            log.warning("pairing: %s; trying again", error)
            time.sleep(again)
            again = min(2 * again, PLAN_SECONDS)
        except PermissionError:
            log.error("pairing: the code is wrong, used or expired; ask for a new one")
            return 2
    server.token = identity.token
    asyncio.run(RecorderService(spool, identity, server, limits=limits).run())
    return 0
