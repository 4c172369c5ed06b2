"""A fitness trial: one camera is pulled for a while, measured and pictured; nothing of it is kept on this box."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from video.pictures import Picture
from video.protocol import CameraLogin, PlannedTrial, TrialMeasures
from video.recorder.clocks import Clocks, format_time
from video.rtsp import StreamError
from video.rtsp.client import Stream, open_stream
from video.snapshots import small_jpeg

PICTURE_WIDTH = 1280
AGAIN_SECONDS = 2.0  # until the next try of a camera that does not answer, or broke off
TICKS = 90_000
Send = Callable[..., Any]


@dataclass
class TrialMeter:
    """Takes every picture of a trial. ``gap``: a pause beyond these seconds is time without a picture."""

    began: float
    gap: float
    first: Picture | None = None
    last: Picture | None = None
    frames: int = 0
    bytes: int = 0
    lost_packets: int = 0
    damaged_frames: int = 0
    pauses: int = 0
    paused: float = 0.0
    longest_pause: float = 0.0
    clock_offset_ms: int | None = None
    keyframes: list[Picture] = field(default_factory=list)

    def on_picture(self, picture: Picture) -> None:
        if self.last is not None:
            pause = picture.arrived - self.last.arrived
            self.longest_pause = max(self.longest_pause, pause)
            if pause > self.gap:
                self.pauses, self.paused = self.pauses + 1, self.paused + pause
        self.first, self.last = self.first or picture, picture
        self.frames += 1
        self.bytes += sum(len(nal) + 4 for nal in picture.nals)
        self.lost_packets += picture.lost_packets
        self.damaged_frames += picture.is_damaged
        if picture.clock_offset_ms is not None:
            self.clock_offset_ms = picture.clock_offset_ms
        if picture.is_key and picture.params:
            # The first, one in between and the last: what changes over a minute shows in three pictures.
            self.keyframes = [*self.keyframes[:2], picture] if len(self.keyframes) >= 2 else [*self.keyframes, picture]

    def measures(self, until: float, breaks: int) -> TrialMeasures:
        """What came up to ``until`` (monotonic seconds). Time after the last picture counts as a pause, too."""
        assert self.first
        assert self.last
        tail = until - self.last.arrived
        paused = self.paused + (tail if tail > self.gap else 0.0)
        seconds = max(0.001, self.last.arrived - self.first.arrived)
        params = next((one.params for one in self.keyframes if one.params), None)
        return {
            "first_picture_ms": round((self.first.arrived - self.began) * 1000),
            "seconds": round(until - self.first.arrived, 3),
            "width": params.width if params else 0,
            "height": params.height if params else 0,
            "codec": params.codec if params else "",
            "frames": self.frames,
            "frames_per_second": round((self.frames - 1) / seconds, 2),
            "bytes_per_second": round(self.bytes / seconds),
            "gaps": self.pauses + (tail > self.gap) + breaks,
            "gap_ms": round(paused * 1000),
            "longest_pause_ms": round(max(self.longest_pause, tail) * 1000),
            "lost_packets": self.lost_packets,
            "damaged_frames": self.damaged_frames,
            "clock_offset_ms": self.clock_offset_ms,
        }


@dataclass
class TrialRun:
    """One run of one trial. ``run`` returns when everything was reported. Raises what ``send`` raises."""

    trial: PlannedTrial
    login: CameraLogin
    clocks: Clocks
    send: Send
    quiet: float
    error: StreamError | None = None
    breaks: int = 0

    async def run(self, run_uid: str) -> None:
        meter = TrialMeter(self.clocks.monotonic(), self.trial["gap_ms"] / 1000)
        await self._pull(meter)
        until = self.clocks.monotonic()
        if meter.first is None or not meter.keyframes:
            await self._report(run_uid, self._could_not_run())
            return
        for number, picture in enumerate(meter.keyframes, start=1):
            await self._send_picture(run_uid, number, picture)
        await self._report(run_uid, {"state": "done", "measures": meter.measures(until, self.breaks)})

    async def _pull(self, meter: TrialMeter) -> None:
        """For the seconds of the trial from the first picture on; a camera has as many to send its first."""
        clock = self.clocks.monotonic
        deadline = clock() + self.trial["seconds"]
        while (left := deadline - clock()) > 0:
            try:
                stream = await self._open(meter)
                await self._watch(stream, meter, deadline)
            except StreamError as error:
                self.error = error
                self.breaks += meter.first is not None
                await asyncio.sleep(min(max(AGAIN_SECONDS, error.pause), left))
            if meter.first is not None:
                deadline = min(deadline, meter.first.arrived + self.trial["seconds"])

    async def _open(self, meter: TrialMeter) -> Stream:
        return await open_stream(
            self.trial["source"],
            self.login["username"],
            self.login["password"],
            meter.on_picture,
            clock=self.clocks.monotonic,
            wall=self.clocks.wall,
            quiet=self.quiet,
            is_fine=True,  # pauses are what is measured
        )

    async def _watch(self, stream: Stream, meter: TrialMeter, deadline: float) -> None:
        """Until the time is over; raises the error of a stream that ends before."""
        clock = self.clocks.monotonic
        try:
            while not stream.ended.done():
                end = meter.first.arrived + self.trial["seconds"] if meter.first else deadline
                if clock() >= end:
                    return
                await asyncio.wait({stream.ended}, timeout=min(0.5, max(0.01, end - clock())))
            error = stream.ended.exception()
            raise error if isinstance(error, StreamError) else StreamError("session_end")
        finally:
            await stream.close()

    def _could_not_run(self) -> dict[str, Any]:
        error = self.error
        cause = (error.code or error.reason) if error else "no_picture"
        return {"state": "could_not_run", "cause": cause}

    async def _send_picture(self, run_uid: str, number: int, picture: Picture) -> None:
        jpeg = await asyncio.to_thread(small_jpeg, picture, PICTURE_WIDTH)
        if jpeg is None:
            return
        taken = self.clocks.wall() - (self.clocks.monotonic() - picture.arrived)
        headers = {
            "Content-Type": "image/jpeg",
            "X-Taken-At": format_time(taken),
            "X-Run": run_uid,
            "X-Number": str(number),
        }
        path = f"/trials/{self.trial['trial_uid']}/pictures"
        await asyncio.to_thread(self.send, "POST", path, headers=headers, raw=jpeg)

    async def _report(self, run_uid: str, result: dict[str, Any]) -> None:
        path = f"/trials/{self.trial['trial_uid']}/result"
        await asyncio.to_thread(self.send, "POST", path, {"run_uid": run_uid, **result})
