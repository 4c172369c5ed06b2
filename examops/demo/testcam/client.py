"""One client connection of the camera server: RTSP requests (RFC 2326) and the stream that it plays."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress

from examops.demo.testcam.auth import challenges, is_right
from examops.demo.testcam.camera import Camera, CameraHost
from examops.demo.testcam.messages import Request, answer, description, read_request
from examops.demo.testcam.rtp import RtpStream

REPORT_SECONDS = 5.0
METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"
GONE = (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError)


class ClientConnection:
    """Answers requests until the client leaves, and plays beside that."""

    def __init__(self, server: CameraHost, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._session, self._nonce = secrets.token_hex(4), secrets.token_hex(8)
        self._playing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        try:
            with suppress(*GONE):
                while await self._handle(await read_request(self._reader)):
                    await self._writer.drain()
        finally:
            if self._playing is not None:
                self._playing.cancel()
                await asyncio.gather(self._playing, return_exceptions=True)

    async def _handle(self, request: Request) -> bool:
        """Answer one request; False ends the connection."""
        if request.method == "OPTIONS":
            return self._send(request, "200 OK", ("Public", METHODS))
        camera = self._server.camera(request.camera)
        if camera is None:
            return self._send(request, "404 Not Found")
        if camera.fault == "refuse":
            self._send(request, "503 Service Unavailable")
            return False
        if not self._is_authorized(request):
            return self._challenge(request)
        return self._dispatch(request, camera)

    def _dispatch(self, request: Request, camera: Camera) -> bool:
        session = ("Session", self._session)
        if request.method == "DESCRIBE":
            headers = (("Content-Type", "application/sdp"), ("Content-Base", request.url.rstrip("/") + "/"))
            self._writer.write(answer(request, "200 OK", headers, description(camera.source.parameter_sets)))
            return True
        if request.method == "SETUP":
            return self._set_up(request)
        if request.method == "PLAY":
            self._send(request, "200 OK", session, ("Range", "npt=now-"))
            self._play(camera)
            return True
        if request.method == "GET_PARAMETER":
            return self._send(request, "200 OK", session)
        if request.method == "TEARDOWN":
            self._send(request, "200 OK", session)
            return False
        return self._send(request, "501 Not Implemented")

    def _set_up(self, request: Request) -> bool:
        if "interleaved" not in request.headers.get("transport", ""):
            return self._send(request, "461 Unsupported Transport")
        transport = ("Transport", "RTP/AVP/TCP;unicast;interleaved=0-1")
        return self._send(request, "200 OK", transport, ("Session", f"{self._session};timeout=60"))

    def _send(self, request: Request, status: str, *headers: tuple[str, str]) -> bool:
        self._writer.write(answer(request, status, headers))
        return True

    def _is_authorized(self, request: Request) -> bool:
        login = self._server.login
        return login is None or is_right(login, request.method, request.headers.get("authorization", ""), self._nonce)

    def _challenge(self, request: Request) -> bool:
        assert self._server.login is not None, "only servers with a login refuse"
        asked = [("WWW-Authenticate", text) for text in challenges(self._server.login, self._nonce)]
        return self._send(request, "401 Unauthorized", *asked)

    def _play(self, camera: Camera) -> None:
        if self._playing is None:
            self._playing = asyncio.get_running_loop().create_task(self._stream(camera))

    async def _stream(self, camera: Camera) -> None:
        stream, next_report, waiting = RtpStream(), 0.0, self._server.join_at_keyframe
        camera.playing.add(self._writer)
        try:
            async for unit in camera.source.units():
                if camera.fault == "stall" or (waiting and not unit.keyframe):
                    continue
                waiting = False
                if unit.wall >= next_report:
                    self._writer.write(stream.sender_report(unit, camera.clock_skew_s))
                    next_report = unit.wall + REPORT_SECONDS
                self._writer.write(stream.interleaved(unit))
                await self._writer.drain()
        except ConnectionError:
            self._writer.transport.abort()
        finally:
            camera.playing.discard(self._writer)
