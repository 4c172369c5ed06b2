"""One camera of a recorder: connects while an arming holds, records, and begins again after every failure."""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from video.identity import login_of
from video.protocol import CameraLogin, CameraReport, Plan, PlannedArming, current_arming, stale_seconds
from video.recorder.clocks import Clocks, format_time, parse_time
from video.recorder.run import Limits
from video.recorder.segment import OpenSegment
from video.recorder.signing import Signer
from video.recorder.spool import Spool
from video.recorder.track import Track
from video.rtsp import StreamError, TimedOut
from video.rtsp.client import Stream, open_stream
from video.rtsp.dialogue import CameraQuirks
from video.rtsp.errors import InternalError, Readdressed, WriteFailed, error_for_exception
from video.rtsp.rounds import seconds_to_round

log = logging.getLogger("video.camera")
MAX_BACKOFF, GOOD_STREAM_SECONDS = 12.0, 30.0
MONITOR_SECONDS = 1.0
WATCHDOG_MARGIN = 2.0  # seconds that the stream's own limit has to end it first


@dataclass
class Recorder:
    """What all cameras of a recorder share. :meth:`follow` replaces ``plan``; ``on_closed`` wakes the uploader."""

    spool: Spool
    signer: Signer
    clocks: Clocks
    limits: Limits
    plan: Plan
    on_closed: Callable[[], None]
    rng: random.Random = field(default_factory=random.Random)
    _replaced: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def follow(self, plan: Plan) -> None:
        """From now on this plan; a camera that waits for an arming looks at once."""
        self.plan = plan
        self._replaced.set()
        self._replaced = asyncio.Event()

    async def wait_for_plan(self, seconds: float) -> None:
        """Until the next plan, and no longer than that."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._replaced.wait(), seconds)


@dataclass
class CameraSession:
    """``state`` and ``detail`` are those of the health report, ``pause`` the seconds an error asks to wait.

    ``detail`` is the code of the error that ended the last stream, or its reason.
    """

    uid: str
    recorder: Recorder
    state: str = "idle"
    detail: str = ""
    track: Track | None = None
    stream: Stream | None = None
    snapshot_at: float = 0.0
    snapshot_refused_at: float = -math.inf
    pause: float = 0.0
    has_warned_of_b_frames: bool = False
    _seen: tuple[str, float] = ("", 0.0)  # the arming at the last look, and when that was (wall clock; 0: never)
    _told_at: float = 0.0
    quirks: CameraQuirks = field(default_factory=CameraQuirks)

    async def run(self) -> None:
        """Until cancelled. No failure of camera, disk or program leaves this loop."""
        failures = 0
        try:
            while True:
                began = self.recorder.clocks.monotonic()
                await self._record_guarded()
                is_fresh = self.state == "idle" or self.recorder.clocks.monotonic() - began > GOOD_STREAM_SECONDS
                failures = 0 if is_fresh else failures + 1
                if self.state != "idle":
                    await self._back_off(max(_backoff(failures), self.pause) * self.recorder.rng.uniform(0.8, 1.2))
        except asyncio.CancelledError:
            with suppress(OSError):  # what cannot be closed now is salvaged at the next start
                self._end_arming("operator")
            raise

    async def _record_guarded(self) -> None:
        try:
            await self._record()
        except Exception as error:
            log.exception("camera %s", self.uid)
            self._stream_failed(error_for_exception(error))

    async def _record(self) -> None:
        """One connection from its first to its last picture; a second's wait, or until the next plan, where no
        arming holds."""
        arming = self._arming()
        if arming is not None:
            await self._record_stream(self._track_of(arming), arming)
        if self._arming() is None:
            self._end_arming("session_end")
            self.state = "idle"
            await self.recorder.wait_for_plan(1.0)

    async def _back_off(self, seconds: float) -> None:
        """Wait before the next try; a changed login ends a long wait. A long gap is written down while it lasts."""
        clock, login = self.recorder.clocks.monotonic, self._login()
        until = clock() + seconds
        while (left := until - clock()) > 0 and self._arming() is not None:
            if self.track is not None:
                with suppress(OSError):  # the disk refuses: written down when it takes writes again
                    self.track.record_long_gap()
            await asyncio.sleep(min(left, 1.0))
            if seconds > 20 and self._login() != login:
                return

    def _arming(self) -> PlannedArming | None:
        """The arming that holds now. One that is new was unknown to this box until the last look."""
        now = self.recorder.clocks.wall()
        arming = current_arming(self.recorder.plan, self.uid, now)
        uid = arming["arming_uid"] if arming else ""
        if uid != self._seen[0]:
            self._told_at = self._seen[1] or now
        self._seen = uid, now
        return arming

    def _login(self) -> CameraLogin:
        return login_of(self.recorder.spool.root, self.recorder.plan, self.uid)

    def _track_of(self, arming: PlannedArming) -> Track:
        if self.track is None or self.track.arming_uid != arming["arming_uid"]:
            self._end_arming("session_end")
            armed = parse_time(arming["start"]), parse_time(arming["end"])
            shared = self.recorder
            stands = float(shared.plan.get("picture_seconds") or shared.limits.max_stand)
            limits = replace(shared.limits, max_stand=stands)
            self.track = Track(
                shared.spool, shared.signer, self.uid, arming["arming_uid"], armed, shared.clocks, limits, self._told_at
            )
        return self.track

    def _end_arming(self, reason: str) -> None:
        """Account for the armed time to its end. Raises OSError when the disk refuses; it is tried again then."""
        if self.track is not None:
            self.track.end_arming(reason)
            self.track = None
            self.recorder.on_closed()

    # One stream

    async def _record_stream(self, track: Track, arming: PlannedArming) -> None:
        """Record until the stream breaks or the arming ends."""
        login, clocks = self._login(), self.recorder.clocks
        self.state, self.detail, self.pause = "connecting", "", 0.0
        try:
            stream = await open_stream(
                arming["source"],
                login["username"],
                login["password"],
                track.on_picture,
                clock=clocks.monotonic,
                wall=clocks.wall,
                quirks=self.quirks,
                quiet=stale_seconds(self.recorder.plan),
            )
        except StreamError as error:
            self._stream_failed(error)
            return
        self.stream = stream
        try:
            await self._monitor(stream, track, arming["source"])
        finally:
            self.stream = None
            await stream.close()

    async def _monitor(self, stream: Stream, track: Track, source: str) -> None:
        began = self.recorder.clocks.monotonic()
        while (arming := self._arming()) is not None and not stream.ended.done():
            if arming["source"] != source:
                stream.fail(Readdressed("the plan has another address"))
                break
            self.state = "recording" if track.run else "connecting"
            await asyncio.wait({stream.ended}, timeout=seconds_to_round(MONITOR_SECONDS))
            silent = self.recorder.clocks.monotonic() - max(began, self.last_picture or 0.0)
            if silent > stale_seconds(self.recorder.plan) + WATCHDOG_MARGIN and not stream.ended.done():
                stream.fail(TimedOut(f"no picture for {silent:.0f} s", "no_picture"))
            self._warn_of_b_frames(stream)
        if stream.ended.done():
            error = stream.ended.exception()
            self._stream_failed(error if isinstance(error, StreamError) else StreamError("session_end"))

    def _stream_failed(self, error: StreamError) -> None:
        self.state, self.detail, self.pause = "offline", error.code or error.reason, error.pause
        is_ours = isinstance(error, WriteFailed | InternalError)
        log.log(logging.ERROR if is_ours else logging.WARNING, "camera %s: %s (%s)", self.uid, error.reason, error)
        if self.track is not None:
            self.track.end_run(error.reason, error.detail)

    def _warn_of_b_frames(self, stream: Stream) -> None:
        if stream.conversation.has_b_frames and not self.has_warned_of_b_frames:
            self.has_warned_of_b_frames = True
            log.warning("camera %s sends B-frames: switch them off, or its footage does not play smoothly", self.uid)

    # What others ask

    @property
    def last_picture(self) -> float | None:
        """Monotonic seconds of the newest picture in this arming."""
        return self.track.last_picture_mono if self.track else None

    @property
    def segment(self) -> OpenSegment | None:
        """The segment that is being written."""
        return self.track.segment if self.track else None

    def state_at(self, now: float, limit: float) -> tuple[str, str]:
        """State and detail of the health report: a camera without a picture for ``limit`` seconds records nothing."""
        is_stale = self.last_picture is None or now - self.last_picture > limit
        return ("offline", "timeout") if self.state == "recording" and is_stale else (self.state, self.detail)

    def report(self) -> CameraReport:
        """This camera in the health report."""
        now, wall = self.recorder.clocks.monotonic(), self.recorder.clocks.wall()
        state, detail = self.state_at(now, stale_seconds(self.recorder.plan))
        if state != self.state:
            log.error("camera %s counts as recording, but no picture came: it is offline", self.uid)
        newest = None if self.last_picture is None else format_time(wall - (now - self.last_picture))
        return {
            "camera_uid": self.uid,
            "state": state,
            "detail": detail,
            "at": format_time(wall),
            "skew_ms": self.segment.counters.clock_offset_ms if self.segment else None,
            "last_picture_at": newest,
        }


def _backoff(failures: int) -> float:
    """0.5 s after a good stream, then 1, 2, 4, 8 and 12 s."""
    return min(MAX_BACKOFF, 2.0 ** min(failures - 1, 4) if failures else 0.5)
