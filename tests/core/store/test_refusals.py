"""What a refusal means, how often is tried again, and that no key gets out with it; against a server that says so."""

from __future__ import annotations

import logging
import socket
import traceback
from datetime import timedelta

import pytest

from examops.core.errors import Kind
from examops.core.store import AlreadyStored, BadDigest, Locked, Missing, Store, StoreDenied, StoreError, StoreFull
from examops.core.store import connection as limits
from tests.core.store.answering import Answer, Server, answering

PAIR = ("AKIDOFATEST", "very-secret-key-of-a-test")
XML = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{}</Code><Message>{}</Message></Error>'


def store_at(address: str) -> Store:
    return Store(address, *PAIR, public_endpoint=address, prefix="p")


def fault(status: int, code: str, message: str = "") -> Answer:
    return Answer(status, XML.format(code, message).encode())


REFUSALS = [
    (fault(412, "PreconditionFailed", "At least one of the pre-conditions did not hold"), AlreadyStored),
    (fault(409, "ConditionalRequestConflict"), AlreadyStored),
    (fault(400, "InvalidRequest", "Object is WORM protected and cannot be overwritten"), Locked),
    (fault(403, "ObjectLocked", "Object is locked"), Locked),
    (fault(404, "NoSuchKey"), Missing),
    (fault(404, "NoSuchVersion"), Missing),
    (fault(404, "NoSuchBucket"), Missing),
    (fault(400, "BadDigest"), BadDigest),
    (fault(400, "XAmzContentChecksumMismatch"), BadDigest),
    (fault(507, "XMinioStorageFull", "Storage backend has reached its minimum free drive threshold"), StoreFull),
    (Answer(507, b"<html>full</html>", "text/html"), StoreFull),
    (fault(403, "AccessDenied"), StoreDenied),
    (fault(403, "SignatureDoesNotMatch"), StoreDenied),
    (Answer(403, b"<html>no</html>", "text/html"), StoreDenied),
    (fault(400, "InvalidRequest", "something else"), StoreError),
    (fault(500, "InternalError"), StoreError),
    (fault(501, "NotImplemented"), StoreError),
    (Answer(302, b"", headers={"Location": "http://127.0.0.1:1/elsewhere"}), StoreError),
    (Answer(502, "<html>网关错误</html>".encode("gbk"), "text/html"), StoreError),
    (Answer(503, b"<Error><Code>Slow", "application/xml"), StoreError),
    (Answer(400, b"", "application/xml"), StoreError),
]


@pytest.mark.parametrize(("answer", "expected"), REFUSALS, ids=[f"{a.status} {e.code}" for a, e in REFUSALS])
def test_what_a_refusal_means(answer: Answer, expected: type[StoreError]) -> None:
    with answering(answer) as server:
        for call in (lambda s: s.get("footage", "k"), lambda s: s.put("footage", "k", b"x")):
            with pytest.raises(StoreError) as refused:
                call(store_at(server.address))
            assert type(refused.value) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [(404, Missing), (403, StoreDenied), (412, AlreadyStored), (507, StoreFull), (400, StoreError), (500, StoreError)],
)
def test_a_refused_head_has_no_body(status: int, expected: type[StoreError]) -> None:
    with answering(Answer(status)) as server, pytest.raises(StoreError) as refused:
        store_at(server.address).head("footage", "k")
    assert type(refused.value) is expected


def test_kinds_of_refusal() -> None:
    kinds = {
        error: error.kind for error in (AlreadyStored, Locked, Missing, BadDigest, StoreFull, StoreDenied, StoreError)
    }
    assert kinds == {
        AlreadyStored: Kind.CONFLICT,
        Locked: Kind.CONFLICT,
        Missing: Kind.NOT_FOUND,
        BadDigest: Kind.INVALID,
        StoreFull: Kind.UNAVAILABLE,
        StoreDenied: Kind.NOT_ALLOWED,
        StoreError: Kind.UNAVAILABLE,
    }


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_stumbling_store_is_asked_again(status: int) -> None:
    slow_down = Answer(status, XML.format("SlowDown", "").encode(), headers={"Retry-After": "60"})
    with answering(slow_down, slow_down, Answer(200, b"body")) as server:
        assert store_at(server.address).get("footage", "k") == b"body"
    assert len(server.asked) == 3


