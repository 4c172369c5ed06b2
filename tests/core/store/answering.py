"""A server on loopback that answers what a test says and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from tests.patience import PATIENCE_S


@dataclass
class Answer:
    """``length`` other than the body's makes the answer end early; ``hangs`` sends nothing at all."""

    status: int
    body: bytes = b""
    content_type: str = "application/xml"
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    hangs: bool = False


@dataclass
class Server:
    address: str
    answers: list[Answer]
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    released: Event = field(default_factory=Event)

    def next(self) -> Answer:
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


@contextmanager
def answering(*answers: Answer) -> Iterator[Server]:
    """Each request gets the next answer; the last one is repeated."""
    web = ThreadingHTTPServer(("127.0.0.1", 0), _handler())
    web.state = server = Server(f"http://127.0.0.1:{web.server_port}", list(answers))  # type: ignore[attr-defined]
    thread = Thread(target=web.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        web.shutdown()
        thread.join()
        web.server_close()


def _handler() -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            state: Server = self.server.state  # type: ignore[attr-defined]
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            state.asked.append((self.command, self.path, dict(self.headers.items()), body))
            answer = state.next()
            if answer.hangs:
                state.released.wait(PATIENCE_S)
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_PUT = do_HEAD = do_DELETE = do_CONNECT = answer

        def log_message(self, *words: object) -> None:
            """Nothing on the terminal."""

    return Handler
