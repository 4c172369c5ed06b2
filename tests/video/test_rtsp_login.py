"""Logging in: a nonce that runs out is answered again, a wrong password is tried once per scheme and no more."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from video.rtsp import AuthFailed
from video.rtsp.auth import Credentials, challenges
from video.rtsp.client import Stream
from video.rtsp.messages import Message

DIGEST = 'Digest realm="cam", nonce="{}"'


def ask(replies: list[Message]) -> tuple[Message | None, list[str]]:
    """What ``_ask`` makes of these replies, and the Authorization of each request."""
    sent: list[str] = []

    async def run() -> Message | None:
        stream = Stream("rtsp://h/cam", "admin", "pw", print, time.monotonic, time.time)

        async def send(method: str, url: str, headers: dict, timeout: float) -> Message:
            sent.append(stream._credentials.header(method, url))
            return replies.pop(0)

        stream._send = send  # type: ignore[method-assign]
        try:
            return await stream._ask("DESCRIBE", "rtsp://h/cam", {}, 1.0)
        except AuthFailed:
            return None

    with ThreadPoolExecutor(1) as pool:  # a browser of another test may hold this thread's loop
        return pool.submit(lambda: asyncio.run(run())).result(), sent


def refused(*offers: str) -> Message:
    return Message(401, headers={"www-authenticate": list(offers)})


def test_the_strongest_scheme_is_answered_first_and_then_the_next() -> None:
    offers = (DIGEST.format("a"), 'Digest realm="cam", nonce="a", algorithm=SHA-256')
    reply, sent = ask([refused(*offers), refused(*offers), Message(200)])
    assert reply is not None
    assert "SHA-256" in sent[1]
    assert "SHA-256" not in sent[2]


def test_a_password_never_goes_in_clear_where_a_digest_is_offered() -> None:
    offers = (DIGEST.format("a"), 'Basic realm="cam"')
    reply, sent = ask([refused(*offers)] * 5)
    assert reply is None
    assert not any(token.startswith("Basic") for token in sent)


def test_a_camera_that_always_says_stale_does_not_loop() -> None:
    reply, sent = ask([refused(DIGEST.format(n) + ", stale=true") for n in range(9)])
    assert reply is None
    assert len(sent) == 2


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('Digest realm="r", nonce="n", qop="auth"', ("digest", "MD5", True)),
        ("digest realm=r,nonce=n,algorithm=sha-256", ("digest", "SHA-256", False)),
        ('BASIC realm="a, b"', ("basic", "MD5", False)),
    ],
)
def test_challenges_are_read_as_cameras_write_them(header: str, expected: tuple) -> None:
    found = challenges([header])[0]
    assert (found.scheme, found.algorithm, found.has_qop) == expected


def test_the_digest_of_the_standard_comes_out() -> None:
    """RFC 2069's way, without qop: what most cameras ask."""
    credentials = Credentials("admin", "12345", challenges(['Digest realm="IP Camera", nonce="abc"'])[0])
    assert 'response="' in credentials.header("DESCRIBE", "rtsp://192.168.1.64/1")
    assert "cnonce" not in credentials.header("DESCRIBE", "rtsp://192.168.1.64/1")


def test_passwords_stand_in_no_representation() -> None:
    assert "12345" not in repr(Credentials("admin", "12345"))
