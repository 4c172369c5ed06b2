"""Our client on real sockets against cameras that follow a script: redirects, bursts, goodbyes."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from examops.demo.testcam.auth import Login
from examops.demo.testcam.clip import ClipSource
from examops.demo.testcam.server import CameraServer
from tests.apart import run_apart
from tests.video.test_rtsp_client import CLIP, until
from tests.video.wire import SDP, Sender, frames
from video.rtsp import AuthFailed, Busy, Refused, StreamError
from video.rtsp.client import open_stream

pytestmark = pytest.mark.rtsp
Answer = Callable[[str, int], str | None]


class Script:
    """A camera that answers each request by ``answer(method, number of the connection)``; "" says nothing."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.asked, self.connections, self.port = answer, [], 0, 0
        self.logins: list[bool] = []
        self.behind: dict[str, bytes] = {}
        self.serving: list[asyncio.Task[None]] = []
        self.closes_at_login = False

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/live"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.serving.append(task)
        self.connections += 1
        number = self.connections
        try:
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
                method = text.split(" ")[0]
                self.asked.append(method)
                self.logins.append("Authorization:" in text)
                if said := self.answer(method, number):
                    cseq = re.search(r"CSeq: (\d+)", text)
                    assert cseq
                    writer.write(
                        f"RTSP/1.0 {said.replace('CSEQ', cseq.group(1))}".encode() + self.behind.get(method, b"")
                    )
                    await writer.drain()
                    if said.startswith("401") and self.closes_at_login:
                        return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def scripted(answer: Answer) -> AsyncIterator[Script]:
    script = Script(answer)
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    async with server:
        yield script
        for task in script.serving:
            task.cancel()
        await asyncio.gather(*script.serving, return_exceptions=True)


def good(method: str, number: int) -> str:
    if method == "DESCRIBE":
        return f"200 OK\r\nCSeq: CSEQ\r\nContent-Length: {len(SDP)}\r\n\r\n{SDP}"
    if method == "SETUP":
        return "200 OK\r\nCSeq: CSEQ\r\nSession: 9\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n"
    return "200 OK\r\nCSeq: CSEQ\r\n\r\n"


def sent_to(target: str) -> Answer:
    return lambda method, number: (
        f"302 Moved\r\nCSeq: CSEQ\r\nLocation: {target}\r\n\r\n" if method == "DESCRIBE" else good(method, number)
    )


async def redirected(host: str, login: Login | None) -> int:
    """Pictures from a camera that another one sends us to, at the same machine under the name ``host``."""
    server = CameraServer(login=login)
    server.add("room-front", ClipSource(CLIP))
    pictures: list = []
    async with server, scripted(sent_to(server.url("room-front").replace("127.0.0.1", host))) as first:
        server_port = server.port
        first.answer = sent_to(f"rtsp://{host}:{server_port}/room-front")
        stream = await open_stream(first.url, "admin", "12345", pictures.append)
        await until(lambda: len(pictures) > 3)
        await stream.close()
    return len(pictures)


def test_a_camera_that_sends_us_elsewhere_is_followed_on_a_new_connection() -> None:
    assert run_apart(lambda: redirected("127.0.0.1", Login("admin", "12345", ("basic",)))) > 3
    assert run_apart(lambda: redirected("localhost", Login("admin", "12345", ("md5",)))) > 3


def test_a_password_in_clear_does_not_go_to_another_host() -> None:
    with pytest.raises(AuthFailed):
        run_apart(lambda: redirected("localhost", Login("admin", "12345", ("basic",))))


def test_cameras_that_send_us_round_in_circles_are_given_up_after_three() -> None:
    async def work() -> tuple[int, str]:
        async with scripted(good) as script:
            script.answer = sent_to(script.url)
            with pytest.raises(Refused) as refused:
                await open_stream(script.url, "", "", print)
            return script.connections, str(refused.value)

    connections, said = run_apart(work)
    assert connections == 4
    assert "rtsp://" not in said


def test_a_burst_of_many_times_the_buffer_loses_nothing() -> None:
    """Some cameras send what they had kept first."""
    sender = Sender()
    burst = frames(packet for n in range(150) for packet in sender.picture(n * 3600, *[b"\x41\x9a" + b"\x5a" * 40_000]))

    async def work() -> list:
        pictures: list = []
        async with scripted(good) as script:
            script.behind = {"PLAY": burst}
            stream = await open_stream(script.url, "", "", pictures.append)
            await until(lambda: len(pictures) >= 149)
            lost = stream.conversation.depacketiser.order.lost
            await stream.close()
            assert lost == 0
        return pictures

    assert len(burst) > 5_000_000
    assert len(run_apart(work)) == 150


def test_whoever_is_stopped_while_connecting_says_goodbye_all_the_same() -> None:
    """The camera answers everything but PLAY."""

    async def work() -> list[str]:
        async with scripted(lambda method, number: None if method == "PLAY" else good(method, number)) as script:
            opening = asyncio.create_task(open_stream(script.url, "", "", print))
            await until(lambda: "PLAY" in script.asked)
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)
            await until(lambda: "TEARDOWN" in script.asked)
            return script.asked

    assert run_apart(work)[-1] == "TEARDOWN"


def test_a_camera_without_room_is_left_alone_for_a_while() -> None:
    async def work() -> float:
        async with scripted(lambda method, number: "453 Not Enough Bandwidth\r\nCSeq: CSEQ\r\n\r\n") as script:
            with pytest.raises(Busy) as busy:
                await open_stream(script.url, "", "", print)
            return busy.value.pause

    assert run_apart(work) >= 65


def closing_at_login(nonces: list[str], opens: bool) -> tuple[Script, BaseException | None]:
    """A camera that closes each connection behind its request for a login, with the nonces it names."""

    def answer(method: str, connection: int) -> str:
        if method == "DESCRIBE" and not (opens and connection > 1):
            nonce = nonces[min(connection, len(nonces)) - 1]
            return f'401 Unauthorized\r\nCSeq: CSEQ\r\nWWW-Authenticate: Digest realm="cam", nonce="{nonce}"\r\n\r\n'
        body = SDP if method == "DESCRIBE" else ""
        lines = "Session: 77\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n"
        return f"200 OK\r\nCSeq: CSEQ\r\n{lines}Content-Length: {len(body)}\r\n\r\n{body}"

    async def work() -> tuple[Script, BaseException | None]:
        async with scripted(answer) as script:
            script.closes_at_login = True
            try:
                stream = await open_stream(script.url, "admin", "12345", print)
            except StreamError as error:
                return script, error
            await stream.close()
            return script, None

    return run_apart(work)


def test_a_camera_that_closes_behind_its_request_for_a_login_gets_the_answer_on_the_next_connection() -> None:
    script, error = closing_at_login(["a"], opens=True)
    assert error is None
    assert script.connections == 2
    second = script.asked.index("OPTIONS", 1)
    assert not any(script.logins[:second])
    assert all(script.logins[second:])


@pytest.mark.parametrize("nonces", [["a"], ["a", "b", "c", "d"]])
def test_a_camera_that_closes_again_has_refused_the_password_and_is_left_alone(nonces: list[str]) -> None:
    script, error = closing_at_login(nonces, opens=False)
    assert isinstance(error, AuthFailed)
    assert error.pause >= 100
    assert script.connections == 2
