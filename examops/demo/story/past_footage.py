"""Footage of a session that is over: the drawn cameras at its hours, through the recorder's own track, spool and
upload."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import av

from examops.demo.testcam.command import drawn
from examops.demo.testcam.encoder import Encoder, EncoderSettings
from examops.demo.testcam.live import as_yuv
from video.pictures import Params, Picture
from video.recorder.clocks import Clocks
from video.recorder.signing import Signer
from video.recorder.spool import Spool
from video.recorder.track import Track
from video.rtsp.sps import read_params
from video.server import Server
from video.uploader import Uploader

SIZE, BITRATE = (1280, 720), 130_000
GOP = 4  # seconds; a cheap camera set to one picture a second
DAY = 86_400.0


@dataclass(frozen=True)
class CameraFault:
    """A fault of a camera: start and length in seconds, from the start of its arming."""

    start: float
    length: float
    kind: str  # "black": black pictures; any other value: no pictures, for this reason of the recorder


@dataclass
class RecordingClock:
    """A clock set by hand to the time of the picture that is recorded (``now``: Unix seconds)."""

    now: float

    def clocks(self) -> Clocks:
        return Clocks(monotonic=lambda: self.now, wall=lambda: self.now)


@dataclass
class PastCamera:
    """One drawn camera, recorded over its arming (``armed``: Unix seconds); continues where an earlier run stopped."""

    camera_uid: uuid.UUID
    arming_uid: uuid.UUID
    room: str
    position: str
    armed: tuple[float, float]
    faults: tuple[CameraFault, ...] = ()
    clock: RecordingClock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = RecordingClock(self.armed[0])

    def record(self, spool: Spool, signer: Signer) -> Iterator[float]:
        """Record second by second; yields the fraction that is done."""
        camera, arming = str(self.camera_uid), str(self.arming_uid)
        track = Track(spool, signer, camera, arming, self.armed, self.clock.clocks())
        encoder = Encoder(EncoderSettings(*SIZE, 1, GOP, BITRATE))
        params = _params(encoder)
        painter = drawn(self.room, self.position, SIZE)
        first = int(track.covered_until - self.armed[0])
        length = int(self.armed[1] - self.armed[0])
        for second in range(first, length):
            self.clock.now = self.armed[0] + second
            fault = next((one for one in self.faults if one.start <= second < one.start + one.length), None)
            if fault is not None and fault.kind != "black":
                track.end_run(fault.kind)
                continue
            at, is_key = datetime.fromtimestamp(self.clock.now, UTC), (second - first) % GOP == 0
            picture = painter.paint_black(at) if fault else painter.paint(at, grain=second // GOP)
            frame = av.VideoFrame.from_ndarray(as_yuv(picture), format="yuv420p")
            nals = encoder.encode(frame, keyframe=is_key)
            ticks = (second - first) * 90_000
            track.on_picture(Picture(nals, ticks, is_key, False, params if is_key else None, self.clock.now, 0, None))
            yield second / length
        self.clock.now = self.armed[1]
        track.end_arming()


def _params(encoder: Encoder) -> Params:
    sets = encoder.parameter_sets
    params = read_params(sets.sps, sets.pps)
    if params is None:
        raise ValueError("the encoder's own parameter sets cannot be read")
    return params


def record_all(cameras: list[PastCamera], spool: Spool, signer: Signer, server: Server) -> Iterator[float]:
    """Record the cameras side by side and send what is closed; yields the fraction that is done.

    Uploaded segments are deleted from the spool at once.
    """
    uploader = Uploader(spool, server, Clocks())
    running = {id(camera): camera.record(spool, signer) for camera in cameras}
    shares = dict.fromkeys(running, 0.0)
    while running:
        for key, steps in list(running.items()):
            share = _minute(steps)
            if share is None:
                del running[key]
            shares[key] = 1.0 if share is None else share
        _send(uploader)
        yield sum(shares.values()) / len(shares)


def _minute(steps: Iterator[float]) -> float | None:
    """The share after another minute of footage, None at the end."""
    share = None
    for _ in range(60):
        share = next(steps, None)
        if share is None:
            return None
    return share


def _send(uploader: Uploader) -> None:
    uploader.round()
    uploader.spool.evict(datetime.now(UTC).timestamp() + timedelta(days=2).total_seconds(), DAY, 100.0)
