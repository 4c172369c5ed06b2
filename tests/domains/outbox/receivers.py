"""A mail server and an HTTP interface for text messages, real sockets on this machine, that can be off."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler
from typing import Any


class Receiver(socketserver.ThreadingTCPServer):
    """``taken``: what was accepted. ``verdict``: the answer to each, "250 taken" or "200". ``to_verb``: the answer to
    a command, for a mail server that says something else than yes: ``{"RCPT": "450 later"}``; "" hangs up."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, handler: Any, verdict: str, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.taken: list[Any] = []
        self.verdict = verdict
        self.to_verb: dict[str, str] = {}

    @property
    def port(self) -> int:
        return self.server_address[1]


class MailHandler(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as smtplib asks for."""

    server: Receiver

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self._say("354 go on")
                mail = self._data()
                if self.server.verdict.startswith("250"):
                    self.server.taken.append(mail)  # before the answer: who hears it looks at once
                self._say(self.server.verdict)
            elif not self._answered(verb):
                return

    def _answered(self, verb: str) -> bool:
        """False: the connection ends."""
        words = self.server.to_verb.get(verb, "221 bye" if verb == "QUIT" else "250 ok")
        if words:
            self._say(words)
        return bool(words) and verb != "QUIT"

    def _data(self) -> Message:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return message_from_bytes(b"".join(lines))

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class TextHandler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = int(self.server.verdict)
        if status < 300:
            self.server.taken.append((body, dict(self.headers)))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


class OddHandler(socketserver.StreamRequestHandler):
    """No HTTP: what the verdict says is written back as it is; "": nothing is, until the other side goes away."""

    server: Receiver

    def handle(self) -> None:
        self.wfile.write(self.server.verdict.encode())
        while not self.server.verdict and self.rfile.readline():
            pass


@contextmanager
def receiving(handler: Any, verdict: str, port: int = 0) -> Iterator[Receiver]:
    server = Receiver(handler, verdict, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
