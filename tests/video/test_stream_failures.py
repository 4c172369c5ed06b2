"""Whatever fails on our side ends the stream with its reason; one that merely goes quiet would never begin again."""

import asyncio
import errno
from typing import Any

import pytest

from tests.video.test_rtsp_client import with_camera
from video.camera_session import CameraSession
from video.rtsp import StreamError
from video.rtsp.client import Stream, open_stream
from video.rtsp.depacketiser import Depacketiser

pytestmark = pytest.mark.rtsp


async def ended(stream: Stream) -> StreamError:
    """The error the stream ends with, after it was closed: closing must not fail either."""
    async with asyncio.timeout(10):
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
        async with asyncio.timeout(10):
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
