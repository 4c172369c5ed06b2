"""A live source: painted and encoded while somebody watches, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from examops.demo.testcam.encoder import Encoder, EncoderSettings
from examops.demo.testcam.model import Picture
from examops.demo.testcam.painter import Painter
from examops.demo.testcam.source import CLOCK_RATE, ParameterSets, PictureFault, Unit

_BUILDERS = threading.BoundedSemaphore(2)  # painters made at the same time: the first cameras are ready sooner
QUEUE_LIMIT = 64  # pictures a slow reader may be behind before it loses some


class LiveSource:
    """One painted camera. Nothing is painted while nobody reads."""

    def __init__(
        self, make_painter: Callable[[], Painter], settings: EncoderSettings, clock: Callable[[], float] = time.time
    ) -> None:
        self._make_painter, self._settings, self._clock = make_painter, settings, clock
        self._encoder = Encoder(settings)
        self._painter: Painter | None = None
        self._fault: PictureFault = "none"
        self._frozen_at: datetime | None = None
        self._grain = 0
        self._readers: dict[asyncio.Queue[Unit], asyncio.AbstractEventLoop] = {}
        self._lock, self._wake, self._closed = threading.Lock(), threading.Event(), False
        self._begins_anew = True  # somebody comes after nobody looked
        self._thread = threading.Thread(target=self._work, name="testcam-live", daemon=True)

    @property
    def parameter_sets(self) -> ParameterSets:
        return self._encoder.parameter_sets

    def set_fault(self, fault: PictureFault) -> None:
        self._frozen_at = datetime.fromtimestamp(self._clock(), UTC) if fault == "frozen" else None
        self._fault = fault

    def close(self) -> None:
        self._closed = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def begin(self) -> None:
        """Make the painter, which takes a second, before somebody reads."""
        with self._lock:
            if not self._thread.is_alive() and not self._closed:
                self._thread.start()

    async def units(self) -> AsyncIterator[Unit]:
        queue: asyncio.Queue[Unit] = asyncio.Queue()
        with self._lock:
            waits = not self._readers  # for the keyframe, past a picture that was being painted for nobody
            self._begins_anew = self._begins_anew or waits
            self._readers[queue] = asyncio.get_running_loop()
        self.begin()
        self._wake.set()
        try:
            while True:
                unit = await queue.get()
                waits = waits and not unit.keyframe
                if not waits:
                    yield unit
        finally:
            with self._lock:
                self._readers.pop(queue, None)

    def _work(self) -> None:
        with _BUILDERS:
            self._painter = self._make_painter()
        started, count, first = self._clock(), 0, 0
        if not self._readers:  # its people are cut out before somebody waits for them
            self._painted(datetime.fromtimestamp(started, UTC), 0)
        while not self._closed:
            self._wake.clear()
            if not self._readers:
                self._wake.wait(timeout=0.5)
                continue
            due = started + count / self._settings.fps
            late = self._clock() - due
            if self._begins_anew or late > 1:  # a keyframe comes first; too busy: leave pictures out, never slow down
                self._begins_anew = False
                count = first = max(count, int((self._clock() - started) * self._settings.fps) + 1)
                continue
            if late < 0:
                time.sleep(-late)
            self._publish(self._picture(started, count, keyframe=(count - first) % self._settings.gop == 0))
            count += 1

    def _picture(self, started: float, count: int, *, keyframe: bool) -> Unit:
        wall = started + count / self._settings.fps
        self._grain += keyframe
        picture = self._painted(datetime.fromtimestamp(wall, UTC), self._grain)
        frame = av.VideoFrame.from_ndarray(as_yuv(picture), format="yuv420p")
        nals = self._encoder.encode(frame, keyframe=keyframe)
        return Unit(count * CLOCK_RATE // self._settings.fps, wall, keyframe, nals)

    def _painted(self, at: datetime, grain: int) -> Picture:
        assert self._painter is not None, "the painter is made before the first picture"
        if self._fault == "black":
            return self._painter.paint_black(at, grain=grain)
        return self._painter.paint(at, scene_at=self._frozen_at, grain=0 if self._frozen_at else grain)

    def _publish(self, unit: Unit) -> None:
        with self._lock:
            readers = list(self._readers.items())
        for queue, loop in readers:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_offer, queue, unit)


def _offer(queue: asyncio.Queue[Unit], unit: Unit) -> None:
    """A reader that fell behind loses whole GOPs, as with a real camera's short buffer."""
    if queue.qsize() < QUEUE_LIMIT or unit.keyframe:
        while queue.qsize() >= QUEUE_LIMIT:
            queue.get_nowait()
        queue.put_nowait(unit)


def as_yuv(picture: Picture) -> NDArray[np.uint8]:
    """RGB (rows, columns, 3) to the planes of yuv420p, (rows * 3 / 2, columns)."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), np.uint8)