def test_a_put_is_repeated_with_all_its_bytes() -> None:
    with answering(fault(503, "SlowDown"), Answer(200, headers={"x-amz-version-id": "v2"})) as server:
        assert store_at(server.address).put("footage", "k", b"all of it") == "v2"
    assert [(method, body) for method, _, _, body in server.asked] == [("PUT", b"all of it")] * 2


def test_after_three_attempts_it_is_enough() -> None:
    with answering(fault(503, "SlowDown")) as server, pytest.raises(StoreError):
        store_at(server.address).get("footage", "k")
    assert len(server.asked) == 3


def test_a_refusal_is_final() -> None:
    with answering(fault(403, "AccessDenied")) as server, pytest.raises(StoreDenied):
        store_at(server.address).get("footage", "k")
    assert len(server.asked) == 1


def test_a_hanging_store_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READ_TIMEOUT_S", 0.1)
    with answering(Answer(200, hangs=True)) as server, pytest.raises(StoreError) as refused:
        store_at(server.address).ping()
    assert type(refused.value) is StoreError
    assert len(server.asked) == 3


def test_an_answer_that_ends_early_is_an_error() -> None:
    with answering(Answer(200, b"half", length=8)) as server, pytest.raises(StoreError):
        store_at(server.address).get("footage", "k")


def test_the_limits() -> None:
    pool = store_at("http://store.test")._client._http
    known = pool.connection_pool_kw
    timeout, retries = known["timeout"], known["retries"]
    assert (timeout.connect_timeout, timeout.read_timeout, known["maxsize"]) == (3, 30, 32)
    assert (retries.total, retries.respect_retry_after_header) == (2, False)


def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with pytest.raises(StoreError):
            store_at(address).ping()


def test_a_proxy_of_the_environment_is_used_and_exceptions_to_it_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(Answer(200, b"body")) as server:
        monkeypatch.setenv("http_proxy", server.address)
        monkeypatch.setenv("no_proxy", "near.test")
        assert store_at("http://far.test:9000").get("footage", "k") == b"body"
        assert server.asked[0][1] == "http://far.test:9000/p-footage/k"
        assert type(store_at("http://near.test:9000")._client._http).__name__ == "PoolManager"


def test_no_key_gets_out(caplog: pytest.LogCaptureFixture) -> None:
    """Neither with an error's text and causes nor in a log line of the libraries below."""
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "minio"):
        caplog.set_level(logging.DEBUG, logger=name)
    text = []
    for answer in (fault(403, "SignatureDoesNotMatch"), fault(503, "SlowDown"), Answer(200, b"half", length=8)):
        with answering(answer) as server:
            text += _tracebacks(server)
    text += [f"{record.name} {record.getMessage()}" for record in caplog.records]
    assert "urllib3" in "\n".join(text)
    for secret in (*PAIR, "Signature="):
        assert secret not in "\n".join(text)


def _tracebacks(server: Server) -> list[str]:
    store, text = store_at(server.address), []
    for call in (
        lambda: store.get("footage", "k"),
        lambda: store.put("footage", "k", b"x"),
        lambda: store.make_buckets(1, []),
        lambda: store._client.set_bucket_cors("p-footage", b"<x/>"),
        lambda: store.upload_url("footage", "k", "not hex", timedelta(minutes=1)),
    ):
        try:
            call()
        except Exception as error:  # noqa: BLE001  whatever comes, its text is what counts
            text.append("".join(traceback.format_exception(error)))
    return text
