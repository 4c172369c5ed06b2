"""The site recorder's process: one loop for all cameras, threads for everything slow."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import random
import signal
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from video.identity import Identity, camera_logins, known, pair
from video.recorder.atomic_files import read_json, write_json
from video.recorder.clocks import Clocks, seconds_of, stamp
from video.recorder.spool import Spool
from video.recorder.track import Limits, Track
from video.rtsp import StreamError, TimedOut
from video.rtsp.client import Stream, open_stream
from video.rtsp.conversation import Habits
from video.rtsp.errors import InternalError, WriteFailed, of_exception
from video.snapshots import small_jpeg
from video.uploader import Server, ServerAway, Uploader

log = logging.getLogger("video.service")
SYNC_SECONDS, PLAN_SECONDS, HEALTH_SECONDS = 10.0, 3.0, 10.0
STALE_SECONDS = 10.0  # where the plan does not say when a camera without a picture counts as offline


@dataclass
class Watch:
    """What the box knows of one camera right now."""

    uid: str
    state: str = "idle"
    detail: str = ""
    track: Track | None = None
    stream: Stream | None = None
    snapshot_at: float = 0.0
    pause: float = 0.0
    is_warned: bool = False
    habits: Habits = field(default_factory=Habits)

    @property
    def last_picture(self) -> float | None:
        """Monotonic seconds of the newest picture in this arming."""
        return self.track.last_picture_mono if self.track else None

    def state_at(self, now: float, stale_seconds: float) -> tuple[str, str]:
        """State and detail as the server is told: nobody records who has had no picture for so long."""
        is_stale = self.last_picture is None or now - self.last_picture > stale_seconds
        return ("offline", "timeout") if self.state == "recording" and is_stale else (self.state, self.detail)


class Site:
    def __init__(
        self, spool: Spool, identity: Identity, server: Server, *, limits: Limits, clocks: Clocks | None = None
    ) -> None:
        self.spool, self.identity, self.server, self.limits = spool, identity, server, limits
        self.clocks, self.rng = clocks or Clocks(), random.Random()
        self.plan: dict[str, Any] = read_json(spool.root / "plan.json", {"armings": [], "cameras": []})
        self.watches: dict[str, Watch] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.uploader = Uploader(spool, server, self.clocks)
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Until told to stop: SIGTERM and SIGINT close streams and segments properly."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stopping.set)
        self.spool.salvage(self.identity.signer)
        self.uploader.start()
        side = [
            asyncio.create_task(_for_ever(work))
            for work in (self._keep_plan, self._keep_synced, self._keep_health, self._keep_snapshots)
        ]
        await self.stopping.wait()
        for task in (*side, *self.tasks.values()):
            task.cancel()
        await asyncio.gather(*side, *self.tasks.values(), return_exceptions=True)
        await asyncio.to_thread(self.uploader.stop, 5.0)

    # The plan

    async def _keep_plan(self) -> None:
        while True:
            try:
                self.plan = await asyncio.to_thread(self.server.call, "GET", "/plan")
                await asyncio.to_thread(write_json, self.spool.root / "plan.json", self.plan)
                await asyncio.to_thread(self.spool.readmit, set(self.plan.get("released") or ()))
            except (ServerAway, OSError) as error:
                log.warning("plan: %s; the one known stays in force", error)
            self._start_cameras()
            await asyncio.sleep(PLAN_SECONDS)

    def _start_cameras(self) -> None:
        for camera in self.plan["cameras"]:
            uid = camera["camera_uid"]
            if uid not in self.tasks or self.tasks[uid].done():
                self.watches.setdefault(uid, Watch(uid))
                self.tasks[uid] = asyncio.create_task(self._watch(self.watches[uid]))

    def _arming(self, camera_uid: str) -> dict[str, Any] | None:
        now = self.clocks.wall()
        for arming in self.plan["armings"]:
            fits = arming["camera_uid"] == camera_uid and arming["state"] in ("planned", "armed")
            if fits and seconds_of(arming["start"]) <= now < seconds_of(arming["end"]):
                return arming
        return None

    # One camera

    async def _watch(self, watch: Watch) -> None:
        failures = 0
        try:
            while True:
                started = self.clocks.monotonic()
                try:
                    await self._record_once(watch)
                except Exception as error:
                    log.exception("camera %s", watch.uid)
                    self._broken(watch, of_exception(error))
                is_fresh = watch.state == "idle" or self.clocks.monotonic() - started > 30
                failures = 0 if is_fresh else failures + 1
                if watch.state != "idle":
                    backoff = min(12.0, 2.0 ** min(failures - 1, 4) if failures else 0.5)
                    await self._rest(watch, max(backoff, watch.pause) * (0.8 + 0.4 * self.rng.random()))
        except asyncio.CancelledError:
            with suppress(OSError):  # what cannot be closed now is salvaged at the next start
                self._leave_arming(watch, "operator")
            raise

    async def _record_once(self, watch: Watch) -> None:
        """One connection to the camera, from its first to its last picture; a second's wait where none is due."""
        arming = self._arming(watch.uid)
        if arming is not None:
            await self._stream(watch, self._track(watch, arming), arming)
        if self._arming(watch.uid) is None:
            self._leave_arming(watch, "session_end")
            watch.state = "idle"
            await asyncio.sleep(1.0)

    async def _rest(self, watch: Watch, seconds: float) -> None:
        """Before the next try. Another password is tried at once; a long silence is told while it lasts."""
        login, until = self._login(watch), self.clocks.monotonic() + seconds
        while (left := until - self.clocks.monotonic()) > 0 and self._arming(watch.uid) is not None:
            if watch.track is not None:
                with suppress(OSError):  # the disk refuses: told when it does not any more
                    watch.track.tell_long_gap()
            await asyncio.sleep(min(left, 1.0))
            if seconds > 20 and self._login(watch) != login:
                return

    def _login(self, watch: Watch) -> dict[str, str]:
        return camera_logins(self.spool.root).get(watch.uid, {})

    def _track(self, watch: Watch, arming: dict[str, Any]) -> Track:
        if watch.track is None or watch.track.arming_uid != arming["arming_uid"]:
            self._leave_arming(watch, "session_end")
            armed = seconds_of(arming["start"]), seconds_of(arming["end"])
            watch.track = Track(
                self.spool, self.identity.signer, watch.uid, arming["arming_uid"], armed, self.clocks, self.limits
            )
        return watch.track

    def _leave_arming(self, watch: Watch, reason: str) -> None:
        """Account for the armed time to its end. Raises OSError when the disk refuses; it is tried again then."""
        if watch.track is not None:
            watch.track.end_arming(reason)
            watch.track = None
            self.uploader.wake()

    async def _stream(self, watch: Watch, track: Track, arming: dict[str, Any]) -> None:
        """Record until the stream breaks or the arming ends."""
        login = self._login(watch)
        watch.state, watch.detail, watch.pause = "connecting", "", 0.0
        try:
            watch.stream = await open_stream(
                arming["source"], login.get("username", ""), login.get("password", ""), track.on_picture,
                clock=self.clocks.monotonic, wall=self.clocks.wall, habits=watch.habits, quiet=self.stale_seconds,
            )  # fmt: skip
        except StreamError as error:
            self._broken(watch, error)
            return
        try:
            await self._follow(watch, watch.stream, track)
        finally:
            stream, watch.stream = watch.stream, None
            await stream.close()

    async def _follow(self, watch: Watch, stream: Stream, track: Track) -> None:
        began = self.clocks.monotonic()
        while self._arming(watch.uid) is not None and not stream.ended.done():
            watch.state = "recording" if track.run else "connecting"
            await asyncio.wait({stream.ended}, timeout=1.0)
            silent = self.clocks.monotonic() - max(began, watch.last_picture or 0.0)
            if silent > self.stale_seconds + 2 and not stream.ended.done():  # the stream's own watch comes first
                stream.fail(TimedOut(f"no picture for {silent:.0f} s"))
            if stream.conversation.has_b_frames and not watch.is_warned:
                watch.is_warned = True
                log.warning(
                    "camera %s sends B-frames: switch them off, or its footage does not play smoothly", watch.uid
                )
        if stream.ended.done():
            why = stream.ended.exception()
            self._broken(watch, why if isinstance(why, StreamError) else StreamError("session_end"))

    def _broken(self, watch: Watch, error: StreamError) -> None:
        watch.state, watch.detail, watch.pause = "offline", error.reason, error.pause
        level = logging.ERROR if isinstance(error, WriteFailed | InternalError) else logging.WARNING
        log.log(level, "camera %s: %s (%s)", watch.uid, error.reason, error)
        if watch.track is not None:
            watch.track.end_run(error.reason, str(error) if isinstance(error, WriteFailed | InternalError) else "")

    @property
    def stale_seconds(self) -> float:
        """How long a camera may send no picture before it counts as offline; the server's rule of the day."""
        return float(self.plan.get("stale_seconds") or STALE_SECONDS)

    # Beside the cameras

    async def _keep_synced(self) -> None:
        """Bring what was written to disk every ten seconds, off the loop: a power cut loses no more."""
        while True:
            await asyncio.sleep(SYNC_SECONDS)
            for watch in list(self.watches.values()):
                segment, stream = watch.track.segment if watch.track else None, watch.stream
                if segment is None:
                    continue
                try:
                    await asyncio.to_thread(_sync, segment.file_number)
                except OSError as error:  # what was written may be lost: the system says so only once
                    if stream is not None:
                        stream.fail(error)

    async def _keep_health(self) -> None:
        while True:
            words = [self._word(watch) for watch in self.watches.values()]
            spool = {"disk_fill_percent": self.spool.disk_fill_percent()}
            try:
                await asyncio.to_thread(self.server.call, "POST", "/health", {"cameras": words, "spool": spool})
            except (ServerAway, PermissionError) as error:
                log.warning("health: %s", error)
            await asyncio.sleep(HEALTH_SECONDS)

    def _word(self, watch: Watch) -> dict[str, Any]:
        """What the server is told of one camera."""
        now, wall = self.clocks.monotonic(), self.clocks.wall()
        state, detail = watch.state_at(now, self.stale_seconds)
        if state != watch.state:
            log.error("camera %s counts as recording, but no picture came: it is offline", watch.uid)
        newest = None if watch.last_picture is None else stamp(wall - (now - watch.last_picture))
        return {
            "camera_uid": watch.uid, "state": state, "detail": detail, "at": stamp(wall), "skew_ms": _skew(watch),
            "last_picture_at": newest,
        }  # fmt: skip

    async def _keep_snapshots(self) -> None:
        while True:
            every = float(self.plan.get("snapshot_seconds") or 30)
            live = set(self.plan.get("live") or ())
            now = self.clocks.monotonic()
            for watch in list(self.watches.values()):
                wait = 2.0 if watch.uid in live else every
                picture = watch.track.newest_key if watch.track else None
                if (
                    picture is not None
                    and now - watch.snapshot_at >= wait
                    and now - picture.arrived < self.stale_seconds
                ):
                    watch.snapshot_at = now
                    await asyncio.to_thread(self._send_snapshot, watch.uid, picture)
            await asyncio.sleep(0.5)

    def _send_snapshot(self, camera_uid: str, picture: Any) -> None:
        jpeg = small_jpeg(picture)
        if jpeg is None:
            return
        taken = self.clocks.wall() - (self.clocks.monotonic() - picture.arrived)
        headers = {"Content-Type": "image/jpeg", "X-Taken-At": stamp(taken)}
        try:
            self.server.call("POST", f"/snapshot/{camera_uid}", headers=headers, raw=jpeg)
        except (ServerAway, PermissionError) as error:
            log.warning("snapshot: %s", error)


async def _for_ever(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Begin again whatever ends with an error: without its side tasks the recorder would be deaf or dumb."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("%s failed; it begins again", work.__name__)
        await asyncio.sleep(1.0)


def _sync(file_number: int) -> None:
    """Raises OSError when the disk refuses."""
    try:
        os.fdatasync(file_number)
    except OSError as error:
        if error.errno != errno.EBADF:  # closed meanwhile, and closing syncs
            raise


def _skew(watch: Watch) -> int | None:
    segment = watch.track.segment if watch.track else None
    return segment.tally.clock_offset_ms if segment else None


def record(url: str, code: str, spool_folder: Path, name: str, limits: Limits) -> int:
    """The command: pair when needed, then record until told to stop."""
    spool, server = Spool(spool_folder), Server(url.rstrip("/"))
    identity = known(spool_folder)
    while identity is None:
        try:
            identity = pair(spool_folder, server, code, name)
        except ServerAway as error:
            log.warning("pairing: %s; trying again", error)
            time.sleep(2)
        except PermissionError:
            log.error("pairing: the code is wrong, used or expired; ask for a new one")
            return 2
    server.token = identity.token
    asyncio.run(Site(spool, identity, server, limits=limits).run())
    return 0
