"""The shipped configuration of nginx, run by nginx itself in front of two small servers: what it passes on, refuses,
adds and logs. Left out on a machine without nginx or openssl."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S, wait_for
from tests.ports import free_port

SHIPPED = Path(__file__).parents[2] / "docs/operations/nginx.conf"
HOST, CODE = "exam.example.cn", "ABCDEFGHIJKLMNOPQRSTUVWX23"
pytestmark = pytest.mark.skipif(
    not (shutil.which("nginx") and shutil.which("openssl")), reason="nginx or openssl is not installed"
)


@dataclass
class Behind:
    """A server behind the proxy: what reached it, and the type of what it answers."""

    content_type: str
    server: ThreadingHTTPServer = field(init=False)
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        behind = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                behind.seen.append((self.command, self.path, {name.lower(): v for name, v in self.headers.items()}))
                self.send_response(200)
                self.send_header("Content-Type", behind.content_type)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            do_GET = do_PUT = do_POST = do_DELETE = _answer

            def log_message(self, *_given: object) -> None:
                """Nothing on stderr."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])


@dataclass
class Proxy:
    folder: Path
    plain: int
    tls: int
    web: Behind
    store: Behind

    def ask(self, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
        trusting = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection("127.0.0.1", self.tls, context=trusting, timeout=PATIENCE_S)
        with closing(connection):
            connection.request(method, path, headers={"Host": HOST, **headers})
            answer = connection.getresponse()
            answer.read()
            return answer

    def log(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def _configured(folder: Path, plain: int, tls: int, web: int, store: int) -> Path:
    """The shipped text with addresses and paths of this run, within the frame that a distribution has around it."""
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{tls} ssl"),
        ("127.0.0.1:8000", f"127.0.0.1:{web}"),
        ("127.0.0.1:9000", f"127.0.0.1:{store}"),
        ("/etc/examops/tls", str(folder)),
        ("/var/log/nginx", str(folder)),
    ):
        assert old in text, old
        text = text.replace(old, new)
    (folder / "examops.conf").write_text(text, encoding="utf-8")
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.getuid() == 0 else ""
    frame = f"{user}daemon off;worker_processes 1;pid {folder}/pid;events{{}}http{{{temporary}include examops.conf;}}"
    (folder / "nginx.conf").write_text(frame, encoding="utf-8")
    return folder / "nginx.conf"


@contextmanager
def _running(folder: Path, web: Behind, store: Behind) -> Iterator[Proxy]:
    proxy = Proxy(folder, free_port(), free_port(), web, store)
    subject = ["-subj", f"/CN={HOST}", "-keyout", str(folder / "server.key"), "-out", str(folder / "server.crt")]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run(made, check=True, capture_output=True)
    config = _configured(folder, proxy.plain, proxy.tls, web.port, store.port)
    command = ["nginx", "-p", str(folder), "-c", str(config), "-e", str(folder / "start.log")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as nginx:
        try:
            wait_for(lambda: _listens(nginx, proxy), "nginx answers")
            yield proxy
        finally:
            nginx.terminate()
            nginx.wait()


def _listens(nginx: subprocess.Popen[bytes], proxy: Proxy) -> bool:
    assert nginx.poll() is None, proxy.log("start.log")
    try:
        proxy.ask("GET", "/healthz")
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    web, store = Behind("text/html"), Behind("text/html")
    with _running(tmp_path_factory.mktemp("nginx"), web, store) as running:
        yield running
    web.close()
    store.close()


def test_plain_requests_are_sent_to_https(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=PATIENCE_S)
    with closing(connection):
        connection.request("GET", "/t/x?y=1", headers={"Host": HOST})
        answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/t/x?y=1")


def test_the_web_learns_host_scheme_and_who_asks_and_believes_nothing_forged(proxy: Proxy) -> None:
    proxy.ask("GET", "/week", **{"X-Forwarded-For": "8.8.8.8", "X-Forwarded-Proto": "http"})
    method, path, headers = proxy.web.seen[-1]
    assert (method, path, headers["host"]) == ("GET", "/week", HOST)
    assert (headers["x-forwarded-for"], headers["x-forwarded-proto"]) == ("127.0.0.1", "https")


def test_what_lies_in_the_store_is_sandboxed_and_passed_with_its_signature(proxy: Proxy) -> None:
    answer = proxy.ask("GET", "/examops-documents/a.html?X-Amz-Signature=abc")
    method, path, headers = proxy.store.seen[-1]
    assert (method, path, headers["host"]) == ("GET", "/examops-documents/a.html?X-Amz-Signature=abc", HOST)
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "nginx/" not in answer.headers["Server"]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_the_store_is_read_and_uploaded_to_and_nothing_else(proxy: Proxy, method: str) -> None:
    before = len(proxy.store.seen)
    assert proxy.ask(method, "/examops-footage/a").status == 403
    assert len(proxy.store.seen) == before
    assert proxy.ask("PUT", "/examops-footage/a").status == 200


def test_other_buckets_are_the_webs_to_refuse(proxy: Proxy) -> None:
    before = len(proxy.store.seen)
    proxy.ask("GET", "/examops-secret/a")
    assert len(proxy.store.seen) == before
    assert proxy.web.seen[-1][1] == "/examops-secret/a"


def test_no_line_of_a_log_holds_a_key_not_even_of_what_failed(tmp_path: Path) -> None:
    web, store = Behind("text/html"), Behind("video/mp4")
    with _running(tmp_path, web, store) as running:
        running.ask("GET", f"/t/{CODE}?name=x")
        running.ask("GET", "/examops-footage/a?X-Amz-Signature=secret")
        web.close()
        store.close()
        statuses = [
            running.ask("GET", path).status for path in (f"/t/{CODE}", "/examops-footage/a?X-Amz-Signature=secret")
        ]
    assert statuses == [502, 502]
    logged = running.log("examops.log")
    assert re.search(r" GET /t/- 200 ", logged)
    assert re.search(r" GET /t/- 502 ", logged)
    everything = logged + running.log("examops-error.log")
    assert not [secret for secret in (CODE, "secret", "name=x") if secret in everything]
