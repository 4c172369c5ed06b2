"""An RTSP camera server over TCP interleaved, with faults to order."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType

from examops.demo.testcam.auth import Login
from examops.demo.testcam.camera import Camera
from examops.demo.testcam.client import ClientConnection
from examops.demo.testcam.source import Source


class CameraServer:
    """Serves cameras by name: `rtsp://HOST:PORT/NAME`. Use as `async with`.

    Faults may be ordered from any thread: `drop`, `stall`, `refuse`, `black`, `freeze`; `heal` ends them all.
    """

    def __init__(
        self, host: str = "127.0.0.1", port: int = 0, login: Login | None = None, join_at_keyframe: bool = False
    ) -> None:
        self.host, self.port, self.login, self.join_at_keyframe = host, port, login, join_at_keyframe
        self._cameras: dict[str, Camera] = {}
        self._clients: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def add(self, name: str, source: Source, clock_skew_s: float = 0.0) -> None:
        """Offer a source under an ASCII name."""
        self._cameras[name] = Camera(name, source, clock_skew_s=clock_skew_s)

    def url(self, name: str) -> str:
        """Address without user and password. The port is known once the server has started."""
        return f"rtsp://{self.host}:{self.port}/{self._cameras[name].name}"

    def names(self) -> list[str]:
        return list(self._cameras)

    def camera(self, name: str) -> Camera | None:
        return self._cameras.get(name)

    def viewers(self, name: str) -> int:
        """How many connections play this camera."""
        return len(self._cameras[name].playing)

    def drop(self, name: str) -> None:
        """Cut every connection that plays this camera; new ones are welcome."""
        self._soon(self._abort, self._cameras[name])

    def stall(self, name: str) -> None:
        """Send nothing more and keep the connections open."""
        self._cameras[name].fault = "stall"

    def refuse(self, name: str) -> None:
        """Answer 503 to everything about this camera, and cut who plays it."""
        self._cameras[name].fault = "refuse"
        self.drop(name)

    def black(self, name: str) -> None:
        self._cameras[name].source.set_fault("black")

    def freeze(self, name: str) -> None:
        self._cameras[name].source.set_fault("frozen")

    def heal(self, name: str) -> None:
        """End every fault of the camera."""
        self._cameras[name].fault = "none"
        self._cameras[name].source.set_fault("none")

    async def __aenter__(self) -> CameraServer:
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._serve, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None, "entered before left"
        self._server.close()
        clients = list(self._clients)
        for task in clients:
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
        await self._server.wait_closed()
        await asyncio.gather(*(asyncio.to_thread(camera.source.close) for camera in self._cameras.values()))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a connection is always served inside a task"
        self._clients.add(task)
        try:
            await ClientConnection(self, reader, writer).run()
        except asyncio.CancelledError:
            if self._server is not None and self._server.is_serving():
                raise
        finally:
            self._clients.discard(task)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    @staticmethod
    def _abort(camera: Camera) -> None:
        for writer in list(camera.playing):
            writer.transport.abort()

    def _soon(self, action: object, camera: Camera) -> None:
        assert self._loop is not None, "faults need a running server"
        self._loop.call_soon_threadsafe(action, camera)  # type: ignore[arg-type]
