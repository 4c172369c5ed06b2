"""Clients that send slowly, or never to the end, stop nobody else: the web without a proxy in front of it."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from tests.gunicorn import served
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
THREADS = 4  # of tests/gunicorn.py
FORM = b"login=nobody&password=" + b"x" * 50
HEAD = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
HALF_SENT = {
    "nothing": b"",
    "half a line": b"GET /sign-",
    "half a head": b"GET /sign-in HTTP/1.1\r\nHost: x\r\nX-More: ",
    "half a body": HEAD + b"Content-Length: 72\r\n\r\nlogin=",
}


@pytest.fixture(scope="module")
def port(environment, tmp_path_factory) -> Iterator[int]:
    log = tmp_path_factory.mktemp("gunicorn") / "web.log"
    with served(environment, log) as found:
        yield found
    assert log.read_text().count("Booting worker") == 1, "the process lived through all of it"


@contextmanager
def connected(port: int, count: int, data: bytes) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        found = [stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE_S)) for _ in range(count)]
        for one in found:
            one.sendall(data)
        time.sleep(0.5)  # until threads that would wait for the rest have been taken
        yield found


def status_of(port: int, path: str = "/sign-in", **more) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as connection:
        connection.request("GET", path, **more)
        return connection.getresponse().status


def answer_to(one: socket.socket) -> bytes:
    return one.recv(65536).split(b"\r\n", 1)[0]


@pytest.mark.parametrize("data", HALF_SENT.values(), ids=HALF_SENT)
def test_half_sent_requests_hold_no_thread(port: int, data: bytes) -> None:
    with connected(port, 5 * THREADS, data):
        assert status_of(port) == 200


def test_a_request_in_small_pieces_is_answered(port: int) -> None:
    whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(FORM) + FORM
    with connected(port, 1, b"") as (one,):
        for place in range(0, len(whole), 7):
            one.sendall(whole[place : place + 7])
            time.sleep(0.005)
        assert answer_to(one).startswith(b"HTTP/1.1 422 ")  # no token against forged forms


def test_requests_behind_one_another_on_one_connection_are_all_answered(port: int) -> None:
    first = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with connected(port, 1, first * 2 + first[:20]) as (one,):
        one.sendall(first[20:].replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        got = b""
        while data := one.recv(65536):
            got += data
    assert got.count(b"HTTP/1.1 200 ") == 3


def test_a_long_body_arrives_whole(port: int) -> None:
    """Beyond what is kept in memory: the code at the end of the form decides the answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as connection:
        body = b'{"name": "' + b"x" * 2_000_000 + b'", "code": ["not a text"]}'
        connection.request("POST", "/api/v1/recorder/pair", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert (answer.status, b"code" in answer.read()) == (422, True)


def test_a_body_without_a_length_is_refused(port: int) -> None:
    with connected(port, 1, HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nlogin") as (one,):
        assert answer_to(one) == b"HTTP/1.1 411 Length Required"


def test_a_head_without_end_is_refused(port: int) -> None:
    with connected(port, 1, b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000) as (one,):
        assert answer_to(one) == b"HTTP/1.1 431 Request Header Fields Too Large"


def test_a_body_that_is_too_long_is_refused_unread(port: int) -> None:
    with connected(port, 1, HEAD + b"Content-Length: 99999999999\r\n\r\nlogin=") as (one,):
        assert answer_to(one) == b"HTTP/1.1 413 Content Too Large"


def test_two_lengths_that_contradict_each_other_are_refused(port: int) -> None:
    with connected(port, 1, HEAD + b"Content-Length: 6\r\nContent-Length: 5\r\n\r\nlogin=") as (one,):
        assert answer_to(one).startswith(b"HTTP/1.1 400 ")


def test_a_client_that_waits_to_be_asked_is_asked(port: int) -> None:
    with connected(port, 1, HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(FORM)) as (one,):
        assert answer_to(one) == b"HTTP/1.1 100 Continue"
        one.sendall(FORM)
        assert one.recv(65536)


def test_more_unfinished_requests_than_there_is_room_for_make_room(port: int) -> None:
    with connected(port, 500, HALF_SENT["half a head"]):
        assert status_of(port) == 200


def test_what_never_ends_is_ended(port: int) -> None:
    with connected(port, 1, HALF_SENT["half a head"]) as (one,):
        one.settimeout(PATIENCE_S)
        assert answer_to(one) == b"HTTP/1.1 408 Request Timeout"
