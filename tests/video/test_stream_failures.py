"""Whatever fails on our side ends the stream with its reason; one that merely goes quiet would never begin again."""

import asyncio
import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.apart import run_apart
from tests.patience import PATIENCE_S
from tests.video.test_rtsp_client import with_camera
from tests.video.test_rtsp_sockets import scripted
from tests.video.test_track import ARMING, CAMERA
from tests.video.wire import SDP
from video.camera_session import CameraSession, Recorder
from video.recorder.clocks import Clocks, format_time
from video.recorder.run import Limits
from video.recorder.signing import Signer
from video.recorder.spool import Spool
from video.rtsp import StreamError
from video.rtsp.client import Stream, open_stream
from video.rtsp.depacketiser import Depacketiser

pytestmark = pytest.mark.rtsp


async def ended(stream: Stream) -> StreamError:
    """The error the stream ends with, after it was closed: closing must not fail either."""
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.wait({stream.ended})
    await stream.close()
    error = stream.ended.exception()
    assert isinstance(error, StreamError)
    return error


def raising_after(count: int, error: Exception) -> Any:
    left = iter(range(count))

    def receive(*_: Any) -> None:
        if next(left, None) is None:
            raise error

    return receive


@pytest.mark.parametrize(
    ("error", "reason", "detail"),
    [
        (OSError(errno.ENOSPC, "x", "/secret/path"), "disk_full", "write refused: No space left on device"),
        (OSError(errno.EACCES, "x", "/secret/path"), "disk_full", "write refused: Permission denied"),
        (KeyError("secret"), "session_end", "internal error: KeyError"),
    ],
)
def test_whatever_the_receiver_of_pictures_raises_ends_the_stream(error: Exception, reason: str, detail: str) -> None:
    async def work(server):
        stream = await open_stream(server.url("room-front"), "", "", raising_after(8, error))
        return await ended(stream)

    found = with_camera(work)
    assert (found.reason, str(found)) == (reason, detail)


def test_a_fault_of_the_parser_ends_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(server):
        stream = await open_stream(server.url("room-front"), "", "", lambda picture: None)
        monkeypatch.setattr(Depacketiser, "packet", raising_after(3, IndexError("bug")))
        return await ended(stream)

    assert str(with_camera(work)) == "internal error: IndexError"


def test_a_fault_before_the_stream_plays_is_raised_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(server):
        monkeypatch.setattr("video.rtsp.dialogue.video_track", raising_after(0, IndexError("bug")))
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(StreamError, match="internal error: IndexError"):
                await open_stream(server.url("room-front"), "", "", lambda picture: None)

    with_camera(work)


def test_nobody_records_who_has_had_no_picture_for_too_long() -> None:
    class Track:
        last_picture_mono: float | None = 100.0

    camera = CameraSession("c", None, state="recording", track=Track())  # type: ignore[arg-type]  not used here
    assert camera.state_at(110.0, 10.0) == ("recording", "")
    assert camera.state_at(110.1, 10.0) == ("offline", "timeout")
    Track.last_picture_mono = None
    assert camera.state_at(110.0, 10.0) == ("offline", "timeout")


def gap_of(script: Callable[[str, int], str | None], spool: Spool, source: str = "") -> tuple[dict[str, Any], str]:
    """What a recorder writes down about a camera that follows this script, and the detail of its health report."""
    clocks = Clocks()

    async def work() -> tuple[dict[str, Any], str]:
        async with scripted(script) as camera:
            now = clocks.wall()
            arming = {"arming_uid": ARMING, "camera_uid": CAMERA, "state": "armed", "source": source or camera.url}
            arming |= {"start": format_time(now - 5), "end": format_time(now + 60)}
            plan: Any = {"armings": [arming], "cameras": []}
            recorder = Recorder(spool, Signer.new(), clocks, Limits(), plan, lambda: None)
            session = CameraSession(CAMERA, recorder)
            session._told_at, session._seen = now - 5, (ARMING, now - 5)
            await session._record()
            assert session.track is not None
            session.track._record_gap(clocks.wall())
            (gap,) = spool.pending_gaps()
            return gap, session.report()["detail"]

    return run_apart(work)


def answered(sdp: str, setup: str = "") -> Callable[[str, int], str]:
    def answer(method: str, _: int) -> str:
        body = sdp if method == "DESCRIBE" else ""
        status = setup if method == "SETUP" else "200 OK"
        return f"{status}\r\nCSeq: CSEQ\r\nContent-Length: {len(body)}\r\n\r\n{body}"

    return answer


@pytest.mark.parametrize(
    ("script", "source", "code"),
    [
        (answered(SDP.replace("H264", "JPEG")), "", "not_h264"),
        (answered(SDP, "461 Unsupported Transport"), "", "udp_only"),
        (answered(SDP), "rtsps://127.0.0.1/live", "rtsps"),
        (answered(SDP), "rtsp://127.0.0.1:9/live", "no_answer"),
    ],
)
def test_missing_time_says_what_to_set_and_not_that_the_camera_is_dead(
    tmp_path: Path, script: Callable[[str, int], str | None], source: str, code: str
) -> None:
    gap, detail = gap_of(script, Spool(tmp_path / "spool"), source)
    assert (gap["reason"], gap["detail"].partition(":")[0]) == ("refused", code)
    assert detail == code
